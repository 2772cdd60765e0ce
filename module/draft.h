/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_DRAFT_H
#define _NUMALENS_DRAFT_H

#include <linux/types.h>

#include "snapshot.h"
#include "sums.h"

/* How many strings are looked through for one that is there already. */
#define NUMALENS_NR_RECENT	16

/**
 * struct numalens_draft - a snapshot while it is drawn up
 * @header: of the snapshot to come; the scan fills in the single values
 * @nids: the online nodes, in column order
 * @columns: column by nid, or -1
 * @totals: [@header.nr_totals][nr_nodes]
 * @vmas: records
 * @max_vmas: records there is room for
 * @threads: records
 * @max_threads: records there is room for
 * @cells: of VMAs and threads
 * @nr_cells: of these
 * @max_cells: cells there is room for
 * @sums: events of the process
 * @scratch: events of the VMA or thread that is being recorded
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
	void *threads;
	u32 max_threads;
	struct numalens_cell *cells;
	u32 nr_cells;
	u32 max_cells;
	struct numalens_sums sums;
	struct numalens_sums scratch;
	char *strings;
	u32 nr_chars;
	u32 max_chars;
	u32 recent[NUMALENS_NR_RECENT];
	unsigned int nr_recent;
};

int numalens_draft_init(struct numalens_draft *draft, u32 nr_orders);
int numalens_draft_revive(struct numalens_draft *draft, const struct numalens_snapshot *last);
void numalens_draft_exit(struct numalens_draft *draft);
int numalens_draft_reserve(struct numalens_draft *draft, u32 nr_vmas, u32 nr_chars);
bool numalens_draft_has_room(const struct numalens_draft *draft, u32 nr_chars);
u32 numalens_draft_string(struct numalens_draft *draft, const char *string);
struct numalens_vma *numalens_draft_add_vma(struct numalens_draft *draft);
struct numalens_vma *numalens_draft_vma(struct numalens_draft *draft, u32 i);
struct numalens_thread *numalens_draft_add_thread(struct numalens_draft *draft);
int numalens_draft_add_cells(struct numalens_draft *draft, const struct numalens_sums *sums,
			     u32 scope, u32 index);
int numalens_draft_keep_cells(struct numalens_draft *draft, const struct numalens_snapshot *last,
			      u32 scope);
struct numalens_snapshot *numalens_draft_finish(struct numalens_draft *draft);

#endif
