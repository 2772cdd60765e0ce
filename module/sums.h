/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SUMS_H
#define _NUMALENS_SUMS_H

#include <linux/types.h>

struct numalens_cell;
struct numalens_tally;

/**
 * struct numalens_sums - counts of events as a snapshot has them, while they are summed up
 * @nr_nodes: rows and columns of a matrix
 * @events: bit by event: matrices that may have other than zero
 * @counts: [NUMALENS_NR_EVENTS][@nr_nodes][@nr_nodes]
 */
struct numalens_sums {
	u32 nr_nodes;
	u64 events;
	u64 *counts;
};

int numalens_sums_init(struct numalens_sums *sums, u32 nr_nodes);
void numalens_sums_exit(struct numalens_sums *sums);
void numalens_sums_add(struct numalens_sums *sums, const u32 *nids,
		       const struct numalens_tally *tally);
void numalens_sums_clear(struct numalens_sums *sums);
u32 numalens_sums_nr_cells(const struct numalens_sums *sums);
void numalens_sums_write(const struct numalens_sums *sums, u32 scope, u32 index,
			 struct numalens_cell *cells);

#endif
