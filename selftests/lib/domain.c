// SPDX-License-Identifier: GPL-2.0
#include "domain.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "lens.h"
#include "node.h"
#include "schedstat.h"
#include "text.h"

#define TREE		LENS_ROOT "/sched_domains"
#define DEBUGFS		"/sys/kernel/debug/sched"
#define SYS_CPU		"/sys/devices/system/cpu"
#define TRIES		100

void domains_need(void)
{
	if (geteuid())
		skip_all("needs root");
	if (access(LENS_ROOT, F_OK))
		skip_all("numalens is not loaded");
	if (access(TREE, F_OK))
		skip_all("this kernel does not give numalens its domains");
	/* From 6.5 on the directory comes only when asked for. */
	text_puts(DEBUGFS "/verbose", "Y\n");
	if (access(DEBUGFS "/domains", F_OK))
		skip_all("needs debugfs with sched/domains");
}

int domains_generation(uint64_t *generation)
{
	return text_number(TREE "/generation", generation);
}

const char *domain_path(int cpu, int index, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), TREE "/cpu%d/domain%d/%s", cpu, index,
		 name);
	return path;
}

static const char *debugfs_path(int cpu, int index, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), DEBUGFS "/domains/cpu%d/domain%d/%s", cpu,
		 index, name);
	return path;
}

/* debugfs ends the names of flags with a space. */
static char *line_read(const char *path)
{
	char *text = text_read(path, NULL);
	size_t len;

	if (!text)
		return NULL;
	text_chomp(text);
	for (len = strlen(text); len && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
	return text;
}

char *domain_text(int cpu, int index, const char *name)
{
	return line_read(domain_path(cpu, index, name));
}

/* Directories of a directory whose names are a word and a number. */
static int dirs_count(const char *path, const char *word, int *ids, int max)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int nr = 0, end, id;
	char form[32];

	if (!dir)
		return -errno;
	snprintf(form, sizeof(form), "%s%%d%%n", word);
	while ((entry = readdir(dir))) {
		end = 0;
		if (sscanf(entry->d_name, form, &id, &end) != 1 ||
		    entry->d_name[end])
			continue;
		if (ids && nr < max)
			ids[nr] = id;
		nr++;
	}
	closedir(dir);
	return nr;
}

int domain_count(int cpu)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), TREE "/cpu%d", cpu);
	return dirs_count(path, "domain", NULL, 0);
}

int domain_count_debugfs(int cpu)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DEBUGFS "/domains/cpu%d", cpu);
	return dirs_count(path, "domain", NULL, 0);
}

int cpus_online(int *cpus, int max)
{
	char *text = text_read(SYS_CPU "/online", NULL);
	int nr;

	if (!text)
		return 0;
	nr = id_list_parse(text, cpus, max);
	free(text);
	return nr < 0 ? 0 : nr;
}

int cpu_online_set(int cpu, bool on)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), SYS_CPU "/cpu%d/online", cpu);
	return text_puts(path, on ? "1\n" : "0\n");
}

static int ids_compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* The directories are those of the online CPUs. */
static int cpus_compare(const int *cpus, int nr)
{
	int dirs[DOMAIN_CPUS_MAX];
	int nr_dirs = dirs_count(TREE, "cpu", dirs, DOMAIN_CPUS_MAX);

	if (nr_dirs != nr)
		return fail("%d directories for %d online CPUs", nr_dirs, nr);
	qsort(dirs, nr, sizeof(*dirs), ids_compare);
	if (memcmp(dirs, cpus, nr * sizeof(*dirs)))
		return fail("the directories are not the online CPUs'");
	return CASE_PASS;
}

static const char *name_here(const char *debugfs_name)
{
	if (!strcmp(debugfs_name, "flags"))
		return "flag_names";
	if (!strcmp(debugfs_name, "groups_flags"))
		return "group_flag_names";
	return debugfs_name;
}

/* What the scheduler writes all the time is looked at before and after. */
static int file_compare(int cpu, int index, const char *name)
{
	int try, is_same = 0;

	for (try = 0; try < TRIES && !is_same; try++) {
		char *before = line_read(debugfs_path(cpu, index, name));
		char *here = domain_text(cpu, index, name_here(name));
		char *after = line_read(debugfs_path(cpu, index, name));

		is_same = before && here && after &&
			  (!strcmp(here, before) || !strcmp(here, after));
		if (try == TRIES - 1 && !is_same)
			note("cpu%d/domain%d/%s: \"%s\", debugfs: \"%s\"", cpu,
			     index, name, here ?: "-", after ?: "-");
		free(before);
		free(here);
		free(after);
	}
	return is_same ? CASE_PASS : CASE_FAIL;
}

static int files_compare(int cpu, int index)
{
	DIR *dir = opendir(debugfs_path(cpu, index, ""));
	struct dirent *entry;
	int nr = 0, result = CASE_PASS;

	if (!dir)
		return fail("debugfs has no domain %d of CPU %d", index, cpu);
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		nr++;
		if (file_compare(cpu, index, entry->d_name))
			result = CASE_FAIL;
	}
	closedir(dir);
	return nr ? result : fail("debugfs has no files of CPU %d", cpu);
}

static int span_compare(const struct schedstat_domain *domain)
{
	char *text = domain_text(domain->cpu, domain->index, "span");
	int cpus[DOMAIN_CPUS_MAX];
	cpu_set_t span;
	int i, nr;

	CPU_ZERO(&span);
	nr = text ? id_list_parse(text, cpus, DOMAIN_CPUS_MAX) : -1;
	for (i = 0; i < nr; i++)
		CPU_SET(cpus[i], &span);
	if (nr <= 0 || !CPU_EQUAL(&span, &domain->span)) {
		fail("cpu%d/domain%d/span: \"%s\" is not schedstat's",
		     domain->cpu, domain->index, text ?: "-");
		free(text);
		return CASE_FAIL;
	}
	free(text);
	return CASE_PASS;
}

static int spans_compare(void)
{
	struct schedstat_domain *domains;
	int nr = schedstat_read(&domains);
	int i, result = CASE_PASS;

	if (nr < 0)
		return fail("/proc/schedstat: %s", strerror(-nr));
	for (i = 0; i < nr; i++)
		if (span_compare(&domains[i]))
			result = CASE_FAIL;
	free(domains);
	return result;
}

int domains_compare(void)
{
	int cpus[DOMAIN_CPUS_MAX];
	int nr = cpus_online(cpus, DOMAIN_CPUS_MAX);
	int i, index, count, wanted, result;

	result = cpus_compare(cpus, nr);
	for (i = 0; i < nr; i++) {
		count = domain_count(cpus[i]);
		wanted = domain_count_debugfs(cpus[i]);
		if (count != wanted || count < 0) {
			result = fail("CPU %d has %d domains, in debugfs %d",
				      cpus[i], count, wanted);
			continue;
		}
		for (index = 0; index < count; index++)
			if (files_compare(cpus[i], index))
				result = CASE_FAIL;
	}
	return spans_compare() ? CASE_FAIL : result;
}
