// SPDX-License-Identifier: GPL-2.0
/*
 * Where the memory of a whole process lies, and where its threads run.
 */
#include "placement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "folio.h"
#include "output.h"
#include "reader.h"
#include "story.h"
#include "verdict.h"

#define LABEL	11

struct total_row {
	enum numalens_total row;
	const char *label;
	const char *key;
	enum numalens_value type;
};

static const struct total_row rows[] = {
	{ NUMALENS_TOTAL_ANON, "anon", "anon_pages", NUMALENS_VALUE_PAGES },
	{ NUMALENS_TOTAL_FILE, "file", "file_pages", NUMALENS_VALUE_PAGES },
	{ NUMALENS_TOTAL_SHMEM, "shmem", "shmem_pages", NUMALENS_VALUE_PAGES },
	{ NUMALENS_TOTAL_HUGETLB, "hugetlb", "hugetlb_pages", NUMALENS_VALUE_PAGES },
	{ NUMALENS_TOTAL_PAGES, "total", "resident_pages", NUMALENS_VALUE_PAGES },
	{ NUMALENS_TOTAL_THP, "of it THP", "thp_pages", NUMALENS_VALUE_PAGES },
	{ NUMALENS_TOTAL_TIME_NS, "CPU seconds", "time_ns", NUMALENS_VALUE_NS },
	{ NUMALENS_TOTAL_THREADS, "threads", "threads", NUMALENS_VALUE_COUNT },
	{ NUMALENS_TOTAL_HOME_BP, "home %", "home_bp", NUMALENS_VALUE_BP },
};

#define NR_ROWS		ARRAY_SIZE(rows)

static void total_row_add(struct numalens_table *table, const struct numalens_snapshot *s,
			  const struct total_row *row)
{
	size_t node;

	numalens_table_row_add(table);
	numalens_table_text_set(table, 0, row->label);
	for (node = 0; node < s->header.nr_nodes; node++)
		numalens_table_set(table, 1, node, row->type,
				   numalens_snapshot_total(s, row->row, node));
	if (row->row == NUMALENS_TOTAL_HOME_BP)
		numalens_table_text_set(table, 2, "");
	else
		numalens_table_set(table, 2, 0, row->type, numalens_snapshot_sum(s, row->row));
}

static void totals_print(const struct numalens_snapshot *s)
{
	const struct numalens_column columns[] = {
		{ numalens_output_unit_name(), NULL, 0 },
		{ "node ", NULL, NUMALENS_COLUMN_NODES },
		{ "total", NULL, NUMALENS_COLUMN_RIGHT },
	};
	uint32_t *nids = numalens_snapshot_nids(s);
	struct numalens_table *table = numalens_table_alloc(columns, 3, nids, s->header.nr_nodes);
	size_t i;

	numalens_table_page_size_set(table, s->header.page_size);
	for (i = 0; i < NR_ROWS; i++) {
		total_row_add(table, s, &rows[i]);
		if (rows[i].row == NUMALENS_TOTAL_THP)
			numalens_folio_rows_add(table, s);
	}
	numalens_table_print_blocks(table);
	numalens_table_free(table);
	free(nids);
}

static char *pages(const struct numalens_snapshot *s, uint64_t nr)
{
	return numalens_output_pages(nr, s->header.page_size);
}

static void outside_print(const struct numalens_snapshot *s)
{
	char *zero = pages(s, s->header.zero), *swap = pages(s, s->header.swap);
	char *untouched = pages(s, s->header.untouched);
	char *migrating = pages(s, s->header.migrating);
	char *text = numalens_strf("zero pages %s, swap %s, untouched %s, migrating %s",
				   zero, swap, untouched, migrating);

	numalens_output_wrap("besides", LABEL + 1, text);
	free(text);
	free(migrating);
	free(untouched);
	free(swap);
	free(zero);
}

static void policy_print(const struct numalens_snapshot *s)
{
	char *policy = numalens_output_clean(numalens_snapshot_string(s, s->header.policy));
	char *mems = numalens_output_clean(numalens_snapshot_string(s, s->header.mems_allowed));
	char *nodes = numalens_output_clean(numalens_snapshot_string(s, s->header.allowed_nodes));
	char *text = numalens_strf("%s; memory allowed on nodes %s", policy, mems);

	/* Of one that has exited there are no threads. */
	if (*nodes)
		numalens_append(&text, ", threads on nodes %s", nodes);
	numalens_output_wrap("policy", LABEL + 1, text);
	free(text);
	free(nodes);
	free(mems);
	free(policy);
}

static void remote_print(const struct numalens_snapshot *s)
{
	char *remote = pages(s, s->header.remote_pages);
	char *all = pages(s, numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES));
	char *share = numalens_output_bp(s->header.remote_bp);
	char *distance = numalens_output_hundredths(s->header.mean_distance);
	char *text = numalens_strf("%s of %s %s, %s %%; mean distance %s, 10.00 is all local",
				   remote, all, numalens_output_unit_name(), share, distance);

	numalens_output_wrap("remote", LABEL + 1, text);
	free(text);
	free(distance);
	free(share);
	free(all);
	free(remote);
}

/**
 * numalens_placement_print_title() - say which process it is, and how it was scanned
 * @process: process
 */
void numalens_placement_print_title(const struct numalens_process *process)
{
	const struct numalens_snapshot *s = &process->snapshot;
	char *comm = numalens_output_clean(s->comm);
	char *title = numalens_strf("%s (pid %" PRIu32 ")", comm, s->header.pid);
	char *text, *age;

	numalens_output_tone(NUMALENS_TONE_HEAD, title);
	printf(", %s\n", process->state);
	age = process->has_age ? numalens_strf(", %.1f s ago", process->age_ns / 1e9) :
	      numalens_strdup("");
	text = numalens_strf("number %" PRIu64 "%s: %" PRIu64
			     " entries in %.2f ms, lock held <= %.3f ms",
			     (uint64_t)s->header.generation, age,
			     (uint64_t)s->header.walk_pages, s->header.walk_ns / 1e6,
			     s->header.lock_hold_max_ns / 1e6);
	numalens_output_wrap("scan", LABEL + 1, text);
	free(age);
	free(text);
	free(title);
	free(comm);
}

/**
 * numalens_placement_print() - show a process to people
 * @process: process
 */
void numalens_placement_print(const struct numalens_process *process)
{
	char *verdict = numalens_verdict_process(process);
	char *story = numalens_story_tell(&process->snapshot);

	numalens_placement_print_title(process);
	putchar('\n');
	totals_print(&process->snapshot);
	putchar('\n');
	outside_print(&process->snapshot);
	policy_print(&process->snapshot);
	remote_print(&process->snapshot);
	putchar('\n');
	numalens_output_wrap("", 0, verdict);
	if (story) {
		putchar('\n');
		numalens_output_wrap("", 0, story);
	}
	free(story);
	free(verdict);
}

static void add_u64(struct json_object *object, const char *key, uint64_t value)
{
	json_object_object_add(object, key, json_object_new_uint64(value));
}

static void header_json(const struct numalens_process *process, struct json_object *object)
{
	const struct numalens_snapshot_header *h = &process->snapshot.header;

	add_u64(object, "generation", h->generation);
	add_u64(object, "snapshot_ns", h->snapshot_ns);
	json_object_object_add(object, "age_ns", process->has_age ?
			       json_object_new_uint64(process->age_ns) : NULL);
	add_u64(object, "watch_ns", h->watch_ns);
	add_u64(object, "walk_ns", h->walk_ns);
	add_u64(object, "walk_pages", h->walk_pages);
	add_u64(object, "lock_hold_max_ns", h->lock_hold_max_ns);
	add_u64(object, "page_size_bytes", h->page_size);
	add_u64(object, "nr_vmas", h->nr_vmas);
	add_u64(object, "zero_pages", h->zero);
	add_u64(object, "swap_pages", h->swap);
	add_u64(object, "migrating_pages", h->migrating);
	add_u64(object, "untouched_pages", h->untouched);
	add_u64(object, "remote_pages", h->remote_pages);
	add_u64(object, "remote_bp", h->remote_bp);
	add_u64(object, "mean_distance_hundredths", h->mean_distance);
}

/**
 * numalens_placement_json() - show a process to programs
 * @process: process
 * @object: gets the members
 */
void numalens_placement_json(const struct numalens_process *process, struct json_object *object)
{
	const struct numalens_snapshot *s = &process->snapshot;
	struct json_object *array = json_object_new_array();
	char *verdict = numalens_verdict_process(process);
	char *story = numalens_story_tell(s);
	size_t i, node;

	header_json(process, object);
	for (node = 0; node < s->header.nr_nodes; node++)
		json_object_array_add(array,
				      json_object_new_int64(numalens_snapshot_nid(s, node)));
	json_object_object_add(object, "nodes", array);
	for (i = 0; i < NR_ROWS; i++) {
		array = json_object_new_array();
		for (node = 0; node < s->header.nr_nodes; node++)
			json_object_array_add(array,
					      json_object_new_uint64(numalens_snapshot_total(s,
								     rows[i].row, node)));
		json_object_object_add(object, rows[i].key, array);
	}
	json_object_object_add(object, "folios", numalens_folio_json(s));
	json_object_object_add(object, "policy",
			       numalens_output_json_text(numalens_snapshot_string(s,
							 s->header.policy)));
	json_object_object_add(object, "mems_allowed",
			       numalens_output_json_list(numalens_snapshot_string(s,
							 s->header.mems_allowed)));
	json_object_object_add(object, "allowed_nodes",
			       numalens_output_json_list(numalens_snapshot_string(s,
							 s->header.allowed_nodes)));
	json_object_object_add(object, "verdict", json_object_new_string(verdict));
	json_object_object_add(object, "story", story ? json_object_new_string(story) : NULL);
	free(story);
	free(verdict);
}
