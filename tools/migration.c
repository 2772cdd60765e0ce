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
#include "event.h"
#include "grid.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"
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
