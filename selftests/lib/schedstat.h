/* SPDX-License-Identifier: GPL-2.0 */
/* The scheduling domains of /proc/schedstat, versions 15 to 17. */
#ifndef SELFTESTS_SCHEDSTAT_H
#define SELFTESTS_SCHEDSTAT_H

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#define SCHEDSTAT_VALUES_MAX	64

/**
 * struct schedstat_domain - one of its domain lines
 * @cpu: of the cpu line above it
 * @index: its number
 * @span: the CPUs of its mask
 * @nr: numbers behind the mask
 * @values: those numbers
 */
struct schedstat_domain {
	int cpu;
	int index;
	cpu_set_t span;
	int nr;
	uint64_t values[SCHEDSTAT_VALUES_MAX];
};

/**
 * schedstat_read - read all domains
 * @domains: where to store them, for free()
 *
 * Return: how many, -ENOTSUP for a version that is not known, or -errno.
 */
int schedstat_read(struct schedstat_domain **domains);

/** schedstat_find - the domain of a CPU, or NULL */
const struct schedstat_domain *
schedstat_find(const struct schedstat_domain *domains, int nr, int cpu,
	       int index);

/** schedstat_jiffies - its timestamp line; 0, or -errno */
int schedstat_jiffies(uint64_t *jiffies);

/**
 * schedstat_field - what a value of the version that was read last means
 * @value: its place in the line
 * @idle_type: 0 idle, 1 busy, 2 newly idle, or -1 for one that has no type
 *
 * Return: the name of the member of struct sched_domain, or NULL.
 */
const char *schedstat_field(int value, int *idle_type);

/** schedstats_switch - set kernel.sched_schedstats, return what it was */
int schedstats_switch(int on);

#endif
