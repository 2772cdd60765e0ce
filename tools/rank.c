// SPDX-License-Identifier: GPL-2.0
/*
 * Records of a snapshot in the order of what they weigh.
 */
#include "rank.h"

#include <stdlib.h>

static int by_rank(const void *a, const void *b)
{
	const struct numalens_rank *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	if (x->then != y->then)
		return x->then < y->then ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

/**
 * numalens_rank_sort() - put the heaviest first
 * @ranks: records; equal ones are put in the order of their indexes
 * @nr: their count
 */
void numalens_rank_sort(struct numalens_rank *ranks, size_t nr)
{
	if (nr)
		qsort(ranks, nr, sizeof(*ranks), by_rank);
}
