/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CENSUS_H
#define NUMALENS_CENSUS_H

#include <stddef.h>
#include <stdint.h>

struct numalens_filter;

/**
 * struct numalens_census_entry - a process that runs
 * @pid: its pid
 * @pages: its resident memory, base pages
 */
struct numalens_census_entry {
	unsigned int pid;
	uint64_t pages;
};

/**
 * struct numalens_census - processes that run, the largest first
 * @entries: the processes
 * @nr: their count
 */
struct numalens_census {
	struct numalens_census_entry *entries;
	size_t nr;
};

int numalens_census_take(struct numalens_census *census, const struct numalens_filter *filter);
void numalens_census_free(struct numalens_census *census);

#endif /* NUMALENS_CENSUS_H */
