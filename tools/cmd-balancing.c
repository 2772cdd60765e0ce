// SPDX-License-Identifier: GPL-2.0
/*
 * numalens balancing: what NUMA balancing sampled and did.
 */
#include "command.h"

#include <stdio.h>

#include <json-c/json.h>

#include "balancing.h"
#include "reader.h"
#include "report.h"
#include "visit.h"

static void text(const struct numalens_process *process)
{
	const struct numalens_snapshot *s = &process->snapshot;

	if (!numalens_report_head(process)) {
		numalens_balancing_print(s);
		return;
	}
	numalens_balancing_print_faults(s);
	putchar('\n');
	numalens_balancing_print(s);
}

static void json(const struct numalens_process *process, struct json_object *object)
{
	const struct numalens_snapshot *s = &process->snapshot;

	numalens_visit_head_json(process, object);
	json_object_object_add(object, "hint_faults", numalens_balancing_json_faults(s));
	json_object_object_add(object, "balancing", numalens_balancing_json(s));
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_visit visit = {
		.command = &numalens_cmd_balancing,
		.unwatched = "hinting faults count from now",
		.text = text,
		.json = json,
	};

	return numalens_visit_run(&visit, args);
}

const struct numalens_command numalens_cmd_balancing = {
	.name = "balancing",
	.synopsis = "PID|PATTERN…",
	.summary = "show what NUMA balancing sampled of processes (hinting faults), what it made of "
		   "it and what it moved",
	.shared = NUMALENS_VISIT_PLAIN,
	.run = run,
};
