// SPDX-License-Identifier: GPL-2.0
/*
 * Counts of events: one matrix of nid by nid for each kind of event.
 *
 * Most VMAs and threads see few kinds, so a matrix is made when the first event of
 * its kind comes. That may be in a page fault with the page-table lock held: it is
 * not waited for memory. Where there is none, the caller counts in the process's
 * own tally, which has all matrices from the start.
 */
#include "tally.h"

#include <linux/bitops.h>
#include <linux/nodemask.h>
#include <linux/slab.h>

#include "callback.h"

/**
 * numalens_tally_matrix_size - bytes of one matrix
 */
size_t numalens_tally_matrix_size(void)
{
	return sizeof(atomic64_t) * nr_node_ids * nr_node_ids;
}

static atomic64_t *make(struct numalens_tally *tally, enum numalens_event event, gfp_t gfp)
{
	atomic64_t *new = NULL, *old;

	if (numalens_may_lock())
		new = kzalloc(numalens_tally_matrix_size(), gfp);
	if (!new)
		return NULL;
	old = cmpxchg(&tally->matrix[event], NULL, new);
	if (!old)
		return new;
	kfree(new);
	return old;
}

/**
 * numalens_tally_matrix - the matrix for an event, a new one if there is none
 * @tally: the tally
 * @event: what
 *
 * Context: any that may allocate without waiting; with a matrix that exists, any.
 * Return: the matrix, or NULL without memory.
 */
atomic64_t *numalens_tally_matrix(struct numalens_tally *tally, enum numalens_event event)
{
	atomic64_t *matrix = READ_ONCE(tally->matrix[event]);

	return likely(matrix) ? matrix : make(tally, event, GFP_NOWAIT | __GFP_NOWARN);
}

/**
 * numalens_tally_add - count an event
 * @tally: the tally
 * @event: what
 * @row: nid
 * @column: nid
 * @nr: how many pages, faults or moves
 *
 * Context: as numalens_tally_matrix().
 * Return: false without memory: nothing was counted.
 */
bool numalens_tally_add(struct numalens_tally *tally, enum numalens_event event, int row,
			int column, s64 nr)
{
	atomic64_t *matrix = numalens_tally_matrix(tally, event);

	if (matrix)
		atomic64_add(nr, &matrix[numalens_matrix_cell(row, column)]);
	return matrix;
}

/**
 * numalens_tally_read - one count
 * @tally: the tally
 * @event: what
 * @row: nid
 * @column: nid
 */
u64 numalens_tally_read(const struct numalens_tally *tally, enum numalens_event event, int row,
			int column)
{
	atomic64_t *matrix = READ_ONCE(tally->matrix[event]);

	return matrix ? atomic64_read(&matrix[row * nr_node_ids + column]) : 0;
}

/**
 * numalens_tally_lend - give it a matrix that stays the lender's
 * @tally: not in use yet
 * @event: what is counted in it
 * @matrix: numalens_tally_matrix_size() bytes, all zero
 */
void numalens_tally_lend(struct numalens_tally *tally, enum numalens_event event,
			 atomic64_t *matrix)
{
	tally->lent |= BIT_ULL(event);
	tally->matrix[event] = matrix;
}

/**
 * numalens_tally_fill - make all matrices
 * @tally: the tally
 * @gfp: how
 *
 * Return: 0 or -ENOMEM; numalens_tally_exit() undoes either.
 */
int numalens_tally_fill(struct numalens_tally *tally, gfp_t gfp)
{
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		if (!tally->matrix[event] && !make(tally, event, gfp))
			return -ENOMEM;
	return 0;
}

/**
 * numalens_tally_fill_like - make the matrices that another has
 * @tally: the tally
 * @like: the other
 *
 * Context: does not wait for memory.
 * Return: 0 or -ENOMEM; what was made stays.
 */
int numalens_tally_fill_like(struct numalens_tally *tally, const struct numalens_tally *like)
{
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		if (like->matrix[event] && !tally->matrix[event] &&
		    !make(tally, event, GFP_NOWAIT | __GFP_NOWARN))
			return -ENOMEM;
	return 0;
}

/**
 * numalens_tally_fold - take what one has counted over into another
 * @tally: nobody counts in it any more; all zero afterwards
 * @into: has the matrices for it
 */
void numalens_tally_fold(struct numalens_tally *tally, struct numalens_tally *into)
{
	unsigned int event, i;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		for (i = 0; tally->matrix[event] && i < nr_node_ids * nr_node_ids; i++)
			atomic64_add(atomic64_xchg(&tally->matrix[event][i], 0),
				     &into->matrix[event][i]);
}

/**
 * numalens_tally_clear - count from zero again
 * @tally: the tally
 */
void numalens_tally_clear(struct numalens_tally *tally)
{
	unsigned int event, i;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		for (i = 0; tally->matrix[event] && i < nr_node_ids * nr_node_ids; i++)
			atomic64_set(&tally->matrix[event][i], 0);
}

/**
 * numalens_tally_exit - free its matrices, but for those that were lent
 * @tally: nobody uses it any more
 */
void numalens_tally_exit(struct numalens_tally *tally)
{
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		if (!(tally->lent & BIT_ULL(event)))
			kfree(tally->matrix[event]);
}
