// SPDX-License-Identifier: GPL-2.0
/*
 * numalens list: one line for each watched process, or for those of a cgroup, a user, a
 * name together.
 *
 * From the small files and the head of the snapshot: of a process of a million
 * VMAs the rest of it would be read for nothing.
 */
#include "command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "error.h"
#include "file.h"
#include "group.h"
#include "output.h"
#include "pick.h"
#include "reader.h"
#include "snapshot_brief.h"

enum {
	COL_PID,
	COL_STATE,
	COL_RESIDENT,
	COL_REMOTE,
	COL_REMOTE_BP,
	COL_DISTANCE,
	COL_GENERATION,
	COL_SNAPSHOT,
	COL_POLICY,
	COL_COMM,
	COL_PAGE_SIZE,
};

static const struct numalens_column columns[] = {
	[COL_PID]	= { "PID", "pid", NUMALENS_COLUMN_RIGHT },
	[COL_STATE]	= { "STATE", "state", 0 },
	[COL_RESIDENT]	= { "RESIDENT", "resident_pages", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE_BP]	= { "REMOTE%", "remote_bp", NUMALENS_COLUMN_RIGHT },
	[COL_DISTANCE]	= { "DIST", "mean_distance_hundredths", NUMALENS_COLUMN_RIGHT },
	[COL_GENERATION] = { "SCANS", "generation", NUMALENS_COLUMN_RIGHT },
	[COL_SNAPSHOT]	= { NULL, "snapshot_ns", 0 },
	[COL_POLICY]	= { "POLICY", "policy", NUMALENS_COLUMN_FOLD },
	[COL_COMM]	= { "COMM", "comm", NUMALENS_COLUMN_CUT },
	[COL_PAGE_SIZE]	= { NULL, "page_size_bytes", 0 },
};

static const struct numalens_column_set column_set = { columns, ARRAY_SIZE(columns) };

struct row {
	struct numalens_snapshot_header header;
	char *state, *policy, *comm;
	uint64_t resident;
};

static void row_free(struct row *row)
{
	free(row->state);
	free(row->policy);
	free(row->comm);
}

/* Returns the file that can't be read, and why. */
static const char *row_read(struct row *row, const struct numalens_dir *dir, int *err)
{
	const char *why;
	uint64_t *pages;
	size_t nr, i;

	*err = -numalens_dir_read(dir, "state", &row->state);
	if (*err)
		return "state";
	*err = -numalens_dir_read(dir, "comm", &row->comm);
	if (*err)
		return "comm";
	*err = -numalens_dir_read(dir, "policy", &row->policy);
	if (*err)
		return "policy";
	*err = -numalens_dir_read_u64s(dir, "placement/pages", &pages, &nr);
	if (*err)
		return "placement/pages";
	for (i = 0; i < nr; i++)
		row->resident += pages[i];
	free(pages);
	*err = -numalens_snapshot_header_read(&row->header, dir, &why);
	return *err ? "snapshot" : NULL;
}

static void numbers_set(struct numalens_table *table, const struct row *row)
{
	const struct numalens_snapshot_header *h = &row->header;

	numalens_table_page_size_set(table, h->page_size);
	numalens_table_set(table, COL_RESIDENT, 0, NUMALENS_VALUE_PAGES, row->resident);
	numalens_table_set(table, COL_REMOTE, 0, NUMALENS_VALUE_PAGES, h->remote_pages);
	numalens_table_set(table, COL_REMOTE_BP, 0, NUMALENS_VALUE_BP, h->remote_bp);
	numalens_table_set(table, COL_DISTANCE, 0, NUMALENS_VALUE_HUNDREDTHS,
			   h->mean_distance);
	numalens_table_set(table, COL_GENERATION, 0, NUMALENS_VALUE_COUNT, h->generation);
	numalens_table_set(table, COL_SNAPSHOT, 0, NUMALENS_VALUE_NS, h->snapshot_ns);
	numalens_table_set(table, COL_PAGE_SIZE, 0, NUMALENS_VALUE_COUNT, h->page_size);
}

/* Unwatched by somebody else between ls and read: no longer in the list. */
static bool is_gone(int err, unsigned int pid)
{
	return (err == ENOENT || err == ENODEV) && !numalens_reader_is_watched(pid);
}

static int row_add(struct numalens_table *table, unsigned int pid)
{
	struct row row = { 0 };
	struct numalens_dir dir;
	const char *bad;
	int err, ret = NUMALENS_OK;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	bad = row_read(&row, &dir, &err);
	if (bad && is_gone(err, pid)) {
		row_free(&row);
		return NUMALENS_OK;
	}
	if (bad)
		ret = numalens_error_file(&dir, bad, "read", err);
	numalens_table_row_add(table);
	numalens_table_set(table, COL_PID, 0, NUMALENS_VALUE_COUNT, pid);
	numalens_table_text_set(table, COL_STATE, row.state);
	numalens_table_text_set(table, COL_POLICY, row.policy);
	numalens_table_text_set(table, COL_COMM, row.comm);
	if (!bad)
		numbers_set(table, &row);
	row_free(&row);
	return ret;
}

static int groups_add(struct numalens_groups *groups, unsigned int pid)
{
	struct numalens_snapshot snapshot;
	struct numalens_dir dir;
	const char *why;
	int err;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	err = -numalens_snapshot_brief_read(&snapshot, &dir, 0, &why);
	if (err && is_gone(err, pid))
		return NUMALENS_OK;
	if (err)
		return numalens_error_file(&dir, "snapshot", "read", err);
	numalens_groups_add(groups, pid, &snapshot);
	numalens_snapshot_free(&snapshot);
	return NUMALENS_OK;
}

/* Fills the one that is given. Where nothing may be read, the first file told it all. */
static int pids_read(struct numalens_table *table, struct numalens_groups *groups,
		     const unsigned int *pids, size_t nr)
{
	int ret = NUMALENS_OK;
	size_t i;

	for (i = 0; i < nr && ret != NUMALENS_NO_PERMISSION; i++) {
		int code = table ? row_add(table, pids[i]) : groups_add(groups, pids[i]);

		ret = ret ? ret : code;
	}
	return ret;
}

static const char *common;

static void groups_tell(struct json_object *root, const struct numalens_groups *groups)
{
	struct json_object *nids = json_object_new_array();
	size_t node;

	for (node = 0; node < groups->nr_nodes; node++)
		json_object_array_add(nids, json_object_new_int64(groups->nids[node]));
	json_object_object_add(root, "by", json_object_new_string(common));
	json_object_object_add(root, "nodes", nids);
}

static void show(const struct numalens_table *table, const struct numalens_groups *groups,
		 size_t nr, bool json)
{
	struct json_object *root;

	if (json) {
		root = numalens_output_json_new("list");
		if (common)
			groups_tell(root, groups);
		json_object_object_add(root, common ? "groups" : "processes",
				       numalens_table_json(table));
		numalens_output_json_print(root);
	} else if (nr || numalens_pick.csv) {
		numalens_pick_show(table);
	} else {
		puts("nothing is watched");
	}
}

static int options_check(const struct numalens_args *args, struct numalens_groups *groups)
{
	struct numalens_command command = numalens_cmd_list;

	if (args->nr)
		return numalens_command_usage(&command, "list takes no operand");
	if (common && !numalens_group_by_parse(&groups->by, common))
		return numalens_command_usage(&command, "\"%s\" is none of cgroup, user, name",
					      common);
	if (common)
		command.columns = &numalens_group_columns;
	return numalens_pick_check(&command, args->json);
}

static int run(const struct numalens_args *args)
{
	struct numalens_groups groups = { 0 };
	struct numalens_table *table = NULL;
	unsigned int *pids;
	size_t nr;
	int ret = options_check(args, &groups);

	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret)
		ret = numalens_reader_pids(&pids, &nr);
	if (ret)
		return ret;
	if (!common)
		table = numalens_table_alloc(columns, ARRAY_SIZE(columns), NULL, 0);
	ret = pids_read(table, &groups, pids, nr);
	if (common)
		table = numalens_groups_table(&groups);
	if (ret != NUMALENS_NO_PERMISSION)
		show(table, &groups, nr, args->json);
	numalens_table_free(table);
	numalens_groups_free(&groups);
	free(pids);
	return ret;
}

static void more_help(void)
{
	fputs("\nwith --by,", stdout);
	numalens_column_help(&numalens_group_columns);
}

static const struct numalens_option options[] = {
	{ "by", "WHAT", "show those with the same cgroup, user or name as one line, the largest "
	  "first", NULL, &common },
	NUMALENS_PICK_OPTIONS,
	{ 0 }
};

const struct numalens_command numalens_cmd_list = {
	.name = "list",
	.synopsis = "",
	.summary = "list the watched processes, or what they come to together",
	.options = options,
	.columns = &column_set,
	.more_help = more_help,
	.run = run,
};
