/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SNAPSHOT_H
#define _NUMALENS_SNAPSHOT_H

#include <linux/kref.h>
#include <linux/rcupdate.h>
#include <linux/stddef.h>
#include <linux/types.h>

#include "uapi/numalens.h"

/* How many strings are looked through for one that is there already. */
#define NUMALENS_NR_RECENT	16

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

/**
 * struct numalens_draft - a snapshot while it is drawn up
 * @header: of the snapshot to come; the scan fills in the single values
 * @nids: the online nodes, in column order
 * @columns: column by nid, or -1
 * @totals: [NUMALENS_NR_TOTALS][nr_nodes]
 * @vmas: records
 * @max_vmas: records there is room for
 * @strings: the strings so far
 * @nr_chars: bytes of them
 * @max_chars: bytes there is room for
 * @recent: offsets of strings added lately
 * @nr_recent: strings added
 */
struct numalens_draft {
	struct numalens_snapshot_header header;
	u32 *nids;
	int *columns;
	u64 *totals;
	void *vmas;
	u32 max_vmas;
	char *strings;
	u32 nr_chars;
	u32 max_chars;
	u32 recent[NUMALENS_NR_RECENT];
	unsigned int nr_recent;
};

int numalens_draft_init(struct numalens_draft *draft);
void numalens_draft_exit(struct numalens_draft *draft);
int numalens_draft_reserve(struct numalens_draft *draft, u32 nr_vmas, u32 nr_chars);
bool numalens_draft_has_room(const struct numalens_draft *draft, u32 nr_chars);
u32 numalens_draft_string(struct numalens_draft *draft, const char *string);
struct numalens_vma *numalens_draft_add_vma(struct numalens_draft *draft);
struct numalens_vma *numalens_draft_vma(struct numalens_draft *draft, u32 i);
struct numalens_snapshot *numalens_draft_finish(struct numalens_draft *draft);

struct numalens_snapshot *numalens_snapshot_copy(const struct numalens_snapshot *old);
struct numalens_snapshot *numalens_snapshot_get(struct numalens_snapshot __rcu **where);
void numalens_snapshot_put(struct numalens_snapshot *snapshot);
const struct numalens_vma *numalens_snapshot_find_vma(const struct numalens_snapshot *snapshot,
						      u64 start, u64 end);

static inline u64 *numalens_vma_array(const struct numalens_snapshot_header *header,
				      const struct numalens_vma *vma,
				      enum numalens_vma_array array)
{
	return (u64 *)(vma + 1) + array * header->nr_nodes;
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
						 enum numalens_total row)
{
	return (const u64 *)numalens_snapshot_at(snapshot, snapshot->header.totals_offset) +
	       row * snapshot->header.nr_nodes;
}

static inline const struct numalens_vma *
numalens_snapshot_vma(const struct numalens_snapshot *snapshot, u32 i)
{
	return numalens_snapshot_at(snapshot, snapshot->header.vmas_offset +
				    (u64)i * snapshot->header.vma_size);
}

static inline const char *numalens_snapshot_string(const struct numalens_snapshot *snapshot,
						   u32 offset)
{
	return numalens_snapshot_at(snapshot, snapshot->header.strings_offset + offset);
}

#endif
