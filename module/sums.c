// SPDX-License-Identifier: GPL-2.0
/*
 * From tallies, which are by nid and change all the time, to the cells of a
 * snapshot, which are by column, and only what is not zero.
 */
#include "sums.h"

#include <linux/bitops.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "tally.h"

/**
 * numalens_sums_init - nothing yet
 * @sums: set up
 * @nr_nodes: columns of the snapshot
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_sums_init(struct numalens_sums *sums, u32 nr_nodes)
{
	sums->nr_nodes = nr_nodes;
	sums->events = 0;
	sums->counts = kvcalloc(NUMALENS_NR_EVENTS * nr_nodes * nr_nodes, sizeof(*sums->counts),
				GFP_KERNEL);
	return sums->counts ? 0 : -ENOMEM;
}

void numalens_sums_exit(struct numalens_sums *sums)
{
	kvfree(sums->counts);
}

static u64 *matrix_of(const struct numalens_sums *sums, unsigned int event)
{
	return sums->counts + event * sums->nr_nodes * sums->nr_nodes;
}

static void add_matrix(u64 *counts, const u32 *nids, u32 nr_nodes,
		       const struct numalens_tally *tally, unsigned int event)
{
	u32 row, column;

	for (row = 0; row < nr_nodes; row++)
		for (column = 0; column < nr_nodes; column++)
			*counts++ += numalens_tally_read(tally, event, nids[row], nids[column]);
}

/**
 * numalens_sums_add - add what a tally has counted
 * @sums: the sums
 * @nids: the nodes, in column order
 * @tally: does not go before this returns
 *
 * Context: any.
 */
void numalens_sums_add(struct numalens_sums *sums, const u32 *nids,
		       const struct numalens_tally *tally)
{
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++) {
		if (!READ_ONCE(tally->matrix[event]))
			continue;
		sums->events |= BIT_ULL(event);
		add_matrix(matrix_of(sums, event), nids, sums->nr_nodes, tally, event);
	}
}

/**
 * numalens_sums_clear - nothing again
 * @sums: the sums
 */
void numalens_sums_clear(struct numalens_sums *sums)
{
	u32 nr = sums->nr_nodes * sums->nr_nodes;
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		if (sums->events & BIT_ULL(event))
			memset(matrix_of(sums, event), 0, nr * sizeof(*sums->counts));
	sums->events = 0;
}

/**
 * numalens_sums_nr_cells - how many are not zero
 * @sums: the sums
 */
u32 numalens_sums_nr_cells(const struct numalens_sums *sums)
{
	u32 i, nr = sums->nr_nodes * sums->nr_nodes, nr_cells = 0;
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++)
		for (i = 0; (sums->events & BIT_ULL(event)) && i < nr; i++)
			nr_cells += matrix_of(sums, event)[i] != 0;
	return nr_cells;
}

/**
 * numalens_sums_write - write what is not zero, ascending
 * @sums: the sums
 * @scope: enum numalens_scope
 * @index: which VMA or thread record
 * @cells: room for numalens_sums_nr_cells()
 */
void numalens_sums_write(const struct numalens_sums *sums, u32 scope, u32 index,
			 struct numalens_cell *cells)
{
	u32 i, nr = sums->nr_nodes * sums->nr_nodes;
	unsigned int event;

	for (event = 0; event < NUMALENS_NR_EVENTS; event++) {
		const u64 *counts = matrix_of(sums, event);

		for (i = 0; (sums->events & BIT_ULL(event)) && i < nr; i++)
			if (counts[i])
				*cells++ = (struct numalens_cell){
					.scope = scope,
					.index = index,
					.event = event,
					.row = i / sums->nr_nodes,
					.column = i % sums->nr_nodes,
					.count = counts[i],
				};
	}
}
