/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CHANGE_H
#define NUMALENS_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numalens_snapshot;

/**
 * struct numalens_change_row - memory that two snapshots have, or one of them
 * @start: its first address, 0 where addresses say nothing
 * @end: its end
 * @kind: of its first VMA, enum numalens_vma_kind
 * @perms: of its first VMA
 * @path: of its first VMA, or "", in one of the snapshots
 * @vmas: VMAs of it, before and after
 * @pages: resident pages before and after, by the change's nodes
 * @moved: see numalens_change_moved()
 */
struct numalens_change_row {
	uint64_t start;
	uint64_t end;
	uint32_t kind;
	uint32_t perms;
	const char *path;
	size_t vmas[2];
	uint64_t *pages[2];
	uint64_t moved;
};

/**
 * struct numalens_change - what is different between two snapshots
 * @snapshots: before and after
 * @same: they are of the same process, so that addresses mean the same
 * @nids: ids of the nodes that either has
 * @nr_nodes: their count
 * @total: all memory
 * @rows: by VMA, or by what is mapped; what changed most comes first
 * @nr_rows: their count
 */
struct numalens_change {
	const struct numalens_snapshot *snapshots[2];
	bool same;
	uint32_t *nids;
	size_t nr_nodes;
	struct numalens_change_row total;
	struct numalens_change_row *rows;
	size_t nr_rows;
};

void numalens_change_init(struct numalens_change *change,
			  const struct numalens_snapshot *before,
			  const struct numalens_snapshot *after, bool same);
void numalens_change_free(struct numalens_change *change);
uint64_t numalens_change_size(const struct numalens_change *change,
			      const struct numalens_change_row *row);
bool numalens_change_counts(const struct numalens_change *change);

#endif /* NUMALENS_CHANGE_H */
