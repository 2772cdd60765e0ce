/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SNAPSHOT_H
#define _NUMALENS_SNAPSHOT_H

#include <linux/kref.h>
#include <linux/rcupdate.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "uapi/numalens.h"

/**
 * struct numalens_snapshot - what one scan found; immutable once published
 * @ref: holders: the published pointer, readers, pins
 * @rcu: to free it
 * @header: start of the image
 * @image: what user space reads, @header.size bytes
 */
struct numalens_snapshot {
	struct kref ref;
	struct rcu_head rcu;
	union {
		struct numalens_snapshot_header header;
		DECLARE_FLEX_ARRAY(u8, image);
	};
};

bool numalens_snapshot_equal(const struct numalens_snapshot *a, const struct numalens_snapshot *b);
struct numalens_snapshot *numalens_snapshot_get(struct numalens_snapshot __rcu **where);
void numalens_snapshot_put(struct numalens_snapshot *snapshot);
const struct numalens_vma *numalens_snapshot_find_vma(const struct numalens_snapshot *snapshot,
						      u64 start, u64 end);
const struct numalens_thread *
numalens_snapshot_find_thread(const struct numalens_snapshot *snapshot, u32 tid);
u32 numalens_snapshot_first_cell(const struct numalens_snapshot *snapshot, u32 scope, u32 index);

static inline u64 *numalens_vma_array(const struct numalens_snapshot_header *header,
				      const struct numalens_vma *vma,
				      enum numalens_vma_array array)
{
	return (u64 *)(vma + 1) + array * header->nr_nodes;
}

static inline u64 *numalens_thread_array(const struct numalens_snapshot_header *header,
					 const struct numalens_thread *thread,
					 enum numalens_thread_array array)
{
	return (u64 *)(thread + 1) + array * header->nr_nodes;
}

static inline const void *numalens_snapshot_at(const struct numalens_snapshot *snapshot, u64 offset)
{
	return snapshot->image + offset;
}

static inline const u32 *numalens_snapshot_nids(const struct numalens_snapshot *snapshot)
{
	return numalens_snapshot_at(snapshot, snapshot->header.nodes_offset);
}

static inline const u64 *numalens_snapshot_total(const struct numalens_snapshot *snapshot,
						 u32 row)
{
	return (const u64 *)numalens_snapshot_at(snapshot, snapshot->header.totals_offset) +
	       row * snapshot->header.nr_nodes;
}

/* @order: below nr_orders */
static inline const u64 *numalens_snapshot_order(const struct numalens_snapshot *snapshot,
						 u32 order)
{
	return numalens_snapshot_total(snapshot, NUMALENS_NR_TOTALS + order);
}

static inline const struct numalens_vma *
numalens_snapshot_vma(const struct numalens_snapshot *snapshot, u32 i)
{
	return numalens_snapshot_at(snapshot, snapshot->header.vmas_offset +
				    (u64)i * snapshot->header.vma_size);
}

static inline const struct numalens_thread *
numalens_snapshot_thread(const struct numalens_snapshot *snapshot, u32 i)
{
	return numalens_snapshot_at(snapshot, snapshot->header.threads_offset +
				    (u64)i * snapshot->header.thread_size);
}

static inline u32 numalens_snapshot_vma_index(const struct numalens_snapshot *snapshot,
					      const struct numalens_vma *vma)
{
	const void *first = numalens_snapshot_vma(snapshot, 0);

	return ((const void *)vma - first) / snapshot->header.vma_size;
}

static inline u32 numalens_snapshot_thread_index(const struct numalens_snapshot *snapshot,
						 const struct numalens_thread *thread)
{
	const void *first = numalens_snapshot_thread(snapshot, 0);

	return ((const void *)thread - first) / snapshot->header.thread_size;
}

static inline const struct numalens_cell *
numalens_snapshot_cell(const struct numalens_snapshot *snapshot, u32 i)
{
	return numalens_snapshot_at(snapshot, snapshot->header.cells_offset +
				    (u64)i * snapshot->header.cell_size);
}

static inline const char *numalens_snapshot_string(const struct numalens_snapshot *snapshot,
						   u32 offset)
{
	return numalens_snapshot_at(snapshot, snapshot->header.strings_offset + offset);
}

#endif
