// SPDX-License-Identifier: GPL-2.0
/*
 * numalens migrations: which pages of a process were moved, by whom and why.
 */
#include "command.h"

#include <stdio.h>

#include <json-c/json.h>

#include "error.h"
#include "event.h"
#include "follow.h"
#include "migration.h"
#include "pick.h"
#include "reader.h"
#include "report.h"
#include "visit.h"
#include "vma_event.h"

static const struct numalens_vma_event moved = {
	NUMALENS_EVENTS_MIGRATE, "with pages moved", "MOVED", "moved_pages", NUMALENS_VALUE_PAGES
};

static bool vmas, follow;

static void text(const struct numalens_process *process)
{
	const struct numalens_snapshot *s = &process->snapshot;

	if (!numalens_report_head(process))
		return;
	if (numalens_pick_given())
		numalens_migration_print_table(s);
	else
		numalens_migration_print(s);
	putchar('\n');
	numalens_migration_print_moves(s);
	if (vmas) {
		putchar('\n');
		numalens_vma_event_print(&moved, s, 0);
	}
}

static void json(const struct numalens_process *process, struct json_object *object)
{
	const struct numalens_snapshot *s = &process->snapshot;

	numalens_visit_head_json(process, object);
	json_object_object_add(object, "migrations", numalens_migration_json(s));
	json_object_object_add(object, "task_moves", numalens_migration_json_moves(s));
	if (vmas)
		json_object_object_add(object, "vmas", numalens_vma_event_json(&moved, s, 0));
}

static struct numalens_table *table(const struct numalens_process *process)
{
	return numalens_migration_table(&process->snapshot);
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_visit visit = {
		.command = &numalens_cmd_migrations,
		.unwatched = "migrations count from now",
		.text = text,
		.json = json,
		.table = table,
	};

	if (vmas && numalens_pick.csv)
		return numalens_command_usage(&numalens_cmd_migrations,
					      "--csv is of the reasons: no --vmas");
	if (!follow)
		return numalens_visit_run(&visit, args);
	if (args->nr != 1)
		return numalens_command_usage(&numalens_cmd_migrations,
					      "--follow takes one process");
	if (args->json || vmas || numalens_pick_given())
		return numalens_command_usage(&numalens_cmd_migrations,
					      "--follow prints lines: no --json, --csv, --columns, "
					      "--vmas");
	return numalens_follow_run(args->operands[0]);
}

static const struct numalens_option options[] = {
	{ "vmas", NULL, "show each VMA of which pages were moved", &vmas, NULL },
	{ "follow", NULL, "print each migration as it happens, until ^C or the process's end",
	  &follow, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_migrations = {
	.name = "migrations",
	.synopsis = "PID|PATTERN…",
	.summary = "show which pages of processes were moved between nodes, for which reason and by "
		   "whom, and which threads changed their node",
	.options = options,
	.shared = NUMALENS_VISIT_TABLE,
	.columns = &numalens_migration_columns,
	.run = run,
};
