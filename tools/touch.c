// SPDX-License-Identifier: GPL-2.0
/*
 * First touch: on which node the CPU was, on which one the page came to lie.
 */
#include "touch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "event.h"
#include "grid.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"
#include "vma_event.h"

#define LABEL	11

static void shares_print(const struct numalens_snapshot *s, const struct numalens_matrix *all)
{
	uint64_t sum = numalens_matrix_sum(all), local = numalens_matrix_local(all);
	uint64_t of_vmas = numalens_vma_event_sum(s, NUMALENS_EVENTS_TOUCH);
	char *remote_text = numalens_output_pages(sum - local, s->header.page_size);
	char *sum_text = numalens_output_pages(sum, s->header.page_size);
	char *gone = numalens_output_pages(sum > of_vmas ? sum - of_vmas : 0, s->header.page_size);
	char *share = numalens_output_bp(numalens_matrix_remote_bp(all));
	char *text = numalens_strf("%s of %s %s, %s %%; the page's node is not the CPU's",
				   remote_text, sum_text, numalens_output_unit_name(), share);

	numalens_output_wrap("remote", LABEL + 1, text);
	free(text);
	/* An account of many processes has none. */
	if (s->header.nr_vmas) {
		text = numalens_strf("%s %s, in VMAs that are gone or could not be told", gone,
				     numalens_output_unit_name());
		numalens_output_wrap("no VMA", LABEL + 1, text);
		free(text);
	}
	free(share);
	free(gone);
	free(sum_text);
	free(remote_text);
}

/**
 * numalens_touch_print() - show the first touches of a process to people
 * @snapshot: its snapshot
 */
void numalens_touch_print(const struct numalens_snapshot *snapshot)
{
	const struct numalens_grid_head head = {
		numalens_output_unit_name(), "CPU on", 7, "remote%", NUMALENS_VALUE_PAGES
	};
	struct numalens_grid *grid = numalens_grid_alloc(&head, snapshot);
	struct numalens_matrix matrix;
	size_t nr_kinds = 0, i;

	puts("first touch: rows by the node of the CPU, columns by that of the page");
	for (i = 0; i < numalens_event_touches.nr; i++) {
		numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0,
				     NUMALENS_EVENT(numalens_event_touches.names[i].event));
		numalens_grid_add_remote(grid, numalens_event_touches.names[i].name, &matrix);
		nr_kinds += !!numalens_matrix_sum(&matrix);
		numalens_matrix_free(&matrix);
	}
	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	if (nr_kinds > 1)
		numalens_grid_add_remote(grid, "all", &matrix);
	if (!numalens_grid_rows(grid))
		puts("none since then");
	numalens_grid_print(grid);
	if (numalens_matrix_sum(&matrix)) {
		putchar('\n');
		shares_print(snapshot, &matrix);
	}
	numalens_matrix_free(&matrix);

	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0,
			     NUMALENS_EVENT(NUMALENS_TOUCH_FILE));
	if (numalens_matrix_sum(&matrix)) {
		puts("\nbrought into the page cache by its threads: not part of the above");
		grid = numalens_grid_alloc(&head, snapshot);
		numalens_grid_add_remote(grid, "file", &matrix);
		numalens_grid_print(grid);
	}
	numalens_matrix_free(&matrix);
}

enum {
	COL_TID,
	COL_COMM,
	COL_NODE,
	COL_NODES,
	COL_SUM,
	COL_REMOTE,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_TID]	= { "TID", "tid", NUMALENS_COLUMN_RIGHT },
	[COL_COMM]	= { "COMM", "comm", 0 },
	[COL_NODE]	= { "NODE", "nid", NUMALENS_COLUMN_RIGHT },
	[COL_NODES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[COL_SUM]	= { "TOTAL", "touched_pages", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE]	= { "REMOTE%", "remote_bp", NUMALENS_COLUMN_RIGHT },
};

const struct numalens_column_set numalens_touch_columns = { columns, NR_COLUMNS };

struct toucher {
	uint64_t pages;
	size_t index;
};

static int by_pages(const void *a, const void *b)
{
	const struct toucher *x = a, *y = b;

	if (x->pages != y->pages)
		return x->pages < y->pages ? 1 : -1;
	return (x->index > y->index) - (x->index < y->index);
}

/* Threads that touched anything, those that touched most first. */
static struct toucher *touchers_alloc(const struct numalens_snapshot *s, size_t *nr)
{
	struct toucher *touchers = numalens_alloc(s->header.nr_threads, sizeof(*touchers));
	size_t i;

	*nr = 0;
	for (i = 0; i < s->header.nr_threads; i++) {
		touchers[*nr].index = i;
		touchers[*nr].pages = numalens_matrix_sum_of(s, NUMALENS_SCOPE_THREAD, i,
							     NUMALENS_EVENTS_TOUCH);
		*nr += !!touchers[*nr].pages;
	}
	qsort(touchers, *nr, sizeof(*touchers), by_pages);
	return touchers;
}

static void numbers_set(struct numalens_table *table, const struct numalens_matrix *matrix)
{
	size_t node;

	for (node = 0; node < matrix->nr; node++)
		numalens_table_set(table, COL_NODES, node, NUMALENS_VALUE_PAGES,
				   numalens_matrix_column(matrix, node));
	numalens_table_set(table, COL_SUM, 0, NUMALENS_VALUE_PAGES, numalens_matrix_sum(matrix));
	numalens_table_set(table, COL_REMOTE, 0, NUMALENS_VALUE_BP,
			   numalens_matrix_remote_bp(matrix));
}

static void thread_add(struct numalens_table *table, const struct numalens_snapshot *s,
		       size_t index)
{
	struct numalens_matrix matrix;
	struct numalens_thread thread;
	char comm[NUMALENS_COMM_LEN + 1] = "";

	numalens_snapshot_thread(s, index, &thread);
	memcpy(comm, thread.comm, NUMALENS_COMM_LEN);
	numalens_table_row_add(table);
	numalens_table_set(table, COL_TID, 0, NUMALENS_VALUE_COUNT, thread.tid);
	numalens_table_text_set(table, COL_COMM, comm);
	numalens_table_set(table, COL_NODE, 0, NUMALENS_VALUE_COUNT, thread.nid);
	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_THREAD, index, NUMALENS_EVENTS_TOUCH);
	numbers_set(table, &matrix);
	numalens_matrix_free(&matrix);
}

/* The process's, but for those that are its threads'. */
static void rest_read(struct numalens_matrix *rest, const struct numalens_snapshot *s)
{
	struct numalens_matrix threads;
	size_t i;

	numalens_matrix_read(rest, s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	numalens_matrix_init(&threads, s->header.nr_nodes);
	for (i = 0; i < s->header.nr_threads; i++)
		numalens_matrix_add(&threads, s, NUMALENS_SCOPE_THREAD, i, NUMALENS_EVENTS_TOUCH);
	for (i = 0; i < rest->nr * rest->nr; i++)
		rest->counts[i] -= rest->counts[i] < threads.counts[i] ? rest->counts[i] :
				   threads.counts[i];
	numalens_matrix_free(&threads);
}

static void rest_add(struct numalens_table *table, const struct numalens_matrix *rest)
{
	numalens_table_row_add(table);
	numalens_table_text_set(table, COL_COMM, "(gone or other)");
	numbers_set(table, rest);
}

/* @nr: gets how many threads touched any */
static struct numalens_table *table_of(const struct numalens_snapshot *s, size_t top, size_t *nr)
{
	uint32_t *nids = numalens_snapshot_nids(s);
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, nids,
							    s->header.nr_nodes);
	struct toucher *touchers = touchers_alloc(s, nr);
	struct numalens_matrix rest;
	size_t i;

	numalens_table_page_size_set(table, s->header.page_size);
	rest_read(&rest, s);
	for (i = 0; i < *nr && (!top || i < top); i++)
		thread_add(table, s, touchers[i].index);
	if (numalens_matrix_sum(&rest))
		rest_add(table, &rest);
	numalens_matrix_free(&rest);
	free(touchers);
	free(nids);
	return table;
}

/**
 * numalens_touch_table() - which threads touched memory first, as a table
 * @snapshot: snapshot of the process
 * @top: how many threads, 0 for all
 *
 * Return: the table; a row without a tid is of those that are gone, or of other processes.
 */
struct numalens_table *numalens_touch_table(const struct numalens_snapshot *snapshot, size_t top)
{
	size_t nr;

	return table_of(snapshot, top, &nr);
}

/**
 * numalens_touch_print_threads() - show to people which threads touched memory first
 * @snapshot: snapshot of the process
 * @top: how many threads, 0 for all
 */
void numalens_touch_print_threads(const struct numalens_snapshot *snapshot, size_t top)
{
	size_t nr;
	struct numalens_table *table = table_of(snapshot, top, &nr);

	if (top && top < nr)
		printf("%zu of ", top);
	printf("%zu threads that touched memory first, most first, %s\n", nr,
	       numalens_output_unit_name());
	if (numalens_table_rows(table))
		numalens_table_print(table);
	numalens_table_free(table);
}

/**
 * numalens_touch_json() - show the first touches of a process to programs
 * @snapshot: its snapshot
 *
 * Return: an object.
 */
struct json_object *numalens_touch_json(const struct numalens_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object(), *kinds = json_object_new_object();
	uint64_t of_vmas = numalens_vma_event_sum(snapshot, NUMALENS_EVENTS_TOUCH), sum, local;
	struct numalens_matrix matrix;
	size_t i;

	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	sum = numalens_matrix_sum(&matrix);
	local = numalens_matrix_local(&matrix);
	json_object_object_add(object, "matrix_pages", numalens_matrix_json(&matrix));
	json_object_object_add(object, "local_pages", json_object_new_uint64(local));
	json_object_object_add(object, "remote_pages", json_object_new_uint64(sum - local));
	json_object_object_add(object, "remote_bp",
			       json_object_new_uint64(numalens_matrix_remote_bp(&matrix)));
	json_object_object_add(object, "no_vma_pages",
			       json_object_new_uint64(sum > of_vmas ? sum - of_vmas : 0));
	numalens_matrix_free(&matrix);
	for (i = 0; i < numalens_event_touches.nr; i++) {
		numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0,
				     NUMALENS_EVENT(numalens_event_touches.names[i].event));
		json_object_object_add(kinds, numalens_event_touches.names[i].name,
				       numalens_matrix_json(&matrix));
		numalens_matrix_free(&matrix);
	}
	json_object_object_add(object, "kinds", kinds);
	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0,
			     NUMALENS_EVENT(NUMALENS_TOUCH_FILE));
	json_object_object_add(object, "file_pages", numalens_matrix_json(&matrix));
	numalens_matrix_free(&matrix);
	return object;
}

/**
 * numalens_touch_json_threads() - show to programs which threads touched memory first
 * @snapshot: snapshot of the process
 * @top: how many threads, 0 for all
 *
 * Return: an array.
 */
struct json_object *numalens_touch_json_threads(const struct numalens_snapshot *snapshot,
						size_t top)
{
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, NULL,
							    snapshot->header.nr_nodes);
	size_t nr, i;
	struct toucher *touchers = touchers_alloc(snapshot, &nr);
	struct json_object *array;

	nr = top && top < nr ? top : nr;
	for (i = 0; i < nr; i++)
		thread_add(table, snapshot, touchers[i].index);
	array = numalens_table_json(table);
	for (i = 0; i < nr; i++) {
		struct numalens_matrix matrix;

		numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_THREAD, touchers[i].index,
				     NUMALENS_EVENTS_TOUCH);
		json_object_object_add(json_object_array_get_idx(array, i), "matrix_pages",
				       numalens_matrix_json(&matrix));
		numalens_matrix_free(&matrix);
	}
	free(touchers);
	numalens_table_free(table);
	return array;
}
