// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that are one line together: those of a service, of a guest with all its
 * helpers, of a user.
 */
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "column.h"
#include "identity.h"
#include "reader.h"
#include "snapshot.h"

enum {
	COL_NAME,
	COL_PROCESSES,
	COL_RESIDENT,
	COL_REMOTE,
	COL_REMOTE_BP,
	COL_DISTANCE,
	COL_NODES,
	COL_PAGE_SIZE,
};

static const struct numalens_column columns[] = {
	[COL_NAME]	= { "GROUP", "group", NUMALENS_COLUMN_CUT },
	[COL_PROCESSES]	= { "PROCS", "processes", NUMALENS_COLUMN_RIGHT },
	[COL_RESIDENT]	= { "RESIDENT", "resident_pages", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE_BP]	= { "REMOTE%", "remote_bp", NUMALENS_COLUMN_RIGHT },
	[COL_DISTANCE]	= { "DIST", "mean_distance_hundredths", NUMALENS_COLUMN_RIGHT },
	[COL_NODES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[COL_PAGE_SIZE]	= { NULL, "page_size_bytes", 0 },
};

const struct numalens_column_set numalens_group_columns = { columns, ARRAY_SIZE(columns) };

/**
 * numalens_group_by_parse() - understand what processes shall have in common
 * @by: gets it
 * @name: its name
 *
 * Return: false if there is none of that name.
 */
bool numalens_group_by_parse(enum numalens_group_by *by, const char *name)
{
	static const char * const names[NUMALENS_GROUP_NR] = {
		[NUMALENS_GROUP_CGROUP] = "cgroup",
		[NUMALENS_GROUP_USER] = "user",
		[NUMALENS_GROUP_NAME] = "name",
	};
	unsigned int i;

	for (i = 0; i < NUMALENS_GROUP_NR; i++) {
		if (strcmp(names[i], name))
			continue;
		*by = i;
		return true;
	}
	return false;
}

/* Index of a node; all groups have its column from then on. */
static size_t node_of(struct numalens_groups *groups, uint32_t nid)
{
	size_t node = 0, behind, i;

	while (node < groups->nr_nodes && groups->nids[node] < nid)
		node++;
	if (node < groups->nr_nodes && groups->nids[node] == nid)
		return node;
	behind = groups->nr_nodes++ - node;
	groups->nids = numalens_realloc(groups->nids, groups->nr_nodes, sizeof(*groups->nids));
	memmove(groups->nids + node + 1, groups->nids + node, behind * sizeof(*groups->nids));
	groups->nids[node] = nid;
	for (i = 0; i < groups->nr; i++) {
		struct numalens_group *group = &groups->groups[i];

		group->pages = numalens_realloc(group->pages, groups->nr_nodes,
						sizeof(*group->pages));
		memmove(group->pages + node + 1, group->pages + node,
			behind * sizeof(*group->pages));
		group->pages[node] = 0;
	}
	return node;
}

/* Those of which it is not known are one, too. */
static bool is_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static struct numalens_group *group_of(struct numalens_groups *groups, const char *name)
{
	struct numalens_group *group;
	size_t i;

	for (i = 0; i < groups->nr; i++)
		if (is_same(groups->groups[i].name, name))
			return &groups->groups[i];
	groups->groups = numalens_realloc(groups->groups, ++groups->nr, sizeof(*group));
	group = &groups->groups[i];
	memset(group, 0, sizeof(*group));
	group->name = name ? numalens_strdup(name) : NULL;
	group->pages = numalens_alloc(groups->nr_nodes, sizeof(*group->pages));
	return group;
}

/**
 * numalens_groups_add() - add a process to those that it has something in common with
 * @groups: the groups
 * @pid: its pid
 * @snapshot: its last snapshot, in brief
 */
void numalens_groups_add(struct numalens_groups *groups, unsigned int pid,
			 const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct numalens_identity identity = { 0 };
	struct numalens_group *group;
	const char *name;
	size_t node, at;

	/* Its pid may be another's by now. */
	if (!numalens_reader_has_exited(pid))
		numalens_identity_read(&identity, pid);
	name = groups->by == NUMALENS_GROUP_CGROUP ? identity.cgroup :
	       groups->by == NUMALENS_GROUP_USER ? identity.user : snapshot->comm;
	group = group_of(groups, name);
	groups->page_size = h->page_size;
	group->nr++;
	group->remote += h->remote_pages;
	for (node = 0; node < h->nr_nodes; node++) {
		uint64_t pages = numalens_snapshot_total(snapshot, NUMALENS_TOTAL_PAGES, node);

		at = node_of(groups, numalens_snapshot_nid(snapshot, node));
		group->pages[at] += pages;
		group->resident += pages;
		group->distance += pages * h->mean_distance;
	}
	numalens_identity_free(&identity);
}

/* The largest first. */
static int by_resident(const void *a, const void *b)
{
	const struct numalens_group *x = a, *y = b;

	if (x->resident != y->resident)
		return x->resident < y->resident ? 1 : -1;
	return strcmp(x->name ? x->name : "", y->name ? y->name : "");
}

static void row_add(struct numalens_table *table, const struct numalens_group *group,
		    const struct numalens_groups *groups)
{
	uint64_t half = group->resident / 2;
	size_t node;

	numalens_table_row_add(table);
	if (group->name)
		numalens_table_text_set(table, COL_NAME, group->name);
	numalens_table_set(table, COL_PROCESSES, 0, NUMALENS_VALUE_COUNT, group->nr);
	numalens_table_set(table, COL_RESIDENT, 0, NUMALENS_VALUE_PAGES, group->resident);
	numalens_table_set(table, COL_REMOTE, 0, NUMALENS_VALUE_PAGES, group->remote);
	if (group->resident) {
		numalens_table_set(table, COL_REMOTE_BP, 0, NUMALENS_VALUE_BP,
				   (group->remote * 10000 + half) / group->resident);
		numalens_table_set(table, COL_DISTANCE, 0, NUMALENS_VALUE_HUNDREDTHS,
				   (group->distance + half) / group->resident);
	}
	for (node = 0; node < groups->nr_nodes; node++)
		numalens_table_set(table, COL_NODES, node, NUMALENS_VALUE_PAGES,
				   group->pages[node]);
	numalens_table_set(table, COL_PAGE_SIZE, 0, NUMALENS_VALUE_COUNT, groups->page_size);
}

/**
 * numalens_groups_table() - make a table of the groups, those with most memory first
 * @groups: the groups; they are sorted
 *
 * Return: the table; numalens_table_free() it before the groups.
 */
struct numalens_table *numalens_groups_table(struct numalens_groups *groups)
{
	struct numalens_table *table = numalens_table_alloc(columns, ARRAY_SIZE(columns),
							    groups->nids, groups->nr_nodes);
	size_t i;

	if (groups->nr) {
		qsort(groups->groups, groups->nr, sizeof(*groups->groups), by_resident);
		numalens_table_page_size_set(table, groups->page_size);
	}
	for (i = 0; i < groups->nr; i++)
		row_add(table, &groups->groups[i], groups);
	return table;
}

/**
 * numalens_groups_free() - end them
 * @groups: the groups
 */
void numalens_groups_free(struct numalens_groups *groups)
{
	size_t i;

	for (i = 0; i < groups->nr; i++) {
		free(groups->groups[i].name);
		free(groups->groups[i].pages);
	}
	free(groups->groups);
	free(groups->nids);
}
