// SPDX-License-Identifier: GPL-2.0
/*
 * VMAs that NUMA balancing passes over: why their pages have no hinting faults.
 */
#include "skip.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "event.h"
#include "matrix.h"
#include "output.h"
#include "rank.h"
#include "snapshot.h"
#include "vma.h"

/* How many VMAs people are shown. */
#define TOP	5
#define LABEL	11

enum {
	COL_RANGE,
	COL_KIND,
	COL_RESIDENT,
	COL_TIMES,
	COL_REASON,
	COL_PATH,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_RANGE]	= { "RANGE", NULL, 0 },
	[COL_KIND]	= { "KIND", NULL, 0 },
	[COL_RESIDENT]	= { "RESIDENT", NULL, NUMALENS_COLUMN_RIGHT },
	[COL_TIMES]	= { "TIMES", NULL, NUMALENS_COLUMN_RIGHT },
	[COL_REASON]	= { "MOSTLY", NULL, 0 },
	[COL_PATH]	= { "PATH", NULL, NUMALENS_COLUMN_CUT },
};

static uint64_t of_vma(const struct numalens_snapshot *s, size_t index, uint64_t events)
{
	return numalens_matrix_sum_of(s, NUMALENS_SCOPE_VMA, index, events);
}

static uint64_t of_process(const struct numalens_snapshot *s, uint64_t events)
{
	return numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0, events);
}

/* What a VMA was passed over for most often. */
static const char *reason_of(const struct numalens_snapshot *s, size_t index)
{
	uint64_t most = 0, count;
	const char *words = "";
	size_t i;

	for (i = 0; i < numalens_event_skips.nr; i++) {
		count = of_vma(s, index, NUMALENS_EVENT(numalens_event_skips.names[i].event));
		if (count > most) {
			most = count;
			words = numalens_event_skips.names[i].words;
		}
	}
	return words;
}

static void row_add(struct numalens_table *table, const struct numalens_snapshot *s,
		    size_t index)
{
	struct numalens_vma vma;
	char *range;

	numalens_snapshot_vma(s, index, &vma);
	range = numalens_strf("%" PRIx64 "-%" PRIx64, (uint64_t)vma.start, (uint64_t)vma.end);
	numalens_table_row_add(table);
	numalens_table_text_set(table, COL_RANGE, range);
	numalens_table_text_set(table, COL_KIND, numalens_vma_kind_name(vma.kind));
	numalens_table_set(table, COL_RESIDENT, 0, NUMALENS_VALUE_PAGES,
			   numalens_snapshot_vma_pages(s, index));
	numalens_table_set(table, COL_TIMES, 0, NUMALENS_VALUE_COUNT,
			   of_vma(s, index, NUMALENS_EVENTS_SKIP));
	numalens_table_text_set(table, COL_REASON, reason_of(s, index));
	numalens_table_text_set(table, COL_PATH, numalens_snapshot_string(s, vma.path));
	free(range);
}

/* Of those that were passed over, the largest: there is the most that can't move. */
static void vmas_print(const struct numalens_snapshot *s)
{
	struct numalens_rank *ranks = numalens_alloc(s->header.nr_vmas, sizeof(*ranks));
	struct numalens_table *table;
	size_t i, nr = 0;

	for (i = 0; i < s->header.nr_vmas; i++) {
		ranks[nr].weight = numalens_snapshot_vma_pages(s, i);
		ranks[nr].then = of_vma(s, i, NUMALENS_EVENTS_SKIP);
		ranks[nr].index = i;
		nr += ranks[nr].weight && ranks[nr].then;
	}
	numalens_rank_sort(ranks, nr);
	table = numalens_table_alloc(columns, NR_COLUMNS, NULL, 0);
	numalens_table_page_size_set(table, s->header.page_size);
	for (i = 0; i < nr && i < TOP; i++)
		row_add(table, s, ranks[i].index);
	if (nr) {
		printf("\nof VMAs passed over, the %zu largest of %zu; resident in %s\n",
		       nr < TOP ? nr : TOP, nr, numalens_output_unit_name());
		numalens_table_print(table);
	}
	numalens_table_free(table);
	free(ranks);
}

/**
 * numalens_skip_print() - show to people what NUMA balancing passed over
 * @snapshot: snapshot of the process; one of a kernel that does not tell has nothing
 */
void numalens_skip_print(const struct numalens_snapshot *snapshot)
{
	uint64_t all = of_process(snapshot, NUMALENS_EVENTS_SKIP), nr;
	char *text = numalens_strdup("");
	const char *comma = "";
	size_t i;

	for (i = 0; i < numalens_event_skips.nr; i++) {
		nr = of_process(snapshot, NUMALENS_EVENT(numalens_event_skips.names[i].event));
		if (!nr)
			continue;
		numalens_append(&text, "%s%s (%s) %" PRIu64, comma,
				numalens_event_skips.names[i].name,
				numalens_event_skips.names[i].words, nr);
		comma = ", ";
	}
	if (all) {
		char *line = numalens_strf("VMAs %" PRIu64 " times: %s", all, text);

		numalens_output_wrap("passed over", LABEL + 1, line);
		free(line);
		vmas_print(snapshot);
	}
	free(text);
}

/**
 * numalens_skip_json() - show to programs what NUMA balancing passed over
 * @snapshot: snapshot of the process
 *
 * Return: an object: times by reason, all zero if the kernel does not tell.
 */
struct json_object *numalens_skip_json(const struct numalens_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < numalens_event_skips.nr; i++) {
		const struct numalens_event_name *reason = &numalens_event_skips.names[i];

		json_object_object_add(object, reason->name, json_object_new_uint64(
				       of_process(snapshot, NUMALENS_EVENT(reason->event))));
	}
	return object;
}
