// SPDX-License-Identifier: GPL-2.0
/*
 * The records of a snapshot with the largest values, the lower number first among
 * equals. A heap of their numbers has the smallest on top.
 */
#include "choose.h"

#include <linux/minmax.h>
#include <linux/sort.h>

/**
 * struct heap - the numbers chosen so far
 * @snapshot: of the records
 * @value: of a record
 * @chosen: their numbers
 * @nr: how many
 */
struct heap {
	const struct numalens_snapshot *snapshot;
	numalens_value_fn value;
	u32 *chosen;
	u32 nr;
};

static bool is_smaller(const struct heap *heap, u32 a, u32 b)
{
	u64 value_a = heap->value(heap->snapshot, a), value_b = heap->value(heap->snapshot, b);

	return value_a != value_b ? value_a < value_b : a > b;
}

static void sift_down(const struct heap *heap, u32 at)
{
	u32 *chosen = heap->chosen;

	for (;;) {
		u32 child = 2 * at + 1;

		if (child >= heap->nr)
			return;
		if (child + 1 < heap->nr && is_smaller(heap, chosen[child + 1], chosen[child]))
			child++;
		if (!is_smaller(heap, chosen[child], chosen[at]))
			return;
		swap(chosen[child], chosen[at]);
		at = child;
	}
}

static int compare_u32(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : 1;
}

/**
 * numalens_choose - find the records with the largest values
 * @snapshot: the snapshot
 * @value: what to choose by
 * @nr_records: records that there are
 * @chosen: set to the numbers of those chosen, ascending
 * @nr: how many to choose, at most @nr_records
 */
void numalens_choose(const struct numalens_snapshot *snapshot, numalens_value_fn value,
		     u32 nr_records, u32 *chosen, u32 nr)
{
	struct heap heap = {
		.snapshot = snapshot,
		.value = value,
		.chosen = chosen,
		.nr = nr,
	};
	u32 i;

	for (i = 0; i < nr; i++)
		chosen[i] = i;
	if (!nr || nr == nr_records)
		return;

	for (i = nr / 2; i-- > 0;)
		sift_down(&heap, i);
	for (i = nr; i < nr_records; i++)
		if (is_smaller(&heap, chosen[0], i)) {
			chosen[0] = i;
			sift_down(&heap, 0);
		}
	sort(chosen, nr, sizeof(*chosen), compare_u32, NULL);
}
