// SPDX-License-Identifier: GPL-2.0
/*
 * What is different between two snapshots, shown: by node, by VMA, and who moved it.
 */
#include "change_report.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "change.h"
#include "column.h"
#include "event.h"
#include "grid.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"
#include "vma.h"

#define LABEL	11

enum {
	COL_RANGE,
	COL_PERMS,
	COL_KIND,
	COL_CHANGE,
	COL_MOVED,
	COL_PATH,
	/* for programs only */
	COL_START,
	COL_END,
	COL_VMAS_BEFORE,
	COL_VMAS_AFTER,
	COL_BEFORE,
	COL_AFTER,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_RANGE]	= { "RANGE", NULL, 0 },
	[COL_PERMS]	= { "PERM", "perms", 0 },
	[COL_KIND]	= { "KIND", "kind", 0 },
	[COL_CHANGE]	= { "N", "change_pages", NUMALENS_COLUMN_NODES },
	[COL_MOVED]	= { "MOVED", "moved_pages", NUMALENS_COLUMN_RIGHT },
	[COL_PATH]	= { "PATH", "path", NUMALENS_COLUMN_CUT },
	[COL_START]	= { NULL, "start", 0 },
	[COL_END]	= { NULL, "end", 0 },
	[COL_VMAS_BEFORE] = { NULL, "vmas_before", 0 },
	[COL_VMAS_AFTER] = { NULL, "vmas_after", 0 },
	[COL_BEFORE]	= { NULL, "pages_before", NUMALENS_COLUMN_NODES },
	[COL_AFTER]	= { NULL, "pages_after", NUMALENS_COLUMN_NODES },
};

static uint32_t page_size_of(const struct numalens_change *change)
{
	return change->snapshots[1]->header.page_size;
}

static uint64_t change_of(const struct numalens_change_row *row, size_t node)
{
	return row->pages[1][node] - row->pages[0][node];
}

static uint64_t sum_of(const struct numalens_change *change, const uint64_t *pages)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < change->nr_nodes; i++)
		sum += pages[i];
	return sum;
}

static char *range_text(const struct numalens_change *change,
			const struct numalens_change_row *row)
{
	if (change->same)
		return numalens_strf("%" PRIx64 "-%" PRIx64, row->start, row->end);
	if (row->vmas[0] == row->vmas[1])
		return numalens_strf("%zu VMA%s", row->vmas[0], row->vmas[0] == 1 ? "" : "s");
	return numalens_strf("%zu->%zu VMAs", row->vmas[0], row->vmas[1]);
}

static void names_set(struct numalens_table *table, const struct numalens_change *change,
		      const struct numalens_change_row *row)
{
	char *range = range_text(change, row), perms[5], *start, *end;

	numalens_vma_perms(perms, row->perms);
	numalens_table_text_set(table, COL_RANGE, range);
	numalens_table_text_set(table, COL_PERMS, perms);
	numalens_table_text_set(table, COL_KIND, numalens_vma_kind_name(row->kind));
	numalens_table_text_set(table, COL_PATH, row->path);
	if (change->same) {
		start = numalens_strf("%" PRIx64, row->start);
		end = numalens_strf("%" PRIx64, row->end);
		numalens_table_text_set(table, COL_START, start);
		numalens_table_text_set(table, COL_END, end);
		free(start);
		free(end);
	}
	free(range);
}

static void row_add(struct numalens_table *table, const struct numalens_change *change,
		    const struct numalens_change_row *row)
{
	size_t i;

	numalens_table_row_add(table);
	names_set(table, change, row);
	for (i = 0; i < change->nr_nodes; i++) {
		numalens_table_set(table, COL_CHANGE, i, NUMALENS_VALUE_CHANGE, change_of(row, i));
		numalens_table_set(table, COL_BEFORE, i, NUMALENS_VALUE_PAGES, row->pages[0][i]);
		numalens_table_set(table, COL_AFTER, i, NUMALENS_VALUE_PAGES, row->pages[1][i]);
	}
	numalens_table_set(table, COL_MOVED, 0, NUMALENS_VALUE_PAGES, row->moved);
	numalens_table_set(table, COL_VMAS_BEFORE, 0, NUMALENS_VALUE_COUNT, row->vmas[0]);
	numalens_table_set(table, COL_VMAS_AFTER, 0, NUMALENS_VALUE_COUNT, row->vmas[1]);
}

/* Rows that are different are the first. */
static size_t nr_different(const struct numalens_change *change)
{
	size_t nr = 0;

	while (nr < change->nr_rows && numalens_change_size(change, &change->rows[nr]))
		nr++;
	return nr;
}

static struct numalens_table *table_of(const struct numalens_change *change, size_t nr)
{
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, change->nids,
							    change->nr_nodes);
	size_t i;

	numalens_table_page_size_set(table, page_size_of(change));
	for (i = 0; i < nr; i++)
		row_add(table, change, &change->rows[i]);
	return table;
}

static void totals_print(const struct numalens_change *change)
{
	static const char * const labels[] = { "before", "after" };
	const struct numalens_column heads[] = {
		{ numalens_output_unit_name(), NULL, 0 },
		{ "node ", NULL, NUMALENS_COLUMN_NODES },
		{ "total", NULL, NUMALENS_COLUMN_RIGHT },
	};
	struct numalens_table *table = numalens_table_alloc(heads, ARRAY_SIZE(heads), change->nids,
							    change->nr_nodes);
	const struct numalens_change_row *row = &change->total;
	size_t side, i;

	numalens_table_page_size_set(table, page_size_of(change));
	for (side = 0; side < 2; side++) {
		numalens_table_row_add(table);
		numalens_table_text_set(table, 0, labels[side]);
		for (i = 0; i < change->nr_nodes; i++)
			numalens_table_set(table, 1, i, NUMALENS_VALUE_PAGES, row->pages[side][i]);
		numalens_table_set(table, 2, 0, NUMALENS_VALUE_PAGES,
				   sum_of(change, row->pages[side]));
	}
	numalens_table_row_add(table);
	numalens_table_text_set(table, 0, "change");
	for (i = 0; i < change->nr_nodes; i++)
		numalens_table_set(table, 1, i, NUMALENS_VALUE_CHANGE, change_of(row, i));
	numalens_table_set(table, 2, 0, NUMALENS_VALUE_CHANGE,
			   sum_of(change, row->pages[1]) - sum_of(change, row->pages[0]));
	numalens_table_print_blocks(table);
	numalens_table_free(table);
}

/* What was counted in between. Counters only grow; where they did not, nothing is known. */
static void counted(const struct numalens_change *change, uint64_t events,
		    struct numalens_matrix *matrix)
{
	struct numalens_matrix before;
	size_t i;

	numalens_matrix_read(&before, change->snapshots[0], NUMALENS_SCOPE_PROCESS, 0, events);
	numalens_matrix_read(matrix, change->snapshots[1], NUMALENS_SCOPE_PROCESS, 0, events);
	for (i = 0; i < matrix->nr * matrix->nr; i++)
		matrix->counts[i] -= matrix->counts[i] < before.counts[i] ? matrix->counts[i] :
				     before.counts[i];
	numalens_matrix_free(&before);
}

static void reasons_print(const struct numalens_change *change)
{
	const struct numalens_event_names *reasons = &numalens_event_reasons;
	struct numalens_matrix matrix;
	char *text, *line;
	bool any = false;
	size_t i;

	for (i = 0; i < reasons->nr; i++) {
		counted(change, NUMALENS_EVENT(reasons->names[i].event), &matrix);
		if (numalens_matrix_sum(&matrix)) {
			line = numalens_grid_line(&matrix, change->snapshots[1],
						  NUMALENS_VALUE_PAGES);
			text = numalens_strf("by %s: %s %s", reasons->names[i].name, line,
					     numalens_output_unit_name());
			numalens_output_wrap(any ? "" : "migrated", LABEL + 1, text);
			free(text);
			free(line);
			any = true;
		}
		numalens_matrix_free(&matrix);
	}
	if (!any)
		numalens_output_wrap("migrated", LABEL + 1, "nothing was, as far as it was counted");
}

/**
 * numalens_change_print() - show to people what is different
 * @change: change
 * @most: no more rows of VMAs than this
 */
void numalens_change_print(const struct numalens_change *change, size_t most)
{
	size_t different = nr_different(change), nr = different < most ? different : most;
	char *pages = numalens_output_pages(change->total.moved, page_size_of(change));
	struct numalens_table *table;
	char *text;

	totals_print(change);
	putchar('\n');
	text = numalens_strf("%s %s %s", pages, numalens_output_unit_name(), change->same ?
			     "left a node and came to another, VMA by VMA" :
			     "lie on another node, by what is mapped");
	numalens_output_wrap("moved", LABEL + 1, text);
	if (numalens_change_counts(change))
		reasons_print(change);
	putchar('\n');
	printf("%zu of %zu %s different, %s%s\n", different, change->nr_rows,
	       change->same ? "ranges are" : "mappings are", numalens_output_unit_name(),
	       nr < different ? "; --all shows each" : "");
	if (nr) {
		table = table_of(change, nr);
		numalens_table_print(table);
		numalens_table_free(table);
	}
	free(text);
	free(pages);
}

static struct json_object *numbers_json(const struct numalens_change *change,
					const uint64_t *pages)
{
	struct json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; i < change->nr_nodes; i++)
		json_object_array_add(array, json_object_new_uint64(pages[i]));
	return array;
}

static struct json_object *reasons_json(const struct numalens_change *change)
{
	const struct numalens_event_names *reasons = &numalens_event_reasons;
	struct json_object *object;
	struct numalens_matrix matrix;
	size_t i;

	if (!numalens_change_counts(change))
		return NULL;
	object = json_object_new_object();
	for (i = 0; i < reasons->nr; i++) {
		counted(change, NUMALENS_EVENT(reasons->names[i].event), &matrix);
		if (numalens_matrix_sum(&matrix))
			json_object_object_add(object, reasons->names[i].name,
					       numalens_matrix_json(&matrix));
		numalens_matrix_free(&matrix);
	}
	return object;
}

/**
 * numalens_change_json() - show to programs what is different
 * @change: change
 * @object: gets the members
 */
void numalens_change_json(const struct numalens_change *change, struct json_object *object)
{
	struct numalens_table *table = table_of(change, nr_different(change));
	struct json_object *nodes = json_object_new_array();
	size_t i;

	for (i = 0; i < change->nr_nodes; i++)
		json_object_array_add(nodes, json_object_new_int64(change->nids[i]));
	json_object_object_add(object, "same_process", json_object_new_boolean(change->same));
	json_object_object_add(object, "nodes", nodes);
	json_object_object_add(object, "pages_before",
			       numbers_json(change, change->total.pages[0]));
	json_object_object_add(object, "pages_after",
			       numbers_json(change, change->total.pages[1]));
	json_object_object_add(object, "moved_pages",
			       json_object_new_uint64(change->total.moved));
	json_object_object_add(object, "migrated_pages", reasons_json(change));
	json_object_object_add(object, "nr_ranges", json_object_new_uint64(change->nr_rows));
	json_object_object_add(object, "ranges", numalens_table_json(table));
	numalens_table_free(table);
}
