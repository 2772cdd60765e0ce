/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle for migrations: move_pages(2), asked for every resident page of a
 * process before and after. It does not answer for pages that NUMA balancing
 * has made inaccessible: switch that off.
 */
#ifndef SELFTESTS_CENSUS_H
#define SELFTESTS_CENSUS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "matrix.h"

/** struct census - pages and their nodes; one of them, in base pages */
struct census {
	uint64_t *addrs;
	int *nids;
	size_t nr;
};

/**
 * census_take - every page that is resident, of every VMA
 * @pid: a process that sleeps
 * @census: filled in, for census_free()
 *
 * Return: 0, or -errno.
 */
int census_take(pid_t pid, struct census *census);

/** census_free - forget what census_take() filled in */
void census_free(struct census *census);

/**
 * census_moved - which of the pages are elsewhere now
 * @pid: the process
 * @census: taken before
 * @start: only these addresses
 * @end: the first address behind them
 * @moved: filled in: from node to node
 *
 * Return: 0, or -errno; -ESTALE if a page is not resident any more.
 */
int census_moved(pid_t pid, const struct census *census, uint64_t start,
		 uint64_t end, struct matrix *moved);

#endif
