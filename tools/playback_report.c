// SPDX-License-Identifier: GPL-2.0
/*
 * A recording, shown: when, of what machine, how each process lay over time
 * and at the end.
 */
#include "playback_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "clock.h"
#include "field.h"
#include "output.h"
#include "placement.h"
#include "playback.h"
#include "recording.h"
#include "sample_table.h"
#include "vma.h"

#define LABEL		11

/* Rows that are shown without --all, and processes of which more than a row is. */
#define MAX_ROWS	20
#define MAX_DETAILED	4

static void line(const char *label, char *text)
{
	numalens_output_wrap(label, LABEL + 1, text);
	free(text);
}

static char *clean(struct json_object *object, const char *name)
{
	return numalens_output_clean(numalens_field_text(object, name));
}

static void made_print(const struct numalens_playback *playback)
{
	struct json_object *machine = numalens_field_member(playback->machine, "machine");
	struct json_object *guest = numalens_field_member(machine, "guest");
	char *version = clean(playback->machine, "version"), *host = clean(playback->machine, "host");
	char *kernel = clean(machine, "kernel"), *text;

	text = numalens_strf("numalens %s, Linux %s", *version ? version : "?",
			     *kernel ? kernel : "?");
	if (*host)
		numalens_append(&text, ", on %s", host);
	if (json_object_is_type(guest, json_type_boolean))
		numalens_append(&text, ", a %s machine", json_object_get_boolean(guest) ?
				"virtual" : "real");
	line("made by", text);
	free(version);
	free(host);
	free(kernel);
}

static void nodes_print(const struct numalens_playback *playback)
{
	struct json_object *nodes, *node;
	char *text = numalens_strdup("");
	unsigned int nid;
	size_t i;

	nodes = numalens_field_list(numalens_field_member(playback->machine, "machine"), "nodes");
	for (i = 0; i < numalens_field_nr(nodes); i++) {
		char *cpus;

		node = numalens_field_at(nodes, i);
		if (!numalens_field_id(numalens_field_member(node, "nid"), &nid))
			continue;
		cpus = clean(node, "cpus");
		numalens_append(&text, "%snode %u: %s%s, %.0f MiB", *text ? "; " : "", nid,
				*cpus ? "CPUs " : "no CPU", cpus,
				numalens_field_count(numalens_field_member(node, "memory_kb")) /
				1024);
		free(cpus);
	}
	line("nodes", text);
}

static void command_print(const struct numalens_playback *playback)
{
	struct json_object *argv = numalens_field_list(playback->machine, "argv");
	char *text = numalens_strdup(""), *word;
	size_t i;

	for (i = 0; i < numalens_field_nr(argv); i++) {
		const char *arg = json_object_get_string(numalens_field_at(argv, i));

		word = numalens_output_clean(arg ? arg : "");
		numalens_append(&text, "%s%s", i ? " " : "", word);
		free(word);
	}
	if (*text)
		line("command", text);
	else
		free(text);
}

static const struct {
	const char *reason;
	const char *words;
} reasons[] = {
	{ "exited", "when nothing more could come: all processes were gone" },
	{ "time", "when the time was up" },
	{ "signal", "by a signal" },
	{ "command", "with the command" },
	{ "full", "because the file could not grow: the disk was full" },
	{ "failed", "because it could not go on" },
};

/**
 * numalens_playback_ended() - say how a recording ends
 * @playback: recording
 *
 * Return: a part of a sentence; free() it.
 */
char *numalens_playback_ended(const struct numalens_playback *playback)
{
	const char *reason = numalens_field_text(playback->end, "reason"), *words = "somehow";
	struct json_object *status = numalens_field_member(playback->end, "exit_status");
	double code;
	size_t i;

	if (playback->cut)
		return numalens_strf("cut short at byte %" PRIu64 ": %s", playback->bytes,
				     playback->cut);
	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (!strcmp(reason, reasons[i].reason))
			words = reasons[i].words;
	if (numalens_field_number(status, &code))
		return numalens_strf("%s, exit status %.0f", words, code);
	return numalens_strdup(words);
}

static void head_print(const struct numalens_playback *playback)
{
	char *date = numalens_clock_date(
		json_object_get_int64(numalens_field_member(playback->machine, "begun_unix_ns")) /
		1000000000);

	line("recording", numalens_strf("%s, %.1f s, %" PRIu64 " snapshot%s of %zu process%s, "
					"%.1f KiB", date, playback->lasted_ns / 1e9,
					playback->nr_snapshots,
					playback->nr_snapshots == 1 ? "" : "s",
					playback->nr_tracks, playback->nr_tracks == 1 ? "" : "es",
					playback->bytes / 1024.0));
	made_print(playback);
	nodes_print(playback);
	command_print(playback);
	line("ended", numalens_playback_ended(playback));
	free(date);
}

/**
 * numalens_track_fate() - say what became of a process
 * @track: process
 *
 * Return: a part of a sentence; free() it.
 */
char *numalens_track_fate(const struct numalens_track *track)
{
	if (!track->gone)
		return numalens_strdup("was there to the end");
	return numalens_strf("%s after %.1f s", track->gone == NUMALENS_GONE_EXITED ? "exited" :
			     "was no longer watched", track->gone_ns / 1e9);
}

static void track_print(const struct numalens_playback *playback,
			const struct numalens_track *track,
			const struct numalens_playback_shown *shown)
{
	char *comm = numalens_output_clean(numalens_track_comm(track));
	char *title = numalens_strf("%s (pid %u)", comm, track->pid);
	char *fate = numalens_track_fate(track);

	putchar('\n');
	numalens_output_tone(NUMALENS_TONE_HEAD, title);
	printf(", %s\n", fate);
	if (track->nr) {
		numalens_samples_print(playback, track, shown->all ? track->nr : MAX_ROWS);
		puts("\nat the last snapshot:");
		numalens_placement_print(&track->last);
		if (shown->vmas) {
			putchar('\n');
			numalens_vma_print(&track->last.snapshot, shown->top);
		}
	} else {
		puts("it has no snapshot");
	}
	free(fate);
	free(title);
	free(comm);
}

static void counters_print(const struct numalens_playback *playback)
{
	char *text = numalens_strdup("");
	size_t i;

	for (i = 0; i < playback->nr_counters; i++) {
		const struct numalens_counter_pair *counter = &playback->counters[i];
		char *name;

		if (counter->first == counter->last)
			continue;
		name = numalens_output_clean(counter->name);
		numalens_append(&text, "%s%s %s%" PRIu64, *text ? ", " : "", name,
				counter->last < counter->first ? "-" : "+",
				counter->last < counter->first ? counter->first - counter->last :
				counter->last - counter->first);
		free(name);
	}
	if (*text) {
		puts("\nthe machine's counters, of all processes:");
		numalens_output_wrap("", 0, text);
	}
	free(text);
}

/**
 * numalens_playback_print() - show a recording to people
 * @playback: recording
 * @shown: what of it
 */
void numalens_playback_print(const struct numalens_playback *playback,
			     const struct numalens_playback_shown *shown)
{
	size_t most = shown->all ? SIZE_MAX : MAX_ROWS, i;

	head_print(playback);
	if (playback->nr_tracks > 1) {
		putchar('\n');
		numalens_tracks_print(playback, most);
	}
	for (i = 0; i < playback->nr_tracks && (shown->all || i < MAX_DETAILED); i++)
		track_print(playback, &playback->tracks[i], shown);
	if (i < playback->nr_tracks)
		printf("\n%zu processes more; --all shows each\n", playback->nr_tracks - i);
	counters_print(playback);
}

static void add(struct json_object *object, const char *key, struct json_object *from,
		const char *name)
{
	json_object_object_add(object, key, json_object_get(numalens_field_member(from, name)));
}

static struct json_object *track_json(const struct numalens_playback *playback,
				      const struct numalens_track *track,
				      const struct numalens_playback_shown *shown)
{
	static const char * const gone[] = { NULL, "exited", "unwatched" };
	struct json_object *object = json_object_new_object(), *last = NULL;

	json_object_object_add(object, "pid", json_object_new_int64(track->pid));
	json_object_object_add(object, "comm",
			       numalens_output_json_text(numalens_track_comm(track)));
	add(object, "parent", track->about, "parent");
	add(object, "start_ticks", track->about, "start_ticks");
	add(object, "watched_before", track->about, "watched_before");
	json_object_object_add(object, "gone", track->gone < ARRAY_SIZE(gone) ?
			       numalens_output_json_text(gone[track->gone]) : NULL);
	json_object_object_add(object, "gone_ns", track->gone ?
			       json_object_new_uint64(track->gone_ns) : NULL);
	json_object_object_add(object, "snapshots", numalens_samples_json(playback, track));
	if (track->nr) {
		last = json_object_new_object();
		json_object_object_add(last, "state", numalens_output_json_text(track->last.state));
		numalens_placement_json(&track->last, last);
		if (shown->vmas)
			json_object_object_add(last, "vmas", numalens_vma_json(
					       &track->last.snapshot, shown->top));
	}
	json_object_object_add(object, "last", last);
	return object;
}

static struct json_object *cut_json(const struct numalens_playback *playback)
{
	struct json_object *object;

	if (!playback->cut)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "why", json_object_new_string(playback->cut));
	json_object_object_add(object, "damaged", json_object_new_boolean(playback->damaged));
	return object;
}

static struct json_object *counters_json(const struct numalens_playback *playback)
{
	struct json_object *object = json_object_new_object(), *pair;
	size_t i;

	for (i = 0; i < playback->nr_counters; i++) {
		char *name = numalens_output_clean(playback->counters[i].name);

		pair = json_object_new_array();
		json_object_array_add(pair, json_object_new_uint64(playback->counters[i].first));
		json_object_array_add(pair, json_object_new_uint64(playback->counters[i].last));
		json_object_object_add(object, name, pair);
		free(name);
	}
	return object;
}

/**
 * numalens_playback_json() - show a recording to programs
 * @playback: recording
 * @shown: what of it
 *
 * Return: an object.
 */
struct json_object *numalens_playback_json(const struct numalens_playback *playback,
					   const struct numalens_playback_shown *shown)
{
	static const char * const kept[] = { "version", "abi_version", "host", "boot_id",
					     "begun_unix_ns", "interval_ns", "argv", "machine" };
	struct json_object *root = numalens_output_json_new("report"), *array;
	size_t i;

	json_object_object_add(root, "recording_version",
			       json_object_new_int(NUMALENS_RECORDING_VERSION));
	for (i = 0; i < ARRAY_SIZE(kept); i++)
		add(root, kept[i], playback->machine, kept[i]);
	json_object_object_add(root, "bytes", json_object_new_uint64(playback->bytes));
	json_object_object_add(root, "lasted_ns", json_object_new_uint64(playback->lasted_ns));
	json_object_object_add(root, "nr_snapshots",
			       json_object_new_uint64(playback->nr_snapshots));
	json_object_object_add(root, "end", json_object_get(playback->end));
	json_object_object_add(root, "cut", cut_json(playback));
	array = json_object_new_array();
	for (i = 0; i < playback->nr_nodes; i++)
		json_object_array_add(array, json_object_new_int64(playback->nids[i]));
	json_object_object_add(root, "nodes", array);
	array = json_object_new_array();
	for (i = 0; i < playback->nr_tracks; i++)
		json_object_array_add(array, track_json(playback, &playback->tracks[i], shown));
	json_object_object_add(root, "processes", array);
	json_object_object_add(root, "counters", counters_json(playback));
	return root;
}
