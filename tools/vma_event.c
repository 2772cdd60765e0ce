// SPDX-License-Identifier: GPL-2.0
/*
 * The VMAs of a process by what happened to them, most first.
 */
#include "vma_event.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "event.h"
#include "grid.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"
#include "vma.h"

enum {
	COL_RANGE,
	COL_KIND,
	COL_SUM,
	COL_REMOTE,
	COL_MATRIX,
	COL_PATH,
	/* for programs only */
	COL_START,
	COL_END,
	COL_RESIDENT,
	NR_COLUMNS,
};

struct rank {
	uint64_t count;
	size_t index;
};

/* Equal ones stay in the order of their addresses. */
static int by_rank(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Those of which anything was counted. */
static struct rank *ranks_alloc(const struct numalens_snapshot *s, uint64_t events, size_t *nr)
{
	struct rank *ranks = numalens_alloc(s->header.nr_vmas, sizeof(*ranks));
	size_t i;

	*nr = 0;
	for (i = 0; i < s->header.nr_vmas; i++) {
		ranks[*nr].count = numalens_matrix_sum_of(s, NUMALENS_SCOPE_VMA, i, events);
		ranks[*nr].index = i;
		*nr += !!ranks[*nr].count;
	}
	qsort(ranks, *nr, sizeof(*ranks), by_rank);
	return ranks;
}

static void row_add(struct numalens_table *table, const struct numalens_vma_event *what,
		    const struct numalens_snapshot *s, const struct rank *rank)
{
	struct numalens_matrix matrix;
	struct numalens_vma vma;
	char *start, *end, *range, *line;

	numalens_snapshot_vma(s, rank->index, &vma);
	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_VMA, rank->index, what->events);
	start = numalens_strf("%" PRIx64, (uint64_t)vma.start);
	end = numalens_strf("%" PRIx64, (uint64_t)vma.end);
	range = numalens_strf("%s-%s", start, end);
	line = numalens_grid_line(&matrix, s, what->type);
	numalens_table_row_add(table);
	numalens_table_text_set(table, COL_RANGE, range);
	numalens_table_text_set(table, COL_START, start);
	numalens_table_text_set(table, COL_END, end);
	numalens_table_text_set(table, COL_KIND, numalens_vma_kind_name(vma.kind));
	numalens_table_set(table, COL_SUM, 0, what->type, rank->count);
	numalens_table_set(table, COL_REMOTE, 0, NUMALENS_VALUE_BP,
			   numalens_matrix_remote_bp(&matrix));
	numalens_table_set(table, COL_RESIDENT, 0, NUMALENS_VALUE_PAGES,
			   numalens_snapshot_vma_pages(s, rank->index));
	numalens_table_text_set(table, COL_MATRIX, line);
	numalens_table_text_set(table, COL_PATH, numalens_snapshot_string(s, vma.path));
	free(line);
	free(range);
	free(end);
	free(start);
	numalens_matrix_free(&matrix);
}

static void columns_set(struct numalens_column *columns, const struct numalens_vma_event *what)
{
	const struct numalens_column all[NR_COLUMNS] = {
		[COL_RANGE]	= { "RANGE", NULL, 0 },
		[COL_KIND]	= { "KIND", "kind", 0 },
		[COL_SUM]	= { what->head, what->key, NUMALENS_COLUMN_RIGHT },
		[COL_REMOTE]	= { "REMOTE%", "remote_bp", NUMALENS_COLUMN_RIGHT },
		[COL_MATRIX]	= { "NODES", NULL, NUMALENS_COLUMN_FOLD },
		[COL_PATH]	= { "PATH", "path", NUMALENS_COLUMN_CUT },
		[COL_START]	= { NULL, "start", 0 },
		[COL_END]	= { NULL, "end", 0 },
		[COL_RESIDENT]	= { NULL, "resident_pages", 0 },
	};
	size_t i;

	for (i = 0; i < NR_COLUMNS; i++)
		columns[i] = all[i];
	/* A page that moves leaves its node: there is no local one. */
	if (what->events & NUMALENS_EVENTS_MIGRATE) {
		columns[COL_REMOTE].name = NULL;
		columns[COL_REMOTE].key = NULL;
	}
}

static struct numalens_table *table_alloc(const struct numalens_column *columns,
					  const struct numalens_vma_event *what,
					  const struct numalens_snapshot *s,
					  const struct rank *ranks, size_t nr)
{
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, NULL, 0);
	size_t i;

	numalens_table_page_size_set(table, s->header.page_size);
	for (i = 0; i < nr; i++)
		row_add(table, what, s, &ranks[i]);
	return table;
}

/**
 * numalens_vma_event_print() - show to people what happened to VMAs
 * @what: what to show
 * @snapshot: snapshot of the process
 * @top: how many VMAs, 0 for all
 */
void numalens_vma_event_print(const struct numalens_vma_event *what,
			      const struct numalens_snapshot *snapshot, size_t top)
{
	struct numalens_column columns[NR_COLUMNS];
	struct numalens_table *table;
	struct rank *ranks;
	size_t nr, shown;

	columns_set(columns, what);
	ranks = ranks_alloc(snapshot, what->events, &nr);
	shown = top && top < nr ? top : nr;
	if (shown < nr)
		printf("%zu of ", shown);
	printf("%zu VMAs %s, most first, %s\n", nr, what->what, numalens_output_unit_name());
	if (shown) {
		table = table_alloc(columns, what, snapshot, ranks, shown);
		numalens_table_print(table);
		numalens_table_free(table);
	}
	free(ranks);
}

/**
 * numalens_vma_event_json() - show to programs what happened to VMAs
 * @what: what to show
 * @snapshot: snapshot of the process
 * @top: how many VMAs, 0 for all
 *
 * Return: an array.
 */
struct json_object *numalens_vma_event_json(const struct numalens_vma_event *what,
					    const struct numalens_snapshot *snapshot, size_t top)
{
	struct numalens_column columns[NR_COLUMNS];
	struct numalens_table *table;
	struct json_object *array;
	struct rank *ranks;
	size_t nr, i;

	columns_set(columns, what);
	ranks = ranks_alloc(snapshot, what->events, &nr);
	nr = top && top < nr ? top : nr;
	table = table_alloc(columns, what, snapshot, ranks, nr);
	array = numalens_table_json(table);
	for (i = 0; i < nr; i++) {
		struct numalens_matrix matrix;

		numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_VMA, ranks[i].index,
				     what->events);
		json_object_object_add(json_object_array_get_idx(array, i), "matrix",
				       numalens_matrix_json(&matrix));
		numalens_matrix_free(&matrix);
	}
	numalens_table_free(table);
	free(ranks);
	return array;
}

/**
 * numalens_vma_event_sum() - what was counted of all VMAs that there are
 * @snapshot: snapshot of the process
 * @events: NUMALENS_EVENT() of each that is counted
 *
 * Return: the sum: the process may have more, of VMAs that are gone.
 */
uint64_t numalens_vma_event_sum(const struct numalens_snapshot *snapshot, uint64_t events)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < snapshot->header.nr_vmas; i++)
		sum += numalens_matrix_sum_of(snapshot, NUMALENS_SCOPE_VMA, i, events);
	return sum;
}
