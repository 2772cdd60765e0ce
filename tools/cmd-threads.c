// SPDX-License-Identifier: GPL-2.0
/*
 * numalens threads: where the threads of a process run, and what they met there.
 */
#include "command.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "number.h"
#include "reader.h"
#include "report.h"
#include "thread.h"
#include "visit.h"

static const char *top_text, *sort_text;
static size_t top;
static enum numalens_thread_order order;

static void text(const struct numalens_process *process)
{
	if (numalens_report_head(process))
		numalens_thread_print(&process->snapshot, order, top);
}

static void json(const struct numalens_process *process, struct json_object *object)
{
	numalens_visit_head_json(process, object);
	json_object_object_add(object, "nr_threads",
			       json_object_new_int64(process->snapshot.header.nr_threads));
	json_object_object_add(object, "threads",
			       numalens_thread_json(&process->snapshot, order, top));
}

static struct numalens_table *table(const struct numalens_process *process)
{
	return numalens_thread_table(&process->snapshot, order, top);
}

static bool order_parse(const char *name)
{
	static const struct {
		const char *name;
		enum numalens_thread_order order;
	} orders[] = {
		{ "cpu", NUMALENS_THREAD_BY_CPU },
		{ "remote", NUMALENS_THREAD_BY_REMOTE },
		{ "tid", NUMALENS_THREAD_BY_TID },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		order = orders[i].order;
		if (!strcmp(orders[i].name, name))
			return true;
	}
	return false;
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_visit visit = {
		.command = &numalens_cmd_threads,
		.unwatched = "all that is counted counts from now",
		.text = text,
		.json = json,
		.table = table,
	};

	if (sort_text && !order_parse(sort_text))
		return numalens_command_usage(&numalens_cmd_threads,
					      "\"%s\" is none of cpu, remote and tid", sort_text);
	if (top_text && numalens_number_parse_top(top_text, &top))
		return numalens_command_usage(&numalens_cmd_threads,
					      "\"%s\" is no number of threads", top_text);
	return numalens_visit_run(&visit, args);
}

static const struct numalens_option options[] = {
	{ "top", "N", "show the N threads that come first", NULL, &top_text },
	{ "sort", "KEY", "first those with most cpu (CPU time, the default), those with most remote "
	  "(hinting faults and first touches), or by tid", NULL, &sort_text },
	{ 0 }
};

const struct numalens_command numalens_cmd_threads = {
	.name = "threads",
	.synopsis = "PID|PATTERN…",
	.summary = "show the threads of processes: where they run, their CPU time by node, their "
		   "first touches and hinting faults",
	.options = options,
	.shared = NUMALENS_VISIT_TABLE,
	.columns = &numalens_thread_columns,
	.run = run,
};
