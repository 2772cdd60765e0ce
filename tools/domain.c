// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduling domains: from the module, or where it has none, from debugfs.
 *
 * A domain is kept as the files that it has: which members struct
 * sched_domain has is the kernel's to change.
 */
#include "domain.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "number.h"
#include "reader.h"

#define MODULE_DIR	NUMALENS_ROOT "/sched_domains"
#define DEBUGFS_DIR	"sys/kernel/debug/sched/domains"

/* debugfs' names for what the module names as struct sched_domain does */
static const char * const renames[][2] = {
	{ "flags", "flag_names" },
	{ "groups_flags", "group_flag_names" },
};

/* What makes two domains the same; the rest changes as the kernel balances. */
static const char * const shape[] = {
	"name", "level", "flags", "flag_names", "span", "groups", "group_flags",
	"group_flag_names", "min_interval", "max_interval", "busy_factor", "imbalance_pct", "cache_nice_tries",
};

static int files_read(const struct numalens_dir *dir, struct numalens_attribute **attributes,
		      size_t *nr_attributes)
{
	char **names;
	size_t nr, i;
	int ret = numalens_dir_names(dir, &names, &nr);

	*attributes = NULL;
	*nr_attributes = 0;
	if (ret)
		return numalens_error_file(dir, NULL, "read", -ret);
	*attributes = numalens_alloc(nr, sizeof(**attributes));
	for (i = 0; i < nr; i++) {
		struct numalens_attribute *a = &(*attributes)[*nr_attributes];

		ret = numalens_dir_read(dir, names[i], &a->text);
		if (ret == -EISDIR || ret == -ENOENT) {
			ret = 0;
			continue;
		}
		if (ret) {
			ret = numalens_error_file(dir, names[i], "read", -ret);
			break;
		}
		a->name = numalens_strdup(names[i]);
		++*nr_attributes;
	}
	numalens_dir_names_free(names, nr);
	return ret;
}

static void debugfs_rename(struct numalens_domain *domain)
{
	size_t i, k;

	for (i = 0; i < domain->nr_attributes; i++) {
		for (k = 0; k < ARRAY_SIZE(renames); k++) {
			if (strcmp(domain->attributes[i].name, renames[k][0]))
				continue;
			free(domain->attributes[i].name);
			domain->attributes[i].name = numalens_strdup(renames[k][1]);
			break;
		}
	}
}

static int domain_read(struct numalens_domain *domain, const struct numalens_domains *domains,
		       const struct numalens_dir *cpu, bool stats)
{
	struct numalens_dir dir, sub;
	int ret;

	if ((size_t)snprintf(dir.path, sizeof(dir.path), "%s/domain%u", cpu->path,
			     domain->index) >= sizeof(dir.path))
		return numalens_error(NUMALENS_FAILED, "%s is too long a path", cpu->path);
	ret = files_read(&dir, &domain->attributes, &domain->nr_attributes);
	if (ret)
		return ret;
	if (domains->debugfs)
		debugfs_rename(domain);
	if (!stats || !numalens_dir_has(&dir, "stats"))
		return NUMALENS_OK;
	if ((size_t)snprintf(sub.path, sizeof(sub.path), "%s/stats", dir.path) >=
	    sizeof(sub.path))
		return numalens_error(NUMALENS_FAILED, "%s is too long a path", dir.path);
	return files_read(&sub, &domain->stats, &domain->nr_stats);
}

static int cpu_read(struct numalens_domain_cpu *cpu, const struct numalens_domains *domains,
		    bool stats)
{
	struct numalens_dir dir;
	unsigned int *ids;
	size_t nr, i;
	int ret;

	numalens_dir_set(&dir, "%s/cpu%u", domains->debugfs ? DEBUGFS_DIR : MODULE_DIR,
			 cpu->cpu);
	ret = numalens_dir_ids(&dir, "domain", &ids, &nr);
	if (ret)
		return numalens_error_file(&dir, NULL, "read", -ret);
	cpu->domains = numalens_alloc(nr, sizeof(*cpu->domains));
	for (i = 0; i < nr && !ret; i++) {
		cpu->domains[cpu->nr_domains].index = ids[i];
		ret = domain_read(&cpu->domains[cpu->nr_domains++], domains, &dir, stats);
	}
	free(ids);
	return ret;
}

/* Where are they? The module's generation must be read before anything else of it. */
static int source_find(struct numalens_domains *domains, struct numalens_dir *dir)
{
	int ret;

	numalens_dir_set(dir, MODULE_DIR);
	if (numalens_dir_has(dir, "")) {
		ret = numalens_dir_read_u64(dir, "generation", &domains->generation);
		return ret ? numalens_error_file(dir, "generation", "read", -ret) : NUMALENS_OK;
	}
	domains->debugfs = true;
	numalens_dir_set(dir, DEBUGFS_DIR);
	if (numalens_dir_has(dir, "")) {
		numalens_note("the module has no sched_domains here: reading %s, which knows "
			      "neither spans nor groups", dir->path);
		return NUMALENS_OK;
	}
	numalens_dir_set(dir, "sys/kernel/debug");
	if (!numalens_dir_has(dir, "sched"))
		return numalens_error(NUMALENS_MISSING,
				      "no scheduling domains to read: load the module (sudo "
				      "modprobe numalens), or mount debugfs on %s and be root",
				      dir->path);
	return numalens_error(NUMALENS_MISSING,
			      "no scheduling domains to read: load the module (sudo modprobe "
			      "numalens), or echo Y > %s/sched/verbose", dir->path);
}

static int cpus_check(const struct numalens_list *only, const unsigned int *ids, size_t nr)
{
	static struct numalens_list have;
	unsigned int id;
	size_t i;

	memset(&have, 0, sizeof(have));
	for (i = 0; i < nr; i++)
		if (ids[i] <= NUMALENS_MAX_ID)
			numalens_list_add(&have, ids[i]);
	for (id = 0; id <= NUMALENS_MAX_ID; id++)
		if (numalens_list_has(only, id) && !numalens_list_has(&have, id))
			return numalens_error(NUMALENS_USAGE, "CPU %u is not online", id);
	return NUMALENS_OK;
}

/**
 * numalens_domains_read() - read the scheduling domains
 * @domains: gets them; numalens_domains_free() it, whatever is returned
 * @only: of these CPUs, or NULL for all
 * @stats: also the balance counters
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_domains_read(struct numalens_domains *domains, const struct numalens_list *only,
			  bool stats)
{
	struct numalens_dir dir;
	unsigned int *ids;
	size_t nr, i;
	int ret;

	memset(domains, 0, sizeof(*domains));
	ret = source_find(domains, &dir);
	if (ret)
		return ret;
	ret = numalens_dir_ids(&dir, "cpu", &ids, &nr);
	if (ret)
		return numalens_error_file(&dir, NULL, "read", -ret);
	if (only)
		ret = cpus_check(only, ids, nr);
	domains->cpus = numalens_alloc(nr, sizeof(*domains->cpus));
	for (i = 0; i < nr && !ret; i++) {
		if (only && !numalens_list_has(only, ids[i]))
			continue;
		domains->cpus[domains->nr_cpus].cpu = ids[i];
		ret = cpu_read(&domains->cpus[domains->nr_cpus++], domains, stats);
	}
	free(ids);
	return ret;
}

static void attributes_free(struct numalens_attribute *attributes, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		free(attributes[i].name);
		free(attributes[i].text);
	}
	free(attributes);
}

/**
 * numalens_domains_free() - end what numalens_domains_read() gave
 * @domains: domains
 */
void numalens_domains_free(struct numalens_domains *domains)
{
	size_t i, k;

	for (i = 0; i < domains->nr_cpus; i++) {
		struct numalens_domain_cpu *cpu = &domains->cpus[i];

		for (k = 0; k < cpu->nr_domains; k++) {
			attributes_free(cpu->domains[k].attributes,
					cpu->domains[k].nr_attributes);
			attributes_free(cpu->domains[k].stats, cpu->domains[k].nr_stats);
		}
		free(cpu->domains);
	}
	free(domains->cpus);
}

/**
 * numalens_domain_get() - a value of a domain
 * @domain: domain
 * @name: which
 *
 * Return: the value, NULL if it is not known.
 */
const char *numalens_domain_get(const struct numalens_domain *domain, const char *name)
{
	size_t i;

	for (i = 0; i < domain->nr_attributes; i++)
		if (!strcmp(domain->attributes[i].name, name))
			return domain->attributes[i].text;
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strverscmp(*(char * const *)a, *(char * const *)b);
}

static size_t words_split(char *text, char **words)
{
	size_t nr = 0;
	char *word;

	while ((word = strsep(&text, " ")))
		if (*word)
			words[nr++] = word;
	qsort(words, nr, sizeof(*words), by_text);
	return nr;
}

/* Each CPU's list of groups begins with its own: compare them as sets. */
static bool words_equal(const char *a, const char *b)
{
	char *copy_a = numalens_strdup(a), *copy_b = numalens_strdup(b);
	char **words_a = numalens_alloc(strlen(a) + 1, sizeof(*words_a));
	char **words_b = numalens_alloc(strlen(b) + 1, sizeof(*words_b));
	size_t nr = words_split(copy_a, words_a), i;
	bool equal = nr == words_split(copy_b, words_b);

	for (i = 0; equal && i < nr; i++)
		equal = !strcmp(words_a[i], words_b[i]);
	free(words_b);
	free(words_a);
	free(copy_b);
	free(copy_a);
	return equal;
}

static bool domain_equal(const struct numalens_domain *a, const struct numalens_domain *b)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shape); i++) {
		const char *x = numalens_domain_get(a, shape[i]);
		const char *y = numalens_domain_get(b, shape[i]);

		if (!x && !y)
			continue;
		if (!x || !y || (strcmp(x, y) && !words_equal(x, y)))
			return false;
	}
	return true;
}

/**
 * numalens_domain_cpu_equal() - do two CPUs have the same domains?
 * @a: one
 * @b: other
 *
 * Return: true if they do, whatever the counters say.
 */
bool numalens_domain_cpu_equal(const struct numalens_domain_cpu *a,
			       const struct numalens_domain_cpu *b)
{
	size_t i;

	if (a->nr_domains != b->nr_domains)
		return false;
	for (i = 0; i < a->nr_domains; i++)
		if (!domain_equal(&a->domains[i], &b->domains[i]))
			return false;
	return true;
}
