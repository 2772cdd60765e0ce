// SPDX-License-Identifier: GPL-2.0
/*
 * The threads of a process: where they run, and what they met there.
 */
#include "thread.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "event.h"
#include "matrix.h"
#include "output.h"
#include "rank.h"
#include "snapshot.h"
#include "tiers.h"

enum {
	COL_TID,
	COL_CPU,
	COL_NODE,
	COL_PREFERRED,
	COL_TIME,
	COL_TOUCH_LOCAL,
	COL_TOUCH_REMOTE,
	COL_HINT_LOCAL,
	COL_HINT_REMOTE,
	COL_COMM,
	COL_ALLOWED,
	COL_POLICY,
	/* for programs only */
	COL_PERIOD,
	COL_FAULTS,
	COL_MIGRATED,
	COL_TOTAL_FAULTS,
	COL_SHARED,
	COL_HINT_MIGRATED,
	COL_HINT_FAILED,
	COL_HINT_CANDIDATES,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_TID]	= { "TID", "tid", NUMALENS_COLUMN_RIGHT },
	[COL_CPU]	= { "CPU", "cpu", NUMALENS_COLUMN_RIGHT },
	[COL_NODE]	= { "NODE", "nid", NUMALENS_COLUMN_RIGHT },
	[COL_PREFERRED]	= { "PREF", "preferred_nid", NUMALENS_COLUMN_RIGHT },
	[COL_TIME]	= { "SEC", "time_ns", NUMALENS_COLUMN_NODES },
	[COL_TOUCH_LOCAL] = { "TOUCH-L", "first_touch_local_pages", NUMALENS_COLUMN_RIGHT },
	[COL_TOUCH_REMOTE] = { "-R", "first_touch_remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_HINT_LOCAL] = { "HINT-L", "hint_faults_local", NUMALENS_COLUMN_RIGHT },
	[COL_HINT_REMOTE] = { "-R", "hint_faults_remote", NUMALENS_COLUMN_RIGHT },
	[COL_COMM]	= { "COMM", "comm", 0 },
	[COL_ALLOWED]	= { "ALLOWED", NULL, NUMALENS_COLUMN_FOLD },
	[COL_POLICY]	= { "POLICY", "policy", NUMALENS_COLUMN_FOLD },
	[COL_PERIOD]	= { NULL, "scan_period_ms", 0 },
	[COL_FAULTS]	= { NULL, "numa_faults", NUMALENS_COLUMN_NODES },
	[COL_MIGRATED]	= { NULL, "numa_pages_migrated", 0 },
	[COL_TOTAL_FAULTS] = { NULL, "total_numa_faults", 0 },
	[COL_SHARED]	= { NULL, "hint_shared", 0 },
	[COL_HINT_MIGRATED] = { NULL, "hint_migrated_pages", 0 },
	[COL_HINT_FAILED] = { NULL, "hint_failed_pages", 0 },
	[COL_HINT_CANDIDATES] = { NULL, "hint_promotion_candidates", 0 },
};

/* For --columns */
const struct numalens_column_set numalens_thread_columns = { columns, NR_COLUMNS };

static uint64_t touched_remote(const struct numalens_snapshot *s, size_t index)
{
	struct numalens_matrix matrix;
	uint64_t remote;

	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_THREAD, index, NUMALENS_EVENTS_TOUCH);
	remote = numalens_matrix_sum(&matrix) - numalens_matrix_local(&matrix);
	numalens_matrix_free(&matrix);
	return remote;
}

static void hints_read(struct numalens_hints *hints, const struct numalens_snapshot *s,
		       size_t index)
{
	struct numalens_matrix matrix;

	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_THREAD, index,
			     NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	numalens_tiers_hints(hints, &matrix, s);
	numalens_matrix_free(&matrix);
}

static uint64_t weight_of(const struct numalens_snapshot *s, size_t index,
			  enum numalens_thread_order order)
{
	struct numalens_hints hints;
	uint64_t weight = 0;
	size_t node;

	if (order == NUMALENS_THREAD_BY_REMOTE) {
		hints_read(&hints, s, index);
		return hints.remote + touched_remote(s, index);
	}
	for (node = 0; node < s->header.nr_nodes && order == NUMALENS_THREAD_BY_CPU; node++)
		weight += numalens_snapshot_thread_value(s, index, NUMALENS_THREAD_TIME_NS, node);
	return weight;
}

/**
 * numalens_thread_ranks() - put threads into order
 * @snapshot: snapshot of the process
 * @order: which come first
 *
 * Return: as many as it has threads; free() it.
 */
struct numalens_rank *numalens_thread_ranks(const struct numalens_snapshot *snapshot,
					    enum numalens_thread_order order)
{
	size_t nr = snapshot->header.nr_threads, i;
	struct numalens_rank *ranks = numalens_alloc(nr, sizeof(*ranks));

	for (i = 0; i < nr; i++) {
		ranks[i].weight = weight_of(snapshot, i, order);
		ranks[i].index = i;
	}
	numalens_rank_sort(ranks, nr);
	return ranks;
}

static void texts_set(struct numalens_table *table, const struct numalens_snapshot *s,
		      const struct numalens_thread *thread)
{
	const char *nodes = numalens_snapshot_string(s, thread->allowed_nodes);
	const char *policy = numalens_snapshot_string(s, thread->policy);
	char comm[NUMALENS_COMM_LEN + 1] = "";
	char *allowed = numalens_strf("nodes %s", nodes);

	memcpy(comm, thread->comm, NUMALENS_COMM_LEN);
	numalens_table_text_set(table, COL_COMM, comm);
	numalens_table_text_set(table, COL_ALLOWED, allowed);
	/* What holds of all is said once, above. */
	if (!strcmp(nodes, numalens_snapshot_string(s, s->header.allowed_nodes)))
		numalens_table_dull_set(table, COL_ALLOWED);
	numalens_table_text_set(table, COL_POLICY, policy);
	if (!strcmp(policy, "default"))
		numalens_table_dull_set(table, COL_POLICY);
	free(allowed);
}

static void touches_set(struct numalens_table *table, const struct numalens_snapshot *s,
			size_t index)
{
	struct numalens_matrix matrix;

	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_THREAD, index, NUMALENS_EVENTS_TOUCH);
	numalens_table_set(table, COL_TOUCH_LOCAL, 0, NUMALENS_VALUE_PAGES,
			   numalens_matrix_local(&matrix));
	numalens_table_set(table, COL_TOUCH_REMOTE, 0, NUMALENS_VALUE_PAGES,
			   numalens_matrix_sum(&matrix) - numalens_matrix_local(&matrix));
	numalens_matrix_free(&matrix);
}

static void hints_set(struct numalens_table *table, const struct numalens_snapshot *s,
		      size_t index)
{
	struct numalens_hints hints;

	hints_read(&hints, s, index);
	numalens_table_set(table, COL_HINT_LOCAL, 0, NUMALENS_VALUE_COUNT, hints.local);
	numalens_table_set(table, COL_HINT_REMOTE, 0, NUMALENS_VALUE_COUNT, hints.remote);
	numalens_table_set(table, COL_HINT_CANDIDATES, 0, NUMALENS_VALUE_COUNT,
			   hints.candidates);
}

static void count_set(struct numalens_table *table, size_t column,
		      const struct numalens_snapshot *s, size_t index, enum numalens_event event)
{
	numalens_table_set(table, column, 0, NUMALENS_VALUE_COUNT,
			   numalens_matrix_sum_of(s, NUMALENS_SCOPE_THREAD, index,
						  NUMALENS_EVENT(event)));
}

static void row_add(struct numalens_table *table, const struct numalens_snapshot *s, size_t index)
{
	struct numalens_thread thread;
	size_t node;

	numalens_snapshot_thread(s, index, &thread);
	numalens_table_row_add(table);
	numalens_table_set(table, COL_TID, 0, NUMALENS_VALUE_COUNT, thread.tid);
	numalens_table_set(table, COL_CPU, 0, NUMALENS_VALUE_COUNT, thread.cpu);
	numalens_table_set(table, COL_NODE, 0, NUMALENS_VALUE_COUNT, thread.nid);
	if (thread.preferred_nid != NUMALENS_NO_NODE)
		numalens_table_set(table, COL_PREFERRED, 0, NUMALENS_VALUE_COUNT,
				   thread.preferred_nid);
	texts_set(table, s, &thread);
	for (node = 0; node < s->header.nr_nodes; node++) {
		numalens_table_set(table, COL_TIME, node, NUMALENS_VALUE_NS,
				   numalens_snapshot_thread_value(s, index,
								  NUMALENS_THREAD_TIME_NS, node));
		numalens_table_set(table, COL_FAULTS, node, NUMALENS_VALUE_COUNT,
				   numalens_snapshot_thread_value(s, index,
								  NUMALENS_THREAD_NUMA_FAULTS,
								  node));
	}
	touches_set(table, s, index);
	hints_set(table, s, index);
	numalens_table_set(table, COL_PERIOD, 0, NUMALENS_VALUE_COUNT, thread.scan_period_ms);
	numalens_table_set(table, COL_MIGRATED, 0, NUMALENS_VALUE_COUNT,
			   thread.numa_pages_migrated);
	numalens_table_set(table, COL_TOTAL_FAULTS, 0, NUMALENS_VALUE_COUNT,
			   thread.total_numa_faults);
	count_set(table, COL_SHARED, s, index, NUMALENS_HINT_SHARED);
	count_set(table, COL_HINT_MIGRATED, s, index, NUMALENS_HINT_MIGRATED);
	count_set(table, COL_HINT_FAILED, s, index, NUMALENS_HINT_FAILED);
}

static struct numalens_table *table_alloc(const struct numalens_snapshot *s, const uint32_t *nids,
					  const struct numalens_rank *ranks, size_t nr)
{
	struct numalens_table *table = numalens_table_alloc(columns, NR_COLUMNS, nids,
							    s->header.nr_nodes);
	size_t i;

	numalens_table_page_size_set(table, s->header.page_size);
	for (i = 0; i < nr; i++)
		row_add(table, s, ranks[i].index);
	return table;
}

/**
 * numalens_thread_table() - make a table of threads
 * @snapshot: snapshot of the process
 * @order: which come first
 * @top: how many, 0 for all
 *
 * Return: the table; numalens_table_free() it.
 */
struct numalens_table *numalens_thread_table(const struct numalens_snapshot *snapshot,
					     enum numalens_thread_order order, size_t top)
{
	struct numalens_rank *ranks = numalens_thread_ranks(snapshot, order);
	uint32_t *nids = numalens_snapshot_nids(snapshot);
	size_t nr = snapshot->header.nr_threads;
	struct numalens_table *table;

	table = table_alloc(snapshot, nids, ranks, top && top < nr ? top : nr);
	free(nids);
	free(ranks);
	return table;
}

/**
 * numalens_thread_print() - show threads to people
 * @snapshot: snapshot of the process
 * @order: which come first
 * @top: how many, 0 for all
 */
void numalens_thread_print(const struct numalens_snapshot *snapshot,
			   enum numalens_thread_order order, size_t top)
{
	static const char * const orders[] = {
		[NUMALENS_THREAD_BY_CPU] = "most CPU time first",
		[NUMALENS_THREAD_BY_REMOTE] = "most remote first",
		[NUMALENS_THREAD_BY_TID] = "by id",
	};
	size_t nr = snapshot->header.nr_threads, shown = top && top < nr ? top : nr;
	struct numalens_table *table = numalens_thread_table(snapshot, order, top);
	char *text = shown < nr ? numalens_strf("%zu of ", shown) : numalens_strdup("");

	numalens_append(&text, "%zu threads, %s; SEC: CPU seconds on a node since the watch; TOUCH: "
			"first touches, %s; HINT: hinting faults, which are samples; -L: local, "
			"-R: remote; PREF: the node that NUMA balancing prefers", nr,
			orders[order], numalens_output_unit_name());
	if (numalens_tiers_get()->promotion)
		numalens_append(&text, "; hinting faults on slow memory are candidates for "
				"promotion, and neither");
	numalens_output_wrap("", 0, text);
	free(text);
	if (shown)
		numalens_table_print(table);
	numalens_table_free(table);
}

static void lists_json(const struct numalens_snapshot *s, size_t index, struct json_object *object)
{
	static const struct {
		const char *key;
		uint64_t events;
	} matrices[] = {
		{ "first_touch_pages", NUMALENS_EVENTS_TOUCH },
		{ "hint_faults", NUMALENS_EVENT(NUMALENS_HINT_FAULTS) },
		{ "task_moves", NUMALENS_EVENTS_MOVE },
	};
	struct numalens_thread thread;
	struct numalens_matrix matrix;
	size_t i;

	numalens_snapshot_thread(s, index, &thread);
	json_object_object_add(object, "allowed_nodes", numalens_output_json_list(
			       numalens_snapshot_string(s, thread.allowed_nodes)));
	json_object_object_add(object, "allowed_cpus", numalens_output_json_list(
			       numalens_snapshot_string(s, thread.allowed_cpus)));
	for (i = 0; i < ARRAY_SIZE(matrices); i++) {
		numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_THREAD, index, matrices[i].events);
		json_object_object_add(object, matrices[i].key, numalens_matrix_json(&matrix));
		numalens_matrix_free(&matrix);
	}
}

/**
 * numalens_thread_json() - show threads to programs
 * @snapshot: snapshot of the process
 * @order: which come first
 * @top: how many, 0 for all
 *
 * Return: an array.
 */
struct json_object *numalens_thread_json(const struct numalens_snapshot *snapshot,
					 enum numalens_thread_order order, size_t top)
{
	struct numalens_rank *ranks = numalens_thread_ranks(snapshot, order);
	size_t nr = snapshot->header.nr_threads, i;
	struct numalens_table *table;
	struct json_object *array;

	nr = top && top < nr ? top : nr;
	table = table_alloc(snapshot, NULL, ranks, nr);
	array = numalens_table_json(table);
	for (i = 0; i < nr; i++)
		lists_json(snapshot, ranks[i].index, json_object_array_get_idx(array, i));
	numalens_table_free(table);
	free(ranks);
	return array;
}
