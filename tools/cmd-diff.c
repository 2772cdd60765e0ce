// SPDX-License-Identifier: GPL-2.0
/*
 * numalens diff: what moved between two moments of recordings.
 */
#include "command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "change.h"
#include "change_report.h"
#include "error.h"
#include "number.h"
#include "output.h"
#include "pair.h"
#include "playback.h"

#define MAX_ROWS	20
#define LABEL		11

/* A moment of a recording. */
struct moment {
	const char *path;
	bool first;
	uint64_t until_ns;
	struct numalens_playback playback;
};

static bool all;
static const char *from, *to;

static int moment_parse(struct moment *moment, const char *text)
{
	moment->until_ns = UINT64_MAX;
	moment->first = !strcmp(text, "first");
	if (moment->first || !strcmp(text, "last") ||
	    !numalens_number_parse_seconds(text, &moment->until_ns))
		return NUMALENS_OK;
	return numalens_command_usage(&numalens_cmd_diff,
				      "\"%s\" is not first, last or a number of seconds", text);
}

static int options_check(const struct numalens_args *args, struct moment *moments)
{
	int ret;

	if (args->nr != 1 && args->nr != 2)
		return numalens_command_usage(&numalens_cmd_diff, "it takes one or two recordings");
	moments[0].path = args->operands[0];
	moments[1].path = args->operands[args->nr - 1];
	ret = moment_parse(&moments[0], from ? from : args->nr == 1 ? "first" : "last");
	return ret ? ret : moment_parse(&moments[1], to ? to : "last");
}

static const struct numalens_process *process_at(const struct moment *moment,
						 const struct numalens_track *track)
{
	return moment->first ? &track->first : &track->last;
}

static uint64_t time_at(const struct moment *moment, const struct numalens_track *track)
{
	return track->samples[moment->first ? 0 : track->nr - 1].at_ns;
}

static struct json_object *side_json(const struct moment *moment,
				     const struct numalens_track *track)
{
	struct json_object *object;

	if (!track || !track->nr)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "pid", json_object_new_int64(track->pid));
	json_object_object_add(object, "comm",
			       numalens_output_json_text(process_at(moment, track)->snapshot.comm));
	json_object_object_add(object, "at_ns", json_object_new_uint64(time_at(moment, track)));
	json_object_object_add(object, "state",
			       numalens_output_json_text(process_at(moment, track)->state));
	return object;
}

static void side_print(const struct moment *moment, const struct numalens_track *track,
		       const char *label)
{
	const struct numalens_process *process = process_at(moment, track);
	char *comm = numalens_output_clean(process->snapshot.comm), *text;

	text = numalens_strf("%s (pid %u), %s, after %.2f s of %s", comm, track->pid,
			     process->state, time_at(moment, track) / 1e9, moment->path);
	numalens_output_wrap(label, LABEL + 1, text);
	free(text);
	free(comm);
}

static void lone_print(const struct moment *moments, const struct numalens_pair *pair)
{
	const struct numalens_track *track = pair->before ? pair->before : pair->after;
	char *comm = numalens_output_clean(numalens_track_comm(track));

	printf("%s (pid %u) is only in %s\n", comm, track->pid,
	       moments[pair->before ? 0 : 1].path);
	free(comm);
}

/* Pages of different sizes have no difference. */
static bool is_comparable(const struct moment *moments, const struct numalens_pair *pair)
{
	return process_at(&moments[0], pair->before)->snapshot.header.page_size ==
	       process_at(&moments[1], pair->after)->snapshot.header.page_size;
}

static int pair_show(const struct moment *moments, const struct numalens_pair *pair,
		     struct json_object *processes)
{
	bool both = pair->before && pair->before->nr && pair->after && pair->after->nr;
	struct json_object *object = NULL;
	struct numalens_change change;

	if (both && !is_comparable(moments, pair))
		return numalens_error(NUMALENS_FAILED, "%s and %s are of machines whose pages have "
				      "different sizes", moments[0].path, moments[1].path);
	if (processes) {
		object = json_object_new_object();
		json_object_array_add(processes, object);
		json_object_object_add(object, "before", side_json(&moments[0], pair->before));
		json_object_object_add(object, "after", side_json(&moments[1], pair->after));
	}
	if (!both) {
		if (!processes)
			lone_print(moments, pair);
		return NUMALENS_OK;
	}
	numalens_change_init(&change, &process_at(&moments[0], pair->before)->snapshot,
			     &process_at(&moments[1], pair->after)->snapshot, pair->same);
	if (object) {
		numalens_change_json(&change, object);
	} else {
		side_print(&moments[0], pair->before, "before");
		side_print(&moments[1], pair->after, "after");
		putchar('\n');
		numalens_change_print(&change, all ? SIZE_MAX : MAX_ROWS);
	}
	numalens_change_free(&change);
	return NUMALENS_OK;
}

static int show(const struct moment *moments, bool json)
{
	struct json_object *processes = json ? json_object_new_array() : NULL, *root;
	size_t nr, i;
	struct numalens_pair *pairs = numalens_pairs(&moments[0].playback, &moments[1].playback,
						     !strcmp(moments[0].path, moments[1].path),
						     &nr);
	int code = NUMALENS_OK, ret;

	for (i = 0; i < nr; i++) {
		if (i && !json)
			putchar('\n');
		ret = pair_show(moments, &pairs[i], processes);
		code = code ? code : ret;
	}
	free(pairs);
	if (!json)
		return code;
	root = numalens_output_json_new("diff");
	json_object_object_add(root, "before", numalens_output_json_text(moments[0].path));
	json_object_object_add(root, "after", numalens_output_json_text(moments[1].path));
	json_object_object_add(root, "processes", processes);
	numalens_output_json_print(root);
	return code;
}

static int run(const struct numalens_args *args)
{
	struct moment moments[2] = { 0 };
	int ret = options_check(args, moments), code;
	size_t i;

	for (i = 0; i < 2 && !ret; i++)
		ret = numalens_playback_read(&moments[i].playback, moments[i].path,
					     moments[i].until_ns);
	code = ret ? ret : show(moments, args->json);
	for (i = 0; i < 2; i++) {
		/* What was there is compared; but it is not what was written. */
		if (!code && moments[i].playback.damaged)
			code = NUMALENS_FAILED;
		numalens_playback_free(&moments[i].playback);
	}
	return code;
}

static const struct numalens_option options[] = {
	{ "from", "WHEN", "what is compared: first, last, or seconds since the recording began; "
	  "without it first, and of two recordings the last of A", NULL, &from },
	{ "to", "WHEN", "with what; last without it", NULL, &to },
	{ "all", NULL, "show each VMA that is different, however many", &all, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_diff = {
	.name = "diff",
	.synopsis = "A [B]",
	.summary = "show what moved between two moments of a recording, or between the ends of two: by "
		   "node, by VMA, and by whom as far as it was counted",
	.options = options,
	.run = run,
};
