// SPDX-License-Identifier: GPL-2.0
/*
 * What was judged and found, to people and to programs.
 */
#include "judge_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "judge.h"
#include "output.h"
#include "vma.h"

/* VMAs that a finding shows to people. */
#define MAX_RANGES	8
#define INDENT		9

enum {
	COL_AREA,
	COL_BACKEND,
	COL_WANTED,
	COL_PAGES,
	COL_OUTSIDE,
	COL_UNTOUCHED,
	/* for programs only */
	COL_CELL,
	COL_MODE,
	COL_NODES,
	COL_SOURCE,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_AREA]	= { "AREA", "area", 0 },
	[COL_BACKEND]	= { "BACKEND", "backend", NUMALENS_COLUMN_CUT },
	[COL_WANTED]	= { "WANTED", NULL, 0 },
	[COL_PAGES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[COL_OUTSIDE]	= { "OUTSIDE", "outside_pages", NUMALENS_COLUMN_RIGHT },
	[COL_UNTOUCHED]	= { "UNTOUCHED", "untouched_pages", NUMALENS_COLUMN_RIGHT },
	[COL_CELL]	= { NULL, "cell", 0 },
	[COL_MODE]	= { NULL, "policy", 0 },
	[COL_NODES]	= { NULL, "wanted_nodes", 0 },
	[COL_SOURCE]	= { NULL, "wanted_by", 0 },
};

static const struct {
	const char *text;
	const char *key;
} fits[] = {
	[NUMALENS_POLICY_RIGHT] = { "policy right, pages wrong", "pages_wrong" },
	[NUMALENS_POLICY_MISSING] = { "policy missing", "policy_missing" },
	[NUMALENS_POLICY_OTHER] = { "policy wrong", "policy_wrong" },
};

static void row_add(struct numalens_table *table, const struct numalens_judgement *judgement,
		    const struct numalens_area *area)
{
	size_t node;

	numalens_table_row_add(table);
	numalens_table_text_set(table, COL_AREA, area->name);
	if (area->backend)
		numalens_table_text_set(table, COL_BACKEND, area->backend);
	if (area->has_wanted) {
		char *nodes = numalens_list_format(&area->wanted);
		char *wanted = numalens_strf("%s %s", numalens_rule_mode_name(area->mode), nodes);

		numalens_table_text_set(table, COL_WANTED, wanted);
		numalens_table_text_set(table, COL_MODE, numalens_rule_mode_name(area->mode));
		numalens_table_text_set(table, COL_NODES, nodes);
		numalens_table_text_set(table, COL_SOURCE, area->source);
		numalens_table_set(table, COL_OUTSIDE, 0, NUMALENS_VALUE_PAGES, area->outside);
		free(wanted);
		free(nodes);
	}
	if (area->cell != NUMALENS_NONE)
		numalens_table_set(table, COL_CELL, 0, NUMALENS_VALUE_COUNT, area->cell);
	for (node = 0; node < judgement->snapshot->header.nr_nodes; node++)
		numalens_table_set(table, COL_PAGES, node, NUMALENS_VALUE_PAGES,
				   area->pages[node]);
	numalens_table_set(table, COL_UNTOUCHED, 0, NUMALENS_VALUE_PAGES, area->untouched);
}

static struct numalens_table *areas_table(const struct numalens_judgement *judgement,
					  const uint32_t *nids)
{
	const struct numalens_snapshot *s = judgement->snapshot;
	struct numalens_table *table;
	size_t i;

	table = numalens_table_alloc(columns, NR_COLUMNS, nids, s->header.nr_nodes);
	numalens_table_page_size_set(table, s->header.page_size);
	for (i = 0; i < judgement->nr_areas; i++)
		row_add(table, judgement, &judgement->areas[i]);
	return table;
}

static void range_print(const struct numalens_judgement *judgement,
			const struct numalens_range *range)
{
	const struct numalens_snapshot *s = judgement->snapshot;
	char *pages = numalens_output_pages(range->pages, s->header.page_size);
	const char *source, *kind;
	struct numalens_vma vma;
	char *text, *clean;

	numalens_snapshot_vma(s, range->vma, &vma);
	source = numalens_vma_source_name(vma.policy_source);
	kind = numalens_vma_kind_name(vma.kind);
	text = numalens_strf("%" PRIx64 "-%" PRIx64 " %s: %s, policy %s (%s)",
			     (uint64_t)vma.start, (uint64_t)vma.end, kind ? kind : "?", pages,
			     numalens_snapshot_string(s, vma.policy), source ? source : "?");
	if (range->has_fit)
		numalens_append(&text, ": %s", fits[range->fit].text);
	if (*numalens_snapshot_string(s, vma.path))
		numalens_append(&text, "; %s", numalens_snapshot_string(s, vma.path));
	clean = numalens_output_clean(text);
	numalens_output_wrap_at(0, INDENT + 2, clean);
	free(clean);
	free(text);
	free(pages);
}

static void rest_print(const struct numalens_judgement *judgement,
		       const struct numalens_finding *finding)
{
	uint64_t rest = 0;
	char *pages;
	size_t i;

	for (i = MAX_RANGES; i < finding->nr_ranges; i++)
		rest += finding->ranges[i].pages;
	pages = numalens_output_pages(rest, judgement->snapshot->header.page_size);
	printf("%*sand %s in %zu more VMAs\n", INDENT + 2, "", pages,
	       finding->nr_ranges - MAX_RANGES);
	free(pages);
}

static void finding_print(const struct numalens_judgement *judgement,
			  const struct numalens_finding *finding)
{
	bool wrong = finding->grade == NUMALENS_GRADE_WRONG;
	char *text = numalens_strf("%s: %s", finding->subject, finding->text);
	char *clean = numalens_output_clean(text);
	size_t i;

	numalens_output_tone(wrong ? NUMALENS_TONE_BAD : NUMALENS_TONE_HEAD,
			     wrong ? "wrong" : "warning");
	numalens_output_wrap_at(wrong ? 5 : 7, INDENT, clean);
	for (i = 0; i < finding->nr_ranges && i < MAX_RANGES; i++)
		range_print(judgement, &finding->ranges[i]);
	if (finding->nr_ranges > MAX_RANGES)
		rest_print(judgement, finding);
	free(clean);
	free(text);
}

/* More than one rule may have found the same. */
static bool is_told(const struct numalens_judgement *judgement, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (judgement->findings[i].grade == NUMALENS_GRADE_WRONG &&
		    !strcmp(judgement->findings[i].subject, judgement->findings[index].subject))
			return true;
	return false;
}

static char *verdict(const struct numalens_judgement *judgement)
{
	const char *glue = "";
	char *text;
	size_t i;

	if (!judgement->nr_wrong)
		return numalens_strf("As it should be%s.", judgement->nr_findings ?
				     ", but for what is worth a warning" : "");
	text = numalens_strdup("Not as it should be: ");
	for (i = 0; i < judgement->nr_findings; i++) {
		if (judgement->findings[i].grade != NUMALENS_GRADE_WRONG || is_told(judgement, i))
			continue;
		numalens_append(&text, "%s%s", glue, judgement->findings[i].subject);
		glue = ", ";
	}
	numalens_append(&text, ".");
	return text;
}

/**
 * numalens_judge_print() - show what was found to people
 * @judgement: what was found
 */
void numalens_judge_print(const struct numalens_judgement *judgement)
{
	uint32_t *nids = numalens_snapshot_nids(judgement->snapshot);
	struct numalens_table *table = areas_table(judgement, nids);
	char *text = verdict(judgement);
	size_t i;

	if (judgement->nr_areas) {
		printf("memory that was judged, %s\n", numalens_output_unit_name());
		numalens_table_print(table);
		putchar('\n');
	}
	for (i = 0; i < judgement->nr_findings; i++)
		finding_print(judgement, &judgement->findings[i]);
	if (judgement->nr_findings)
		putchar('\n');
	numalens_output_wrap("", 0, text);
	free(text);
	numalens_table_free(table);
	free(nids);
}

static struct json_object *range_json(const struct numalens_snapshot *s,
				      const struct numalens_range *range)
{
	struct json_object *object = json_object_new_object();
	struct numalens_vma vma;
	char *start, *end;

	numalens_snapshot_vma(s, range->vma, &vma);
	start = numalens_strf("%" PRIx64, (uint64_t)vma.start);
	end = numalens_strf("%" PRIx64, (uint64_t)vma.end);
	json_object_object_add(object, "start", json_object_new_string(start));
	json_object_object_add(object, "end", json_object_new_string(end));
	json_object_object_add(object, "pages", json_object_new_uint64(range->pages));
	json_object_object_add(object, "policy",
			       numalens_output_json_text(numalens_snapshot_string(s, vma.policy)));
	json_object_object_add(object, "policy_source",
			       numalens_output_json_text(numalens_vma_source_name(
							 vma.policy_source)));
	json_object_object_add(object, "path",
			       numalens_output_json_text(numalens_snapshot_string(s, vma.path)));
	json_object_object_add(object, "cause", range->has_fit ?
			       json_object_new_string(fits[range->fit].key) : NULL);
	free(end);
	free(start);
	return object;
}

static struct json_object *index_json(size_t index)
{
	return index == NUMALENS_NONE ? NULL : json_object_new_uint64(index);
}

static struct json_object *finding_json(const struct numalens_judgement *judgement,
					const struct numalens_finding *finding)
{
	struct json_object *object = json_object_new_object(), *array = json_object_new_array();
	struct numalens_thread thread;
	size_t i;

	json_object_object_add(object, "grade",
			       json_object_new_string(finding->grade == NUMALENS_GRADE_WRONG ?
						      "wrong" : "warning"));
	json_object_object_add(object, "rule", json_object_new_string(finding->rule));
	json_object_object_add(object, "subject", json_object_new_string(finding->subject));
	json_object_object_add(object, "cell", index_json(finding->cell));
	json_object_object_add(object, "vcpu", index_json(finding->vcpu));
	if (finding->thread != NUMALENS_NONE)
		numalens_snapshot_thread(judgement->snapshot, finding->thread, &thread);
	json_object_object_add(object, "tid", finding->thread == NUMALENS_NONE ? NULL :
			       json_object_new_int64(thread.tid));
	json_object_object_add(object, "text", numalens_output_json_text(finding->text));
	for (i = 0; i < finding->nr_ranges; i++)
		json_object_array_add(array, range_json(judgement->snapshot,
							&finding->ranges[i]));
	json_object_object_add(object, "vmas", array);
	return object;
}

/**
 * numalens_judge_json() - show what was found to programs
 * @judgement: what was found
 * @object: gets the members
 */
void numalens_judge_json(const struct numalens_judgement *judgement, struct json_object *object)
{
	uint32_t *nids = numalens_snapshot_nids(judgement->snapshot);
	struct numalens_table *table = areas_table(judgement, nids);
	struct json_object *array = json_object_new_array();
	char *text = verdict(judgement);
	size_t i;

	json_object_object_add(object, "ok", json_object_new_boolean(!judgement->nr_wrong));
	json_object_object_add(object, "verdict", json_object_new_string(text));
	json_object_object_add(object, "areas", numalens_table_json(table));
	for (i = 0; i < judgement->nr_findings; i++)
		json_object_array_add(array, finding_json(judgement, &judgement->findings[i]));
	json_object_object_add(object, "findings", array);
	free(text);
	numalens_table_free(table);
	free(nids);
}
