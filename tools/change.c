// SPDX-License-Identifier: GPL-2.0
/*
 * Two snapshots, compared.
 *
 * Of one process, what has the same addresses belongs together: where VMAs were
 * split, merged or grown, all that overlap are one row. Of two processes
 * addresses say nothing: there all that has the same file, or name, or none,
 * the same kind and the same permissions is one row.
 */
#include "change.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "snapshot.h"

/* A VMA of one of the two. */
struct part {
	struct numalens_vma vma;
	const char *path;
	size_t side;
	size_t index;
};

static size_t node_of(struct numalens_change *change, uint32_t nid)
{
	size_t i;

	for (i = 0; i < change->nr_nodes; i++)
		if (change->nids[i] == nid)
			return i;
	change->nids[change->nr_nodes] = nid;
	return change->nr_nodes++;
}

static void nodes_init(struct numalens_change *change)
{
	size_t side, i, nr = change->snapshots[0]->header.nr_nodes +
			     change->snapshots[1]->header.nr_nodes;

	change->nids = numalens_alloc(nr, sizeof(*change->nids));
	for (side = 0; side < 2; side++)
		for (i = 0; i < change->snapshots[side]->header.nr_nodes; i++)
			node_of(change, numalens_snapshot_nid(change->snapshots[side], i));
}

static void row_init(const struct numalens_change *change, struct numalens_change_row *row)
{
	size_t side;

	*row = (struct numalens_change_row){ .path = "" };
	for (side = 0; side < 2; side++)
		row->pages[side] = numalens_alloc(change->nr_nodes, sizeof(uint64_t));
}

/* As many pages as have left nodes and come to others: what is more was freed, or is new. */
static uint64_t moved(const struct numalens_change *change, const struct numalens_change_row *row)
{
	uint64_t left = 0, came = 0;
	size_t i;

	for (i = 0; i < change->nr_nodes; i++) {
		if (row->pages[0][i] > row->pages[1][i])
			left += row->pages[0][i] - row->pages[1][i];
		else
			came += row->pages[1][i] - row->pages[0][i];
	}
	return left < came ? left : came;
}

static void total_take(struct numalens_change *change)
{
	size_t side, i;

	row_init(change, &change->total);
	for (side = 0; side < 2; side++) {
		const struct numalens_snapshot *s = change->snapshots[side];

		change->total.vmas[side] = s->header.nr_vmas;
		for (i = 0; i < s->header.nr_nodes; i++)
			change->total.pages[side][node_of(change, numalens_snapshot_nid(s, i))] +=
				numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, i);
	}
}

static int by_address(const void *a, const void *b)
{
	const struct part *one = a, *other = b;

	if (one->vma.start != other->vma.start)
		return one->vma.start < other->vma.start ? -1 : 1;
	return (one->side > other->side) - (one->side < other->side);
}

static int by_name(const void *a, const void *b)
{
	const struct part *one = a, *other = b;
	int order = strcmp(one->path, other->path);

	if (order)
		return order;
	if (one->vma.kind != other->vma.kind)
		return one->vma.kind < other->vma.kind ? -1 : 1;
	if (one->vma.perms != other->vma.perms)
		return one->vma.perms < other->vma.perms ? -1 : 1;
	return by_address(a, b);
}

static struct part *parts_sorted(const struct numalens_change *change, size_t *nr)
{
	size_t side, i;
	struct part *parts, *part;

	*nr = (size_t)change->snapshots[0]->header.nr_vmas +
	      change->snapshots[1]->header.nr_vmas;
	parts = numalens_alloc(*nr, sizeof(*parts));
	part = parts;
	for (side = 0; side < 2; side++) {
		for (i = 0; i < change->snapshots[side]->header.nr_vmas; i++, part++) {
			numalens_snapshot_vma(change->snapshots[side], i, &part->vma);
			part->path = numalens_snapshot_string(change->snapshots[side],
							      part->vma.path);
			part->side = side;
			part->index = i;
		}
	}
	qsort(parts, *nr, sizeof(*parts), change->same ? by_address : by_name);
	return parts;
}

/* Does it go on with the row that the parts before it made? */
static bool belongs(const struct numalens_change *change, const struct numalens_change_row *row,
		    const struct part *part)
{
	if (change->same)
		return part->vma.start < row->end;
	return !strcmp(part->path, row->path) && part->vma.kind == row->kind &&
	       part->vma.perms == row->perms;
}

static void part_add(struct numalens_change *change, struct numalens_change_row *row,
		     const struct part *part)
{
	const struct numalens_snapshot *s = change->snapshots[part->side];
	size_t i;

	if (!row->vmas[0] && !row->vmas[1]) {
		row->start = change->same ? part->vma.start : 0;
		row->kind = part->vma.kind;
		row->perms = part->vma.perms;
		row->path = part->path;
	}
	if (change->same && part->vma.end > row->end)
		row->end = part->vma.end;
	row->vmas[part->side]++;
	for (i = 0; i < s->header.nr_nodes; i++)
		row->pages[part->side][node_of(change, numalens_snapshot_nid(s, i))] +=
			numalens_snapshot_vma_value(s, part->index, NUMALENS_VMA_PAGES, i);
}

/**
 * numalens_change_size() - how much is different
 * @change: change
 * @row: row of it
 *
 * Return: pages that came to a node, or left one.
 */
uint64_t numalens_change_size(const struct numalens_change *change,
			      const struct numalens_change_row *row)
{
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < change->nr_nodes; i++)
		size += row->pages[0][i] > row->pages[1][i] ?
			row->pages[0][i] - row->pages[1][i] : row->pages[1][i] - row->pages[0][i];
	return size;
}

struct rank {
	struct numalens_change_row row;
	uint64_t size;
	size_t index;
};

static int by_size(const void *a, const void *b)
{
	const struct rank *one = a, *other = b;

	if (one->size != other->size)
		return one->size < other->size ? 1 : -1;
	return (one->index > other->index) - (one->index < other->index);
}

static void rows_sort(struct numalens_change *change)
{
	struct rank *ranks = numalens_alloc(change->nr_rows, sizeof(*ranks));
	size_t i;

	for (i = 0; i < change->nr_rows; i++)
		ranks[i] = (struct rank){
			change->rows[i], numalens_change_size(change, &change->rows[i]), i
		};
	qsort(ranks, change->nr_rows, sizeof(*ranks), by_size);
	for (i = 0; i < change->nr_rows; i++)
		change->rows[i] = ranks[i].row;
	free(ranks);
}

/**
 * numalens_change_init() - compare two snapshots
 * @change: gets what is different; numalens_change_free() it
 * @before: the first; both have to stay as long as it does
 * @after: the second
 * @same: they are of the same process
 */
void numalens_change_init(struct numalens_change *change,
			  const struct numalens_snapshot *before,
			  const struct numalens_snapshot *after, bool same)
{
	struct numalens_change_row *row = NULL;
	struct part *parts;
	size_t nr, i;

	*change = (struct numalens_change){ .snapshots = { before, after }, .same = same };
	nodes_init(change);
	total_take(change);
	parts = parts_sorted(change, &nr);
	change->rows = numalens_alloc(nr, sizeof(*change->rows));
	for (i = 0; i < nr; i++) {
		if (!row || !belongs(change, row, &parts[i])) {
			row = &change->rows[change->nr_rows++];
			row_init(change, row);
		}
		part_add(change, row, &parts[i]);
	}
	free(parts);
	for (i = 0; i < change->nr_rows; i++) {
		change->rows[i].moved = moved(change, &change->rows[i]);
		change->total.moved += change->rows[i].moved;
	}
	rows_sort(change);
}

/**
 * numalens_change_free() - end what numalens_change_init() gave
 * @change: change
 */
void numalens_change_free(struct numalens_change *change)
{
	size_t i;

	for (i = 0; i < change->nr_rows; i++) {
		free(change->rows[i].pages[0]);
		free(change->rows[i].pages[1]);
	}
	free(change->total.pages[0]);
	free(change->total.pages[1]);
	free(change->rows);
	free(change->nids);
}

/**
 * numalens_change_counts() - can events be told that were counted in between?
 * @change: change
 *
 * Return: true if both snapshots count since the same moment, on the same nodes.
 */
bool numalens_change_counts(const struct numalens_change *change)
{
	const struct numalens_snapshot_header *a = &change->snapshots[0]->header;
	const struct numalens_snapshot_header *b = &change->snapshots[1]->header;
	size_t i;

	if (!change->same || !a->events_ns || a->events_ns != b->events_ns ||
	    a->nr_nodes != b->nr_nodes)
		return false;
	for (i = 0; i < a->nr_nodes; i++)
		if (numalens_snapshot_nid(change->snapshots[0], i) !=
		    numalens_snapshot_nid(change->snapshots[1], i))
			return false;
	return true;
}
