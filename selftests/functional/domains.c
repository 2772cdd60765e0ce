// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduling domains of every online CPU are what the kernel says.
 *
 * Oracles: debugfs sched/domains for what it has, by its own file names; the
 * masks and counters of /proc/schedstat, in the order that
 * Documentation/scheduler/sched-stats.rst gives; the header that numbers the
 * flags. Groups have to add up to the span, as the scheduler itself demands.
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/domain.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/schedstat.h"
#include "../lib/text.h"

#define FLAGS_MAX	32
#define TRIES		200
/* Counters that must have moved, and how often to make them. */
#define MOVED_MIN	8
#define WORKLOADS	5

static char *flag_names[FLAGS_MAX];

/* Run a check for every domain of every online CPU. */
static int each_domain(int (*check)(int cpu, int index))
{
	int cpus[DOMAIN_CPUS_MAX];
	int nr_cpus = cpus_online(cpus, DOMAIN_CPUS_MAX);
	int i, index, nr, result = CASE_PASS, checked = 0;

	for (i = 0; i < nr_cpus; i++) {
		nr = domain_count(cpus[i]);
		for (index = 0; index < nr; index++, checked++)
			if (check(cpus[i], index))
				result = CASE_FAIL;
	}
	return checked ? result : skip("no CPU has a scheduling domain");
}

static int number(int cpu, int index, const char *name, uint64_t *value)
{
	int ret = text_number(domain_path(cpu, index, name), value);

	if (ret)
		note("cpu%d/domain%d/%s: %s", cpu, index, name, strerror(-ret));
	return ret;
}

static int cpu_list(int cpu, int index, const char *name, cpu_set_t *set)
{
	char *text = domain_text(cpu, index, name);
	int cpus[DOMAIN_CPUS_MAX];
	int i, nr;

	CPU_ZERO(set);
	nr = text ? id_list_parse(text, cpus, DOMAIN_CPUS_MAX) : -errno;
	for (i = 0; i < nr; i++)
		CPU_SET(cpus[i], set);
	free(text);
	return nr > 0 ? 0 : -EPROTO;
}

static int as_in_debugfs(void)
{
	return domains_compare();
}

/* Where the headers of the running kernel may be; of one not installed, the guest's host says. */
static char *flags_header(void)
{
	static const char * const places[] = {
		"/lib/modules/%s/source", "/lib/modules/%s/build",
		"/usr/src/linux-headers-%s", "/usr/src/linux-headers-%s-common",
	};
	const char *told = getenv("NUMALENS_HEADERS");
	struct utsname uts;
	char root[256], path[512];
	char *text = NULL;
	size_t i;

	if (told) {
		snprintf(path, sizeof(path), "%s/include/linux/sched/sd_flags.h", told);
		text = text_read(path, NULL);
	}
	uname(&uts);
	for (i = 0; i < ARRAY_SIZE(places) && !text; i++) {
		/* Debian keeps the part without the flavour apart. */
		if (strstr(places[i], "common") && strrchr(uts.release, '-'))
			*strrchr(uts.release, '-') = '\0';
		snprintf(root, sizeof(root), places[i], uts.release);
		snprintf(path, sizeof(path), "%s/include/linux/sched/sd_flags.h",
			 root);
		text = text_read(path, NULL);
	}
	return text;
}

static int flag_names_read(void)
{
	char *text = flags_header();
	char *line;
	int nr = 0;

	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (nr < FLAGS_MAX &&
		    sscanf(line, "SD_FLAG(%m[A-Z_]", &flag_names[nr]) == 1)
			nr++;
	}
	free(text);
	return nr;
}

static int flags_check(int cpu, int index, const char *value_name,
		       const char *names_name)
{
	char wanted[1024] = "";
	uint64_t value;
	char *names;
	int bit, ret;

	if (number(cpu, index, value_name, &value))
		return CASE_FAIL;
	for (bit = 0; bit < FLAGS_MAX; bit++) {
		if (!(value & 1ULL << bit))
			continue;
		if (!flag_names[bit])
			return fail("cpu%d/domain%d: no flag has bit %d", cpu,
				    index, bit);
		if (*wanted)
			strcat(wanted, " ");
		strcat(wanted, flag_names[bit]);
	}
	names = domain_text(cpu, index, names_name);
	ret = names && !strcmp(names, wanted) ? CASE_PASS :
	      fail("cpu%d/domain%d/%s: \"%s\", 0x%" PRIx64 " is \"%s\"", cpu,
		   index, names_name, names ?: "-", value, wanted);
	free(names);
	return ret;
}

static int domain_flags_check(int cpu, int index)
{
	if (flags_check(cpu, index, "flags", "flag_names"))
		return CASE_FAIL;
	if (access(domain_path(cpu, index, "group_flags"), F_OK))
		return CASE_PASS;
	return flags_check(cpu, index, "group_flags", "group_flag_names");
}

static int flags_as_in_header(void)
{
	if (!flag_names_read())
		return skip("the running kernel's sd_flags.h is not installed");
	return each_domain(domain_flags_check);
}

static int groups_check(int cpu, int index)
{
	char *text = domain_text(cpu, index, "groups");
	char *word, *rest = text;
	cpu_set_t span, sum;
	int cpus[DOMAIN_CPUS_MAX];
	int i, nr, nr_groups = 0, is_own = 0;

	if (!text || cpu_list(cpu, index, "span", &span))
		return fail("cpu%d/domain%d: groups, span: %s", cpu, index,
			    strerror(errno));
	CPU_ZERO(&sum);
	while ((word = strsep(&rest, " "))) {
		nr = id_list_parse(word, cpus, DOMAIN_CPUS_MAX);
		for (i = 0; i < nr; i++) {
			CPU_SET(cpus[i], &sum);
			is_own |= !nr_groups && cpus[i] == cpu;
		}
		nr_groups++;
		if (nr <= 0)
			return fail("cpu%d/domain%d/groups: an empty one", cpu,
				    index);
	}
	free(text);
	if (!is_own)
		return fail("cpu%d/domain%d: is not in its first group", cpu,
			    index);
	if (!CPU_EQUAL(&sum, &span))
		return fail("cpu%d/domain%d: groups don't add up to the span",
			    cpu, index);
	return CASE_PASS;
}

static int groups_add_up(void)
{
	return each_domain(groups_check);
}

static int plausible_check(int cpu, int index)
{
	uint64_t level, below = 0, weight, interval, max, last, now;
	cpu_set_t span;

	if (number(cpu, index, "level", &level) ||
	    number(cpu, index, "span_weight", &weight) ||
	    number(cpu, index, "balance_interval", &interval) ||
	    number(cpu, index, "max_interval", &max) ||
	    number(cpu, index, "last_balance", &last) ||
	    cpu_list(cpu, index, "span", &span))
		return CASE_FAIL;
	if (index && (number(cpu, index - 1, "level", &below) || level <= below))
		return fail("cpu%d/domain%d: level %" PRIu64 " above %" PRIu64,
			    cpu, index, level, below);
	if (weight != (uint64_t)CPU_COUNT(&span))
		return fail("cpu%d/domain%d: span_weight is %" PRIu64, cpu,
			    index, weight);
	/* It doubles until it is beyond, or beyond half a second if pinned. */
	if (!interval || interval >= 2 * (max > 512 ? max : 512))
		return fail("cpu%d/domain%d: balance_interval is %" PRIu64, cpu,
			    index, interval);
	if (schedstat_jiffies(&now) || last > now)
		return fail("cpu%d/domain%d: last_balance is %" PRIu64
			    ", now is %" PRIu64, cpu, index, last, now);
	return CASE_PASS;
}

static int plausible(void)
{
	return each_domain(plausible_check);
}

/* Sleepers that wake each other, spinners, and short-lived children. */
static void work(int self, int in, int out)
{
	uint64_t end = now_ns() + 2000000000ULL;
	char token = 0;

	while (now_ns() < end) {
		if (self % 3 == 0)
			continue;
		if (write(out, &token, 1) < 0 || read(in, &token, 1) <= 0)
			break;
	}
	_exit(0);
}

static void workload(void)
{
	int cpus[DOMAIN_CPUS_MAX];
	int i, nr = 3 * cpus_online(cpus, DOMAIN_CPUS_MAX);
	int there[2], back[2];

	for (i = 0; i < nr; i++) {
		if (i % 3 == 1 && (pipe(there) || pipe(back)))
			break;
		if (proc_fork())
			continue;
		if (i % 3 == 1)
			work(i, back[0], there[1]);
		work(i, there[0], back[1]);
	}
	sleep_ms(2200);
	procs_end();
}

static int counter_get(int cpu, int index, int field, uint64_t *value)
{
	uint64_t row[4];
	char name[64];
	int type, nr;
	char *text;

	snprintf(name, sizeof(name), "stats/%s", schedstat_field(field, &type));
	text = domain_text(cpu, index, name);
	if (!text)
		return fail("cpu%d/domain%d/%s: %s", cpu, index, name,
			    strerror(errno));
	nr = sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
		    &row[0], &row[1], &row[2], &row[3]);
	free(text);
	if (nr != (type < 0 ? 1 : 3))
		return fail("cpu%d/domain%d/%s: %d values", cpu, index, name,
			    nr);
	*value = row[type < 0 ? 0 : type];
	return 0;
}

/*
 * Counters never shrink: between two looks at schedstat lies ours. A field is
 * done with once the two looks agree, so that the next try is a quicker one.
 */
static int counters_bracket(int cpu, int index, uint64_t *done, int *nr_moved)
{
	uint64_t here[SCHEDSTAT_VALUES_MAX];
	struct schedstat_domain *before, *after = NULL;
	int nr_before = schedstat_read(&before), nr_after;
	const struct schedstat_domain *a, *b;
	int field, nr = 0, type, result = CASE_FAIL;

	a = schedstat_find(before, nr_before, cpu, index);
	for (nr = 0; a && nr < a->nr; nr++)
		if (!(*done & 1ULL << nr) &&
		    counter_get(cpu, index, nr, &here[nr]))
			goto free_both;
	nr_after = schedstat_read(&after);
	b = schedstat_find(after, nr_after, cpu, index);
	if (!a || !b) {
		fail("schedstat lacks domain %d of CPU %d", index, cpu);
		goto free_both;
	}
	result = CASE_PASS;
	for (field = 0; field < nr; field++) {
		if (*done & 1ULL << field)
			continue;
		if (here[field] < a->values[field] ||
		    here[field] > b->values[field])
			result = fail("cpu%d/domain%d/stats/%s: %" PRIu64
				      ", schedstat: %" PRIu64 "-%" PRIu64, cpu,
				      index, schedstat_field(field, &type),
				      here[field], a->values[field],
				      b->values[field]);
		if (a->values[field] != b->values[field])
			continue;
		*done |= 1ULL << field;
		*nr_moved += here[field] != 0;
	}
free_both:
	free(before);
	free(after);
	return result;
}

static int nr_moved_ever;

/* A CPU that is busy reading does not balance as often as one that idles. */
static int counters_check(int cpu, int index)
{
	struct schedstat_domain *domains;
	int nr_fields, nr = schedstat_read(&domains);
	int try, moved = 0;
	uint64_t done = 0;
	cpu_set_t set;

	if (nr <= 0)
		return fail("/proc/schedstat: %s", strerror(-nr));
	nr_fields = domains[0].nr;
	free(domains);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	for (try = 0; try < TRIES && done != (1ULL << nr_fields) - 1; try++)
		if (counters_bracket(cpu, index, &done, &moved))
			return CASE_FAIL;
	if (done != (1ULL << nr_fields) - 1)
		return fail("cpu%d/domain%d: never at rest: %" PRIx64, cpu,
			    index, done);
	if (moved > nr_moved_ever)
		nr_moved_ever = moved;
	return CASE_PASS;
}

static int counters_as_in_schedstat(void)
{
	struct schedstat_domain *domains;
	int nr = schedstat_read(&domains);
	int was, result, tries = 0;
	cpu_set_t allowed;

	free(domains);
	if (nr == -ENOTSUP)
		return skip("a version of /proc/schedstat that is not known");
	was = schedstats_switch(1);
	if (was < 0)
		return skip("no kernel.sched_schedstats");
	sched_getaffinity(0, sizeof(allowed), &allowed);
	nr_moved_ever = 0;
	/* they have not worked where the machine stood still */
	do {
		workload();
		result = each_domain(counters_check);
		sched_setaffinity(0, sizeof(allowed), &allowed);
	} while (result == CASE_PASS && nr_moved_ever < MOVED_MIN && ++tries < WORKLOADS);
	schedstats_switch(was);
	note("up to %d counters of a domain have moved", nr_moved_ever);
	if (result == CASE_PASS && nr_moved_ever < MOVED_MIN)
		return fail("the workload moved too few to tell them apart");
	return result;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "directories, files and spans are the kernel's", as_in_debugfs },
		{ "flag values are the header's", flags_as_in_header },
		{ "groups add up to the span", groups_add_up },
		{ "what the kernel shows nowhere is plausible", plausible },
		{ "counters are schedstat's", counters_as_in_schedstat },
	};

	domains_need();
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
