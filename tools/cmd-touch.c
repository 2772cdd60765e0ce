// SPDX-License-Identifier: GPL-2.0
/*
 * numalens touch: who touched the memory of a process first.
 */
#include "command.h"

#include <stdio.h>

#include <json-c/json.h>

#include "error.h"
#include "event.h"
#include "number.h"
#include "pick.h"
#include "reader.h"
#include "report.h"
#include "touch.h"
#include "visit.h"
#include "vma_event.h"

static const struct numalens_vma_event touched = {
	NUMALENS_EVENTS_TOUCH, "touched first", "TOUCHED", "touched_pages", NUMALENS_VALUE_PAGES
};

static bool vmas;
static const char *top_text;
static size_t top;

static void text(const struct numalens_process *process)
{
	const struct numalens_snapshot *s = &process->snapshot;

	if (!numalens_report_head(process))
		return;
	numalens_touch_print(s);
	putchar('\n');
	numalens_touch_print_threads(s, top);
	if (vmas) {
		putchar('\n');
		numalens_vma_event_print(&touched, s, top);
	}
}

static void json(const struct numalens_process *process, struct json_object *object)
{
	const struct numalens_snapshot *s = &process->snapshot;

	numalens_visit_head_json(process, object);
	json_object_object_add(object, "first_touch", numalens_touch_json(s));
	json_object_object_add(object, "threads", numalens_touch_json_threads(s, top));
	if (vmas)
		json_object_object_add(object, "vmas", numalens_vma_event_json(&touched, s, top));
}

static struct numalens_table *table(const struct numalens_process *process)
{
	return numalens_touch_table(&process->snapshot, top);
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_visit visit = {
		.command = &numalens_cmd_touch,
		.unwatched = "first touches count from now",
		.text = text,
		.json = json,
		.table = table,
	};

	if (vmas && numalens_pick.csv)
		return numalens_command_usage(&numalens_cmd_touch,
					      "--csv is of the threads: no --vmas");
	if (top_text && numalens_number_parse_top(top_text, &top))
		return numalens_command_usage(&numalens_cmd_touch, "\"%s\" is no number of rows",
					      top_text);
	return numalens_visit_run(&visit, args);
}

static const struct numalens_option options[] = {
	{ "vmas", NULL, "show each VMA, most touched first", &vmas, NULL },
	{ "top", "N", "show the N threads (and VMAs) that come first", NULL, &top_text },
	{ 0 }
};

const struct numalens_command numalens_cmd_touch = {
	.name = "touch",
	.synopsis = "PID|PATTERN…",
	.summary = "show from which nodes the memory of processes was touched first, on which it "
		   "came to lie, and by which threads",
	.options = options,
	.shared = NUMALENS_VISIT_TABLE,
	.columns = &numalens_touch_columns,
	.run = run,
};
