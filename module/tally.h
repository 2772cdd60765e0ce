/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_TALLY_H
#define _NUMALENS_TALLY_H

#include <linux/atomic.h>
#include <linux/nodemask.h>
#include <linux/types.h>

#include "uapi/numalens.h"

/*
 * Matrices are dense. With more node ids than this events are not offered:
 * a thread's would no longer fit what may be allocated at its birth.
 */
#define NUMALENS_MAX_NIDS	32

/* How a thread may come to another node. */
#define NUMALENS_NR_MOVES	(NUMALENS_MOVE_LOAD_BALANCE - NUMALENS_MOVE_NUMA_MOVE + 1)

/**
 * struct numalens_tally - counts of events, as matrices of nid by nid
 * @lent: bit by event: matrices that belong to somebody else
 * @matrix: [nr_node_ids][nr_node_ids] by event; made when first needed, NULL is
 *	all zero
 */
struct numalens_tally {
	u64 lent;
	atomic64_t *matrix[NUMALENS_NR_EVENTS];
};

size_t numalens_tally_matrix_size(void);
atomic64_t *numalens_tally_matrix(struct numalens_tally *tally, enum numalens_event event);
bool numalens_tally_add(struct numalens_tally *tally, enum numalens_event event, int row,
			int column, s64 nr);
u64 numalens_tally_read(const struct numalens_tally *tally, enum numalens_event event, int row,
			int column);
void numalens_tally_lend(struct numalens_tally *tally, enum numalens_event event,
			 atomic64_t *matrix);
int numalens_tally_fill(struct numalens_tally *tally, gfp_t gfp);
int numalens_tally_fill_like(struct numalens_tally *tally, const struct numalens_tally *like);
void numalens_tally_fold(struct numalens_tally *tally, struct numalens_tally *into);
void numalens_tally_clear(struct numalens_tally *tally);
void numalens_tally_exit(struct numalens_tally *tally);

/**
 * numalens_matrix_cell - where in a matrix an event is counted
 * @row: nid
 * @column: nid
 */
static __always_inline unsigned int numalens_matrix_cell(int row, int column)
{
	return row * nr_node_ids + column;
}

#endif
