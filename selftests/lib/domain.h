/* SPDX-License-Identifier: GPL-2.0 */
/*
 * numalens' sched_domains/, and the kernel's own views of the same domains:
 * debugfs sched/domains and /proc/schedstat.
 */
#ifndef SELFTESTS_DOMAIN_H
#define SELFTESTS_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>

#define DOMAIN_CPUS_MAX	1024

/** domains_need - end the program as skipped where it has nothing to hold */
void domains_need(void);

/** domains_generation - make the tree agree; 0, or -errno */
int domains_generation(uint64_t *generation);

/** domain_path - of a file of a domain, in a static buffer */
const char *domain_path(int cpu, int index, const char *name);

/** domain_text - content of a file of a domain, for free(); NULL, errno */
char *domain_text(int cpu, int index, const char *name);

/** domain_count - domain directories of a CPU, or -errno */
int domain_count(int cpu);

/** domain_count_debugfs - the same as debugfs has it */
int domain_count_debugfs(int cpu);

/** cpus_online - ids of the online CPUs, their number */
int cpus_online(int *cpus, int max);

/** cpu_online_set - bring a CPU up or down; 0, or -errno */
int cpu_online_set(int cpu, bool on);

/**
 * domains_compare - hold the directories against those of debugfs, every file
 * that debugfs has against the one here, and the spans against schedstat
 *
 * Return: CASE_PASS or CASE_FAIL.
 */
int domains_compare(void);

#endif
