// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that a command is given: found, scanned, read, shown one by one.
 */
#include "visit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "command.h"
#include "error.h"
#include "event.h"
#include "match.h"
#include "output.h"
#include "pick.h"
#include "reader.h"

static bool scan, no_scan;

/* Printed so far: what follows is set apart. */
static bool printed;

/* Where NUMALENS_VISIT_TABLE and NUMALENS_VISIT_PLAIN point into. */
const struct numalens_option numalens_visit_options[] = {
	NUMALENS_PICK_OPTIONS,
	{ "scan", NULL, "scan the process now; without it: if its snapshot is older than its "
	  "refresh_ms", &scan, NULL },
	{ "no-scan", NULL, "show the last snapshot, however old", &no_scan, NULL },
	{ 0 }
};

static void set_apart(void)
{
	if (printed)
		putchar('\n');
	printed = true;
}

static struct json_object *report_json(const struct numalens_visit *visit,
				       const struct numalens_process *process, bool watched)
{
	struct json_object *object = json_object_new_object();
	const struct numalens_snapshot *s = &process->snapshot;

	json_object_object_add(object, "pid", json_object_new_int64(s->header.pid));
	json_object_object_add(object, "comm", numalens_output_json_text(s->comm));
	json_object_object_add(object, "state", numalens_output_json_text(process->state));
	json_object_object_add(object, "watched", json_object_new_boolean(watched));
	visit->json(process, object);
	return object;
}

/* The names again where they are others: nodes came or went. */
static void report_csv(const struct numalens_visit *visit, const struct numalens_process *process)
{
	static uint32_t *last_nids;
	static size_t last_nr;
	const struct numalens_snapshot *s = &process->snapshot;
	uint32_t *nids = numalens_snapshot_nids(s);
	size_t nr = s->header.nr_nodes;
	bool heads = !last_nids || nr != last_nr || memcmp(nids, last_nids, nr * sizeof(*nids));
	struct numalens_table *table = visit->table(process);
	char *pid = numalens_strf("%u", s->header.pid);

	numalens_table_csv(table, pid, heads);
	numalens_table_free(table);
	free(pid);
	free(last_nids);
	last_nids = nids;
	last_nr = nr;
}

/* It died between the look at /proc and the watch: say so, don't drop it. */
static void report_gone(unsigned int pid, struct json_object *processes)
{
	struct json_object *object;

	if (numalens_pick.csv) {
		numalens_note("pid %u exited before it could be scanned", pid);
		return;
	}
	if (!processes) {
		set_apart();
		printf("pid %u, exited before it could be scanned\n", pid);
		return;
	}
	object = json_object_new_object();
	json_object_object_add(object, "pid", json_object_new_int64(pid));
	json_object_object_add(object, "comm", NULL);
	json_object_object_add(object, "state", json_object_new_string("exited"));
	json_object_object_add(object, "watched", json_object_new_boolean(false));
	json_object_array_add(processes, object);
}

static enum numalens_scan scan_mode(void)
{
	if (scan)
		return NUMALENS_SCAN_ALWAYS;
	return no_scan ? NUMALENS_SCAN_NEVER : NUMALENS_SCAN_STALE;
}

/*
 * Watches for the moment of the reading. Signals wait: a watch that a ^C left
 * behind would go on for ever.
 */
static int read_unwatched(struct numalens_process *process, unsigned int pid, bool *gone)
{
	char *text = numalens_strf("%u", pid);
	sigset_t all, old;
	int err, ret;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	err = -numalens_reader_watch(text);
	if (err && err != EEXIST) {
		*gone = err == ESRCH;
		ret = *gone ? NUMALENS_NO_PROCESS : numalens_error_watch(text, err);
	} else {
		/* The watch has just scanned it. */
		ret = numalens_reader_process(process, pid, NUMALENS_SCAN_NEVER);
		if (!err)
			numalens_reader_unwatch(text);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	free(text);
	return ret;
}

static int visit_one(const struct numalens_visit *visit, unsigned int pid, bool watched,
		     struct json_object *processes)
{
	struct numalens_process process = { 0 };
	bool gone = false;
	int ret;

	if (watched)
		ret = numalens_reader_process(&process, pid, scan_mode());
	else
		ret = read_unwatched(&process, pid, &gone);
	if (!ret && processes) {
		json_object_array_add(processes, report_json(visit, &process, watched));
	} else if (!ret && numalens_pick.csv) {
		report_csv(visit, &process);
	} else if (!ret) {
		set_apart();
		visit->text(&process);
	} else if (gone) {
		report_gone(pid, processes);
	}
	numalens_reader_process_free(&process);
	return ret;
}

static int visit_matching(const struct numalens_visit *visit, const char *what,
			  struct json_object *processes)
{
	struct numalens_match match;
	int code = numalens_match_find(&match, what);
	size_t i;

	if (!code && !match.watched)
		numalens_note("%s is not watched: watching it for this command only; %s", what,
			      visit->unwatched);
	for (i = 0; i < match.nr; i++) {
		int ret = visit_one(visit, match.pids[i], match.watched, processes);

		/* One of many that died is marked; the only one is an error. */
		if (ret == NUMALENS_NO_PROCESS && match.nr > 1)
			ret = NUMALENS_OK;
		else if (ret == NUMALENS_NO_PROCESS)
			numalens_error(ret, "no such process: %u", match.pids[i]);
		code = code ? code : ret;
		if (ret == NUMALENS_NO_PERMISSION)
			break;
	}
	numalens_match_free(&match);
	return code;
}

static int options_check(const struct numalens_command *command, const struct numalens_args *args)
{
	if (!args->nr)
		return numalens_command_usage(command, "no process is given");
	if (scan && no_scan)
		return numalens_command_usage(command, "--scan and --no-scan exclude each other");
	return NUMALENS_OK;
}

/**
 * numalens_visit_run() - show each process that a command is given
 * @visit: what to show
 * @args: pids and patterns
 *
 * Return: exit status.
 */
int numalens_visit_run(const struct numalens_visit *visit, const struct numalens_args *args)
{
	struct json_object *processes = NULL, *root;
	int i, ret = options_check(visit->command, args), code;

	if (!ret)
		ret = numalens_pick_check(visit->command, args->json);
	if (!ret)
		ret = numalens_reader_check_module();
	if (ret)
		return ret;
	if (args->json)
		processes = json_object_new_array();
	for (i = 0; i < args->nr; i++) {
		code = visit_matching(visit, args->operands[i], processes);
		ret = ret ? ret : code;
	}
	if (!processes)
		return ret;
	root = numalens_output_json_new(visit->command->name);
	json_object_object_add(root, "processes", processes);
	numalens_output_json_print(root);
	return ret;
}

/**
 * numalens_visit_head_json() - what every command about events says first
 * @process: process
 * @object: gets the members
 */
void numalens_visit_head_json(const struct numalens_process *process, struct json_object *object)
{
	const struct numalens_snapshot *s = &process->snapshot;
	struct json_object *nodes = json_object_new_array();
	size_t node;

	json_object_object_add(object, "generation",
			       json_object_new_uint64(s->header.generation));
	json_object_object_add(object, "snapshot_ns",
			       json_object_new_uint64(s->header.snapshot_ns));
	json_object_object_add(object, "age_ns", process->has_age ?
			       json_object_new_uint64(process->age_ns) : NULL);
	json_object_object_add(object, "watch_ns", json_object_new_uint64(s->header.watch_ns));
	json_object_object_add(object, "page_size_bytes",
			       json_object_new_int64(s->header.page_size));
	numalens_event_json(s, object);
	for (node = 0; node < s->header.nr_nodes; node++)
		json_object_array_add(nodes, json_object_new_int64(numalens_snapshot_nid(s, node)));
	json_object_object_add(object, "nodes", nodes);
}
