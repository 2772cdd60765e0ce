// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that were moved from node to node, and threads that were.
 */
#include "migration.h"

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
#include "tiers.h"
#include "vma_event.h"

#define LABEL	11

static void read_event(struct numalens_matrix *matrix, const struct numalens_snapshot *s,
		       unsigned int event)
{
	numalens_matrix_read(matrix, s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENT(event));
}

static uint64_t failed(const struct numalens_snapshot *s, unsigned int event)
{
	return numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0,
				      NUMALENS_EVENT(NUMALENS_FAILED_OF(event)));
}

static const char *caller_comm(const struct numalens_snapshot *s, char *comm)
{
	memcpy(comm, s->header.caller_comm, NUMALENS_COMM_LEN);
	comm[NUMALENS_COMM_LEN] = '\0';
	return comm;
}

static void caller_print(const struct numalens_snapshot *s)
{
	const struct numalens_event_name *reason = numalens_event_reason(s->header.caller_event);
	char comm[NUMALENS_COMM_LEN + 1], *clean, *text;

	if (!s->header.caller_pid) {
		numalens_output_wrap("caller", LABEL + 1, "no other process moved any");
		return;
	}
	clean = numalens_output_clean(caller_comm(s, comm));
	text = numalens_strf("%s (pid %" PRIu32 ") was the last from outside: %s", clean,
			     (uint32_t)s->header.caller_pid, reason ? reason->name : "?");
	numalens_output_wrap("caller", LABEL + 1, text);
	free(text);
	free(clean);
}

static void no_vma_print(const struct numalens_snapshot *s)
{
	uint64_t sum = numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0,
					      NUMALENS_EVENTS_MIGRATE);
	uint64_t of_vmas = numalens_vma_event_sum(s, NUMALENS_EVENTS_MIGRATE);
	char *gone, *text;

	/* An account of many processes has none. */
	if (!s->header.nr_vmas || !sum)
		return;
	gone = numalens_output_pages(sum > of_vmas ? sum - of_vmas : 0, s->header.page_size);
	text = numalens_strf("%s %s, in VMAs that are gone or could not be told", gone,
			     numalens_output_unit_name());
	numalens_output_wrap("no VMA", LABEL + 1, text);
	free(text);
	free(gone);
}

/**
 * numalens_migration_promoted() - find how much NUMA balancing promoted of a process
 * @snapshot: its snapshot
 *
 * Return: pages.
 */
uint64_t numalens_migration_promoted(const struct numalens_snapshot *snapshot)
{
	struct numalens_matrix moved;
	uint64_t promoted = 0;
	size_t from;

	read_event(&moved, snapshot, NUMALENS_MIGRATE_NUMA_MISPLACED);
	for (from = 0; from < moved.nr; from++)
		promoted += numalens_tiers_promoted(&moved, from, snapshot);
	numalens_matrix_free(&moved);
	return promoted;
}

static uint64_t demoted(const struct numalens_snapshot *s)
{
	return numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0,
				      NUMALENS_EVENT(NUMALENS_MIGRATE_DEMOTION));
}

/**
 * numalens_migration_tiers() - say which pages of a process went from tier to tier
 * @snapshot: its snapshot
 *
 * Return: words; free() them.
 */
char *numalens_migration_tiers(const struct numalens_snapshot *snapshot)
{
	uint32_t page_size = snapshot->header.page_size;
	char *up = numalens_output_pages(numalens_migration_promoted(snapshot), page_size);
	char *down = numalens_output_pages(demoted(snapshot), page_size);
	char *text = numalens_strf("promoted %s, demoted %s %s", up, down,
				   numalens_output_unit_name());

	free(down);
	free(up);
	return text;
}

static void tiers_print(const struct numalens_snapshot *s)
{
	char *text;

	if (numalens_tiers_get()->nr < 2)
		return;
	text = numalens_migration_tiers(s);
	numalens_output_wrap("tiers", LABEL + 1, text);
	free(text);
}

/**
 * numalens_migration_print() - show to people which pages of a process were moved
 * @snapshot: its snapshot
 */
void numalens_migration_print(const struct numalens_snapshot *snapshot)
{
	const struct numalens_grid_head head = {
		numalens_output_unit_name(), "from", 16, "failed", NUMALENS_VALUE_PAGES
	};
	const struct numalens_event_names *reasons = &numalens_event_reasons;
	struct numalens_grid *grid = numalens_grid_alloc(&head, snapshot);
	struct numalens_matrix matrix;
	uint64_t pages;
	char *text;
	size_t i;

	puts("pages moved, by reason: rows from, columns to");
	for (i = 0; i < reasons->nr; i++) {
		read_event(&matrix, snapshot, reasons->names[i].event);
		pages = failed(snapshot, reasons->names[i].event);
		if (pages || numalens_matrix_sum(&matrix)) {
			text = numalens_output_pages(pages, snapshot->header.page_size);
			numalens_grid_add(grid, reasons->names[i].name, &matrix, text);
			free(text);
		}
		numalens_matrix_free(&matrix);
	}
	if (!numalens_grid_rows(grid))
		puts("none since then");
	numalens_grid_print(grid);
	putchar('\n');
	tiers_print(snapshot);
	no_vma_print(snapshot);
	caller_print(snapshot);
}

/**
 * numalens_migration_print_moves() - show to people which threads changed their node
 * @snapshot: snapshot of the process
 */
void numalens_migration_print_moves(const struct numalens_snapshot *snapshot)
{
	const struct numalens_grid_head head = {
		"threads", "from", 12, NULL, NUMALENS_VALUE_COUNT
	};
	struct numalens_grid *grid = numalens_grid_alloc(&head, snapshot);
	struct numalens_matrix matrix;
	size_t i;

	puts("threads that changed their node, by cause: rows from, columns to");
	for (i = 0; i < numalens_event_causes.nr; i++) {
		read_event(&matrix, snapshot, numalens_event_causes.names[i].event);
		numalens_grid_add(grid, numalens_event_causes.names[i].name, &matrix, NULL);
		numalens_matrix_free(&matrix);
	}
	if (!numalens_grid_rows(grid))
		puts("none since then");
	numalens_grid_print(grid);
}

enum {
	COL_REASON,
	COL_FROM,
	COL_TO,
	COL_MOVED,
	COL_FAILED,
	/* for programs only */
	COL_PROMOTED,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_REASON]	= { "REASON", "reason", 0 },
	[COL_FROM]	= { "FROM", "from_nid", NUMALENS_COLUMN_RIGHT },
	[COL_TO]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[COL_MOVED]	= { "MOVED", "moved_pages", NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_SUM },
	[COL_FAILED]	= { "FAILED", "failed_pages", NUMALENS_COLUMN_RIGHT },
	[COL_PROMOTED]	= { NULL, "promoted_pages", 0 },
};

const struct numalens_column_set numalens_migration_columns = { columns, NR_COLUMNS };

/* What was moved from a node, and what was to be and was not. */
static void row_add(struct numalens_table *table, const struct numalens_snapshot *s,
		    const struct numalens_event_name *reason, size_t from,
		    const struct numalens_matrix *moved, const struct numalens_matrix *stayed)
{
	bool balancing = reason->event == NUMALENS_MIGRATE_NUMA_MISPLACED;
	size_t to;

	numalens_table_row_add(table);
	numalens_table_text_set(table, COL_REASON, reason->name);
	numalens_table_set(table, COL_FROM, 0, NUMALENS_VALUE_COUNT,
			   numalens_snapshot_nid(s, from));
	for (to = 0; to < moved->nr; to++)
		numalens_table_set(table, COL_TO, to, NUMALENS_VALUE_PAGES,
				   numalens_matrix_get(moved, from, to));
	numalens_table_set(table, COL_MOVED, 0, NUMALENS_VALUE_PAGES,
			   numalens_matrix_row(moved, from));
	numalens_table_set(table, COL_FAILED, 0, NUMALENS_VALUE_PAGES,
			   numalens_matrix_row(stayed, from));
	numalens_table_set(table, COL_PROMOTED, 0, NUMALENS_VALUE_PAGES,
			   balancing ? numalens_tiers_promoted(moved, from, s) : 0);
}

/**
 * numalens_migration_table() - which pages of a process were moved, as a table
 * @snapshot: its snapshot
 *
 * Return: the table: a row for each reason and node of which any page was to be moved.
 */
struct numalens_table *numalens_migration_table(const struct numalens_snapshot *snapshot)
{
	uint32_t *nids = numalens_snapshot_nids(snapshot);
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, nids,
							    snapshot->header.nr_nodes);
	struct numalens_matrix moved, stayed;
	size_t i, from;

	numalens_table_page_size_set(table, snapshot->header.page_size);
	for (i = 0; i < numalens_event_reasons.nr; i++) {
		const struct numalens_event_name *reason = &numalens_event_reasons.names[i];

		read_event(&moved, snapshot, reason->event);
		read_event(&stayed, snapshot, NUMALENS_FAILED_OF(reason->event));
		for (from = 0; from < moved.nr; from++)
			if (numalens_matrix_row(&moved, from) || numalens_matrix_row(&stayed, from))
				row_add(table, snapshot, reason, from, &moved, &stayed);
		numalens_matrix_free(&stayed);
		numalens_matrix_free(&moved);
	}
	free(nids);
	return table;
}

/**
 * numalens_migration_print_table() - show to people the same in numalens_migration_table()
 * @snapshot: snapshot of the process
 */
void numalens_migration_print_table(const struct numalens_snapshot *snapshot)
{
	struct numalens_table *table = numalens_migration_table(snapshot);

	printf("pages moved, by reason and node, to each node, %s\n", numalens_output_unit_name());
	if (numalens_table_rows(table))
		numalens_table_print(table);
	else
		puts("none since then");
	numalens_table_free(table);
	putchar('\n');
	tiers_print(snapshot);
	no_vma_print(snapshot);
	caller_print(snapshot);
}

static struct json_object *caller_json(const struct numalens_snapshot *s)
{
	const struct numalens_event_name *reason = numalens_event_reason(s->header.caller_event);
	struct json_object *object;
	char comm[NUMALENS_COMM_LEN + 1];

	if (!s->header.caller_pid)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "pid", json_object_new_int64(s->header.caller_pid));
	json_object_object_add(object, "comm", numalens_output_json_text(caller_comm(s, comm)));
	json_object_object_add(object, "reason",
			       reason ? json_object_new_string(reason->name) : NULL);
	return object;
}

static struct json_object *matrix_json(const struct numalens_snapshot *s, uint64_t events)
{
	struct json_object *array;
	struct numalens_matrix matrix;

	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_PROCESS, 0, events);
	array = numalens_matrix_json(&matrix);
	numalens_matrix_free(&matrix);
	return array;
}

/**
 * numalens_migration_json() - show to programs which pages of a process were moved
 * @snapshot: its snapshot
 *
 * Return: an object.
 */
struct json_object *numalens_migration_json(const struct numalens_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object(), *all = json_object_new_object();
	uint64_t of_vmas = numalens_vma_event_sum(snapshot, NUMALENS_EVENTS_MIGRATE);
	uint64_t sum = numalens_matrix_sum_of(snapshot, NUMALENS_SCOPE_PROCESS, 0,
					      NUMALENS_EVENTS_MIGRATE);
	size_t i;

	json_object_object_add(object, "matrix_pages",
			       matrix_json(snapshot, NUMALENS_EVENTS_MIGRATE));
	json_object_object_add(object, "failed_pages", json_object_new_uint64(
			       numalens_matrix_sum_of(snapshot, NUMALENS_SCOPE_PROCESS, 0,
						      NUMALENS_EVENTS_FAILED)));
	json_object_object_add(object, "no_vma_pages",
			       json_object_new_uint64(sum > of_vmas ? sum - of_vmas : 0));
	json_object_object_add(object, "promoted_pages",
			       json_object_new_uint64(numalens_migration_promoted(snapshot)));
	json_object_object_add(object, "demoted_pages",
			       json_object_new_uint64(demoted(snapshot)));
	for (i = 0; i < numalens_event_reasons.nr; i++) {
		const struct numalens_event_name *name = &numalens_event_reasons.names[i];
		struct json_object *reason = json_object_new_object();

		json_object_object_add(reason, "matrix_pages",
				       matrix_json(snapshot, NUMALENS_EVENT(name->event)));
		json_object_object_add(reason, "failed_pages",
				       json_object_new_uint64(failed(snapshot, name->event)));
		json_object_object_add(all, name->name, reason);
	}
	json_object_object_add(object, "reasons", all);
	json_object_object_add(object, "caller", caller_json(snapshot));
	return object;
}

/**
 * numalens_migration_json_moves() - show to programs which threads changed their node
 * @snapshot: snapshot of the process
 *
 * Return: an object.
 */
struct json_object *numalens_migration_json_moves(const struct numalens_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object(), *all = json_object_new_object();
	size_t i;

	json_object_object_add(object, "matrix", matrix_json(snapshot, NUMALENS_EVENTS_MOVE));
	for (i = 0; i < numalens_event_causes.nr; i++) {
		const struct numalens_event_name *name = &numalens_event_causes.names[i];

		json_object_object_add(all, name->name,
				       matrix_json(snapshot, NUMALENS_EVENT(name->event)));
	}
	json_object_object_add(object, "causes", all);
	return object;
}
