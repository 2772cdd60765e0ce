// SPDX-License-Identifier: GPL-2.0
/*
 * numalens show: where the memory of a process lies.
 */
#include "command.h"

#include <stdio.h>

#include <json-c/json.h>

#include "error.h"
#include "number.h"
#include "pick.h"
#include "placement.h"
#include "reader.h"
#include "visit.h"
#include "vma.h"

static bool vmas;
static const char *top_text;
static size_t top;

static void text(const struct numalens_process *process)
{
	numalens_placement_print(process);
	if (vmas) {
		putchar('\n');
		numalens_vma_print(&process->snapshot, top);
	}
}

static void json(const struct numalens_process *process, struct json_object *object)
{
	numalens_placement_json(process, object);
	if (vmas)
		json_object_object_add(object, "vmas",
				       numalens_vma_json(&process->snapshot, top));
}

static struct numalens_table *table(const struct numalens_process *process)
{
	return numalens_vma_table(&process->snapshot, top);
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_visit visit = {
		.command = &numalens_cmd_show,
		.unwatched = "CPU time counts from now",
		.text = text,
		.json = json,
		.table = table,
	};
	int ret = NUMALENS_OK;

	vmas |= numalens_pick_given();
	if (args->nr && top_text) {
		ret = numalens_number_parse_top(top_text, &top) ?
		      numalens_command_usage(&numalens_cmd_show, "\"%s\" is no number of VMAs",
					     top_text) : NUMALENS_OK;
		vmas = true;
	}
	return ret ? ret : numalens_visit_run(&visit, args);
}

static const struct numalens_option options[] = {
	{ "vmas", NULL, "show each VMA, largest first; so do --columns and --csv", &vmas, NULL },
	{ "top", "N", "show the N largest VMAs", NULL, &top_text },
	{ 0 }
};

const struct numalens_command numalens_cmd_show = {
	.name = "show",
	.synopsis = "PID|PATTERN…",
	.summary = "show where the memory of processes lies, and where their threads run; a PATTERN "
		   "is a part of the name or the command line",
	.options = options,
	.shared = NUMALENS_VISIT_TABLE,
	.columns = &numalens_vma_columns,
	.run = run,
};
