// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: drawn up by one scan, then never changed again.
 *
 * The image in memory is the image that user space reads; attributes print from
 * it.
 */
#include "snapshot.h"

#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

/**
 * numalens_snapshot_equal - whether two say the same
 * @a: one
 * @b: the other
 */
bool numalens_snapshot_equal(const struct numalens_snapshot *a, const struct numalens_snapshot *b)
{
	return a->header.size == b->header.size && !memcmp(a->image, b->image, a->header.size);
}

/**
 * numalens_snapshot_get - the snapshot that is published
 * @where: the pointer by which it is
 *
 * Context: any that may hold RCU. Drop with numalens_snapshot_put().
 * Return: the snapshot, or NULL if there is none yet.
 */
struct numalens_snapshot *numalens_snapshot_get(struct numalens_snapshot __rcu **where)
{
	struct numalens_snapshot *snapshot;

	rcu_read_lock();
	do {
		snapshot = rcu_dereference(*where);
	} while (snapshot && !kref_get_unless_zero(&snapshot->ref));
	rcu_read_unlock();

	return snapshot;
}

static void snapshot_release(struct kref *ref)
{
	struct numalens_snapshot *snapshot = container_of(ref, struct numalens_snapshot, ref);

	kvfree_rcu(snapshot, rcu);
}

/**
 * numalens_snapshot_put - drop a reference
 * @snapshot: the snapshot, or NULL
 */
void numalens_snapshot_put(struct numalens_snapshot *snapshot)
{
	if (snapshot)
		kref_put(&snapshot->ref, snapshot_release);
}

/**
 * numalens_snapshot_find_vma - a record by its addresses
 * @snapshot: the snapshot
 * @start: first address
 * @end: first address behind it
 *
 * Return: the record, or NULL if the snapshot has none with these bounds.
 */
const struct numalens_vma *numalens_snapshot_find_vma(const struct numalens_snapshot *snapshot,
						      u64 start, u64 end)
{
	u32 low = 0, high = snapshot->header.nr_vmas;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct numalens_vma *vma = numalens_snapshot_vma(snapshot, middle);

		if (vma->start == start)
			return vma->end == end ? vma : NULL;
		if (vma->start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/**
 * numalens_snapshot_find_thread - a record by its id
 * @snapshot: the snapshot
 * @tid: the id
 *
 * Return: the record, or NULL.
 */
const struct numalens_thread *
numalens_snapshot_find_thread(const struct numalens_snapshot *snapshot, u32 tid)
{
	u32 low = 0, high = snapshot->header.nr_threads;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct numalens_thread *thread = numalens_snapshot_thread(snapshot, middle);

		if (thread->tid == tid)
			return thread;
		if (thread->tid < tid)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/**
 * numalens_snapshot_first_cell - where the cells of a record begin
 * @snapshot: the snapshot
 * @scope: enum numalens_scope, or one more than the last of it
 * @index: which VMA or thread record, or one more than the last
 *
 * Return: number of the first cell that is not before; of all cells if there is none.
 */
u32 numalens_snapshot_first_cell(const struct numalens_snapshot *snapshot, u32 scope, u32 index)
{
	u32 low = 0, high = snapshot->header.nr_cells;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct numalens_cell *cell = numalens_snapshot_cell(snapshot, middle);

		if (cell->scope < scope || (cell->scope == scope && cell->index < index))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
