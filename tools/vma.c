// SPDX-License-Identifier: GPL-2.0
/*
 * The VMAs of a process, largest first.
 */
#include "vma.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "column.h"
#include "output.h"
#include "rank.h"
#include "snapshot.h"

enum {
	COL_RANGE,
	COL_PERMS,
	COL_KIND,
	COL_RESIDENT,
	COL_NODES,
	COL_REMOTE,
	COL_POLICY,
	COL_PATH,
	/* for programs only */
	COL_START,
	COL_END,
	COL_PAGE_SIZE,
	COL_RAW_POLICY,
	COL_SOURCE,
	COL_ANON,
	COL_THP,
	COL_ZERO,
	COL_SWAP,
	COL_MIGRATING,
	COL_UNTOUCHED,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_RANGE]	= { "RANGE", NULL, 0 },
	[COL_PERMS]	= { "PERM", "perms", 0 },
	[COL_KIND]	= { "KIND", "kind", 0 },
	[COL_RESIDENT]	= { "RESIDENT", "resident_pages",
			    NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_SUM },
	[COL_NODES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[COL_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_POLICY]	= { "POLICY", NULL, NUMALENS_COLUMN_FOLD },
	[COL_PATH]	= { "PATH", "path", NUMALENS_COLUMN_CUT },
	[COL_START]	= { NULL, "start", 0 },
	[COL_END]	= { NULL, "end", 0 },
	[COL_PAGE_SIZE]	= { NULL, "page_size_bytes", 0 },
	[COL_RAW_POLICY] = { NULL, "policy", 0 },
	[COL_SOURCE]	= { NULL, "policy_source", 0 },
	[COL_ANON]	= { NULL, "anon_pages", NUMALENS_COLUMN_NODES },
	[COL_THP]	= { NULL, "thp_pages", NUMALENS_COLUMN_NODES },
	[COL_ZERO]	= { NULL, "zero_pages", 0 },
	[COL_SWAP]	= { NULL, "swap_pages", 0 },
	[COL_MIGRATING]	= { NULL, "migrating_pages", 0 },
	[COL_UNTOUCHED]	= { NULL, "untouched_pages", 0 },
};

/* For --columns */
const struct numalens_column_set numalens_vma_columns = { columns, NR_COLUMNS };

static const char * const kinds[] = {
	[NUMALENS_KIND_ANON] = "anon",
	[NUMALENS_KIND_FILE] = "file",
	[NUMALENS_KIND_SHMEM] = "shmem",
	[NUMALENS_KIND_HUGETLB] = "hugetlb",
	[NUMALENS_KIND_SPECIAL] = "special",
};

static const char * const sources[] = {
	[NUMALENS_SOURCE_SYSTEM] = "system",
	[NUMALENS_SOURCE_TASK] = "task",
	[NUMALENS_SOURCE_SHARED] = "shared",
	[NUMALENS_SOURCE_VMA] = "vma",
};

static const char *name_of(const char * const *names, size_t nr, uint32_t value)
{
	return value < nr ? names[value] : NULL;
}

/**
 * numalens_vma_kind_name() - name of what backs a VMA
 * @kind: enum numalens_vma_kind, or anything
 *
 * Return: the name, or NULL.
 */
const char *numalens_vma_kind_name(uint32_t kind)
{
	return name_of(kinds, ARRAY_SIZE(kinds), kind);
}

/**
 * numalens_vma_source_name() - name of where a policy was set
 * @source: enum numalens_policy_source, or anything
 *
 * Return: the name, or NULL.
 */
const char *numalens_vma_source_name(uint32_t source)
{
	return name_of(sources, ARRAY_SIZE(sources), source);
}

/**
 * numalens_vma_perms() - permissions of a VMA
 * @text: gets them as /proc/PID/maps has them, five bytes
 * @perms: NUMALENS_PERM_*
 */
void numalens_vma_perms(char *text, uint32_t perms)
{
	text[0] = perms & NUMALENS_PERM_READ ? 'r' : '-';
	text[1] = perms & NUMALENS_PERM_WRITE ? 'w' : '-';
	text[2] = perms & NUMALENS_PERM_EXEC ? 'x' : '-';
	text[3] = perms & NUMALENS_PERM_SHARED ? 's' : 'p';
	text[4] = '\0';
}

/**
 * numalens_vma_policy() - say which policy is in force, and where it was set
 * @snapshot: snapshot of the process
 * @vma: VMA. The system's default is what all have who have nothing else: naming
 *	its source in every row would say nothing and take the room of the path
 *
 * Return: the text; free() it.
 */
char *numalens_vma_policy(const struct numalens_snapshot *snapshot, const struct numalens_vma *vma)
{
	const char *source = numalens_vma_source_name(vma->policy_source);
	const char *policy = numalens_snapshot_string(snapshot, vma->policy);

	if (vma->policy_source == NUMALENS_SOURCE_SYSTEM)
		return numalens_strdup(policy);
	return numalens_strf("%s (%s)", policy, source ? source : "?");
}

static void policy_set(struct numalens_table *table, const struct numalens_snapshot *s,
		       const struct numalens_vma *vma)
{
	char *text = numalens_vma_policy(s, vma);

	numalens_table_text_set(table, COL_POLICY, text);
	if (vma->policy_source == NUMALENS_SOURCE_SYSTEM)
		numalens_table_dull_set(table, COL_POLICY);
	numalens_table_text_set(table, COL_RAW_POLICY, numalens_snapshot_string(s, vma->policy));
	numalens_table_text_set(table, COL_SOURCE, numalens_vma_source_name(vma->policy_source));
	free(text);
}

static void names_set(struct numalens_table *table, const struct numalens_snapshot *s,
		      const struct numalens_vma *vma)
{
	char *start = numalens_strf("%" PRIx64, (uint64_t)vma->start);
	char *end = numalens_strf("%" PRIx64, (uint64_t)vma->end);
	char *range = numalens_strf("%s-%s", start, end);
	char perms[5];

	numalens_vma_perms(perms, vma->perms);
	numalens_table_text_set(table, COL_RANGE, range);
	numalens_table_text_set(table, COL_START, start);
	numalens_table_text_set(table, COL_END, end);
	numalens_table_text_set(table, COL_PERMS, perms);
	numalens_table_text_set(table, COL_KIND, numalens_vma_kind_name(vma->kind));
	numalens_table_text_set(table, COL_PATH, numalens_snapshot_string(s, vma->path));
	policy_set(table, s, vma);
	free(range);
	free(end);
	free(start);
}

static void row_add(struct numalens_table *table, const struct numalens_snapshot *s, size_t i)
{
	struct numalens_vma vma;
	size_t node;

	numalens_snapshot_vma(s, i, &vma);
	numalens_table_row_add(table);
	names_set(table, s, &vma);
	numalens_table_set(table, COL_RESIDENT, 0, NUMALENS_VALUE_PAGES,
			   numalens_snapshot_vma_pages(s, i));
	for (node = 0; node < s->header.nr_nodes; node++) {
		numalens_table_set(table, COL_NODES, node, NUMALENS_VALUE_PAGES,
				   numalens_snapshot_vma_value(s, i, NUMALENS_VMA_PAGES, node));
		numalens_table_set(table, COL_ANON, node, NUMALENS_VALUE_PAGES,
				   numalens_snapshot_vma_value(s, i, NUMALENS_VMA_ANON, node));
		numalens_table_set(table, COL_THP, node, NUMALENS_VALUE_PAGES,
				   numalens_snapshot_vma_value(s, i, NUMALENS_VMA_THP, node));
	}
	numalens_table_set(table, COL_REMOTE, 0, NUMALENS_VALUE_PAGES, vma.remote_pages);
	numalens_table_set(table, COL_PAGE_SIZE, 0, NUMALENS_VALUE_COUNT, vma.page_size);
	numalens_table_set(table, COL_ZERO, 0, NUMALENS_VALUE_PAGES, vma.zero);
	numalens_table_set(table, COL_SWAP, 0, NUMALENS_VALUE_PAGES, vma.swap);
	numalens_table_set(table, COL_MIGRATING, 0, NUMALENS_VALUE_PAGES, vma.migrating);
	numalens_table_set(table, COL_UNTOUCHED, 0, NUMALENS_VALUE_PAGES, vma.untouched);
}

/**
 * numalens_vma_table() - make a table of VMAs, the largest first
 * @snapshot: snapshot of the process
 * @top: how many, 0 for all
 *
 * Return: the table; numalens_table_free() it.
 */
struct numalens_table *numalens_vma_table(const struct numalens_snapshot *snapshot, size_t top)
{
	size_t nr = snapshot->header.nr_vmas, i;
	struct numalens_rank *ranks = numalens_alloc(nr, sizeof(*ranks));
	uint32_t *nids = numalens_snapshot_nids(snapshot);
	struct numalens_table *table;

	for (i = 0; i < nr; i++) {
		ranks[i].weight = numalens_snapshot_vma_pages(snapshot, i);
		ranks[i].index = i;
	}
	numalens_rank_sort(ranks, nr);
	table = numalens_table_alloc(columns, NR_COLUMNS, nids, snapshot->header.nr_nodes);
	numalens_table_page_size_set(table, snapshot->header.page_size);
	for (i = 0; i < nr && (!top || i < top); i++)
		row_add(table, snapshot, ranks[i].index);
	free(nids);
	free(ranks);
	return table;
}

/**
 * numalens_vma_print() - show VMAs to people
 * @snapshot: snapshot of the process
 * @top: how many, 0 for all
 */
void numalens_vma_print(const struct numalens_snapshot *snapshot, size_t top)
{
	struct numalens_table *table = numalens_vma_table(snapshot, top);
	uint32_t nr = snapshot->header.nr_vmas;

	if (top && top < nr)
		printf("the %zu largest of %" PRIu32 " VMAs, %s\n", top, nr,
		       numalens_output_unit_name());
	else
		printf("%" PRIu32 " VMAs, largest first, %s\n", nr, numalens_output_unit_name());
	numalens_table_print(table);
	numalens_table_free(table);
}

/**
 * numalens_vma_json() - show VMAs to programs
 * @snapshot: snapshot of the process
 * @top: how many, 0 for all
 *
 * Return: an array.
 */
struct json_object *numalens_vma_json(const struct numalens_snapshot *snapshot, size_t top)
{
	struct numalens_table *table = numalens_vma_table(snapshot, top);
	struct json_object *array = numalens_table_json(table);

	numalens_table_free(table);
	return array;
}
