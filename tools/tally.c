// SPDX-License-Identifier: GPL-2.0
/*
 * The balance counters of the scheduling domains, those inside a node and those
 * across nodes apart. (sbe_* and sbf_*, for exec and fork, are there as well,
 * but no kernel that we know counts them.)
 */
#include "tally.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "domain.h"
#include "error.h"
#include "file.h"
#include "lab.h"
#include "number.h"
#include "reader.h"

/* Which of the values of a file, by the names in idle_types; NULL: there is one. */
static const struct {
	const char *file;
	const char *idle_types[2];
	const char *words;
} counters[] = {
	[NUMALENS_COUNTER_NEWIDLE] = {
		"lb_count", { "newidle" }, "a CPU about to idle looked for work" },
	[NUMALENS_COUNTER_NEWIDLE_PULLED] = {
		"lb_gained", { "newidle" }, "tasks pulled then" },
	[NUMALENS_COUNTER_PERIODIC] = {
		"lb_count", { "idle", "busy" }, "balancing when it was time" },
	[NUMALENS_COUNTER_PERIODIC_PULLED] = {
		"lb_gained", { "idle", "busy" }, "tasks pulled then" },
	[NUMALENS_COUNTER_PUSHED] = {
		"alb_pushed", { NULL }, "running tasks that were pushed" },
	[NUMALENS_COUNTER_WAKE_REMOTE] = {
		"ttwu_wake_remote", { NULL }, "wakeups of tasks on another CPU" },
	[NUMALENS_COUNTER_WAKE_AFFINE] = {
		"ttwu_move_affine", { NULL }, "tasks brought to the waking CPU" },
};

static bool is_wanted(const char *type, const char *const *types)
{
	return !types[0] || (type && (!strcmp(type, types[0]) ||
				      (types[1] && !strcmp(type, types[1]))));
}

/* What a file of counters says, in the order of idle_types. */
static uint64_t values_sum(char *values, const char *types, enum numalens_counter counter)
{
	char *copy = numalens_strdup(types), *rest_types = copy, *rest = values, *word;
	uint64_t sum = 0, value;

	while ((word = strsep(&rest, " "))) {
		const char *type = strsep(&rest_types, " ");

		if (!numalens_number_parse_decimal(word, &value) &&
		    is_wanted(type, counters[counter].idle_types))
			sum += value;
	}
	free(copy);
	return sum;
}

/* Only the files that are needed: there may be very many. */
static int domain_add(uint64_t *row, unsigned int cpu, const struct numalens_domain *domain)
{
	struct numalens_dir dir;
	char *types, *values;
	int counter, err;

	numalens_dir_set(&dir, NUMALENS_ROOT "/sched_domains/cpu%u/domain%u/stats", cpu,
			 domain->index);
	err = numalens_dir_read(&dir, "idle_types", &types);
	if (err)
		return numalens_error_file(&dir, "idle_types", "read", -err);
	for (counter = 0; counter < NUMALENS_NR_COUNTERS && !err; counter++) {
		err = numalens_dir_read(&dir, counters[counter].file, &values);
		if (!err)
			row[counter] += values_sum(values, types, counter);
		else
			err = numalens_error_file(&dir, counters[counter].file, "read", -err);
		free(values);
	}
	free(types);
	return err;
}

/**
 * numalens_tally_has_flag() - does a domain have a flag?
 * @domain: domain, or NULL
 * @flag: its name
 *
 * Return: true if it has.
 */
bool numalens_tally_has_flag(const struct numalens_domain *domain, const char *flag)
{
	const char *names = domain ? numalens_domain_get(domain, "flag_names") : NULL;
	char *copy = numalens_strdup(names ? names : ""), *rest = copy, *word;
	bool has = false;

	while ((word = strsep(&rest, " ")))
		has |= !strcmp(word, flag);
	free(copy);
	return has;
}

/**
 * numalens_tally_read() - read the counters
 * @tally: gets them
 * @domains: of these domains
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_tally_read(struct numalens_tally *tally, const struct numalens_domains *domains)
{
	int ret = NUMALENS_OK;
	size_t i, k;

	memset(tally, 0, sizeof(*tally));
	for (i = 0; i < domains->nr_cpus; i++)
		for (k = 0; k < domains->cpus[i].nr_domains && !ret; k++) {
			const struct numalens_domain *domain = &domains->cpus[i].domains[k];

			ret = domain_add(numalens_tally_has_flag(domain, "SD_NUMA") ?
					 tally->across : tally->inside, domains->cpus[i].cpu,
					 domain);
		}
	return ret;
}

/**
 * numalens_tally_since() - take off what was before
 * @tally: becomes what was counted since
 * @before: what had been counted by then
 */
void numalens_tally_since(struct numalens_tally *tally, const struct numalens_tally *before)
{
	int i;

	for (i = 0; i < NUMALENS_NR_COUNTERS; i++) {
		tally->inside[i] -= before->inside[i];
		tally->across[i] -= before->across[i];
	}
}

/**
 * numalens_tally_show() - show what was counted
 * @lab: lab
 * @tally: since the phase began
 */
void numalens_tally_show(struct numalens_lab *lab, const struct numalens_tally *tally)
{
	static const char * const columns[] = {
		"of all tasks, in this phase", "inside a node", "across nodes",
	};
	int i;

	numalens_lab_table(lab, "balance counters of the domains", columns, ARRAY_SIZE(columns));
	for (i = 0; i < NUMALENS_NR_COUNTERS; i++) {
		numalens_lab_row(lab);
		numalens_lab_cell(lab, "%s (%s)", counters[i].words, counters[i].file);
		numalens_lab_number(lab, tally->inside[i]);
		numalens_lab_number(lab, tally->across[i]);
	}
}
