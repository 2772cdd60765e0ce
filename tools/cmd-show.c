// SPDX-License-Identifier: GPL-2.0
/*
 * numalens show: where the memory of a process lies.
 */
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "match.h"
#include "number.h"
#include "output.h"
#include "placement.h"
#include "reader.h"
#include "vma.h"

static bool vmas, scan, no_scan, in_pages, in_bytes;
static const char *top_text;
static size_t top;

/* Printed so far: what follows is set apart. */
static bool printed;

static void report_text(const struct numalens_process *process)
{
	if (printed)
		putchar('\n');
	printed = true;
	numalens_placement_print(process);
	if (vmas) {
		putchar('\n');
		numalens_vma_print(&process->snapshot, top);
	}
}

static struct json_object *report_json(const struct numalens_process *process, bool watched)
{
	struct json_object *object = json_object_new_object();
	const struct numalens_snapshot *s = &process->snapshot;

	json_object_object_add(object, "pid", json_object_new_int64(s->header.pid));
	json_object_object_add(object, "comm", numalens_output_json_text(s->comm));
	json_object_object_add(object, "state", numalens_output_json_text(process->state));
	json_object_object_add(object, "watched", json_object_new_boolean(watched));
	numalens_placement_json(process, object);
	if (vmas)
		json_object_object_add(object, "vmas", numalens_vma_json(s, top));
	return object;
}

/* It died between the look at /proc and the watch: say so, don't drop it. */
static void report_gone(unsigned int pid, struct json_object *processes)
{
	struct json_object *object;

	if (!processes) {
		if (printed)
			putchar('\n');
		printed = true;
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

static int show(unsigned int pid, bool watched, struct json_object *processes)
{
	struct numalens_process process = { 0 };
	bool gone = false;
	int ret;

	if (watched)
		ret = numalens_reader_process(&process, pid, scan_mode());
	else
		ret = read_unwatched(&process, pid, &gone);
	if (!ret && processes)
		json_object_array_add(processes, report_json(&process, watched));
	else if (!ret)
		report_text(&process);
	else if (gone)
		report_gone(pid, processes);
	numalens_reader_process_free(&process);
	return ret;
}

static int show_matching(const char *what, struct json_object *processes)
{
	struct numalens_match match;
	int code = numalens_match_find(&match, what);
	size_t i;

	if (!code && !match.watched)
		numalens_note("%s is not watched: watching it for this command only; "
			      "CPU time counts from now", what);
	for (i = 0; i < match.nr; i++) {
		int ret = show(match.pids[i], match.watched, processes);

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

static int options_check(const struct numalens_args *args)
{
	uint64_t number;

	if (!args->nr)
		return numalens_command_usage(&numalens_cmd_show, "no process is given");
	if (scan && no_scan)
		return numalens_command_usage(&numalens_cmd_show,
					      "--scan and --no-scan exclude each other");
	if (in_pages && in_bytes)
		return numalens_command_usage(&numalens_cmd_show,
					      "--pages and --bytes exclude each other");
	if (top_text) {
		if (numalens_number_parse_decimal(top_text, &number) || !number ||
		    number > INT_MAX)
			return numalens_command_usage(&numalens_cmd_show,
						      "\"%s\" is no number of VMAs", top_text);
		top = number;
		vmas = true;
	}
	if (in_pages)
		numalens_output_unit_set(NUMALENS_UNIT_PAGES);
	if (in_bytes)
		numalens_output_unit_set(NUMALENS_UNIT_BYTES);
	return NUMALENS_OK;
}

static int run(const struct numalens_args *args)
{
	struct json_object *processes = NULL, *root;
	int i, ret = options_check(args), code;

	if (!ret)
		ret = numalens_reader_check_module();
	if (ret)
		return ret;
	if (args->json)
		processes = json_object_new_array();
	for (i = 0; i < args->nr; i++) {
		code = show_matching(args->operands[i], processes);
		ret = ret ? ret : code;
	}
	if (!processes)
		return ret;
	root = numalens_output_json_new("show");
	json_object_object_add(root, "processes", processes);
	numalens_output_json_print(root);
	return ret;
}

static const struct numalens_option options[] = {
	{ "vmas", NULL, "show each VMA, largest first", &vmas, NULL },
	{ "top", "N", "show the N largest VMAs", NULL, &top_text },
	{ "scan", NULL, "scan the process now; without it: if its snapshot is older than its "
	  "refresh_ms", &scan, NULL },
	{ "no-scan", NULL, "show the last snapshot, however old", &no_scan, NULL },
	{ "pages", NULL, "print base pages instead of MiB", &in_pages, NULL },
	{ "bytes", NULL, "print bytes instead of MiB", &in_bytes, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_show = {
	.name = "show",
	.synopsis = "PID|PATTERN…",
	.summary = "show where the memory of processes lies, and where their threads run; a PATTERN "
		   "is a part of the name or the command line",
	.options = options,
	.run = run,
};
