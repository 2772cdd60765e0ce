// SPDX-License-Identifier: GPL-2.0
/*
 * numalens list: one line for each watched process.
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
#include "output.h"
#include "pick.h"
#include "reader.h"

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

static int row_add(struct numalens_table *table, unsigned int pid)
{
	struct row row = { 0 };
	struct numalens_dir dir;
	const char *bad;
	int err, ret = NUMALENS_OK;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	bad = row_read(&row, &dir, &err);
	/* Unwatched by somebody else between ls and read: no longer in the list. */
	if (bad && (err == ENOENT || err == ENODEV) && !numalens_reader_is_watched(pid)) {
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

static void show(const struct numalens_table *table, size_t nr, bool json)
{
	struct json_object *root;

	if (json) {
		root = numalens_output_json_new("list");
		json_object_object_add(root, "processes", numalens_table_json(table));
		numalens_output_json_print(root);
	} else if (nr || numalens_pick.csv) {
		numalens_pick_show(table);
	} else {
		puts("nothing is watched");
	}
}

static int options_check(const struct numalens_args *args)
{
	if (args->nr)
		return numalens_command_usage(&numalens_cmd_list, "list takes no operand");
	return numalens_pick_check(&numalens_cmd_list, args->json);
}

static int run(const struct numalens_args *args)
{
	struct numalens_table *table;
	unsigned int *pids;
	size_t nr, i;
	int ret = options_check(args);

	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret)
		ret = numalens_reader_pids(&pids, &nr);
	if (ret)
		return ret;
	table = numalens_table_alloc(columns, ARRAY_SIZE(columns), NULL, 0);
	for (i = 0; i < nr && ret != NUMALENS_NO_PERMISSION; i++) {
		int code = row_add(table, pids[i]);

		ret = ret ? ret : code;
	}
	/* Else, the first file told it all. */
	if (ret != NUMALENS_NO_PERMISSION)
		show(table, nr, args->json);
	numalens_table_free(table);
	free(pids);
	return ret;
}

static const struct numalens_option options[] = {
	NUMALENS_PICK_OPTIONS,
	{ 0 }
};

const struct numalens_command numalens_cmd_list = {
	.name = "list",
	.synopsis = "",
	.summary = "list the watched processes",
	.options = options,
	.columns = &column_set,
	.run = run,
};
