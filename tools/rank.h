/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RANK_H
#define NUMALENS_RANK_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct numalens_rank - a record among others
 * @weight: how much it counts
 * @then: how much it counts among those of equal weight
 * @index: which it is
 */
struct numalens_rank {
	uint64_t weight;
	uint64_t then;
	size_t index;
};

void numalens_rank_sort(struct numalens_rank *ranks, size_t nr);

#endif /* NUMALENS_RANK_H */
