// SPDX-License-Identifier: GPL-2.0
/*
 * A recording as a page to look at: what the page of experiments has of an
 * experiment, here it has of a process.
 */
#include "playback_page.h"

#include <stdbool.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "event.h"
#include "field.h"
#include "lab.h"
#include "lab_record.h"
#include "matrix.h"
#include "output.h"
#include "page.h"
#include "playback.h"
#include "playback_report.h"
#include "recording.h"

/* A page with more processes is read by nobody. */
#define MAX_PROCESSES	20

static const char *state_of(const struct numalens_track *track)
{
	if (!track->gone)
		return "running";
	return track->gone == NUMALENS_GONE_EXITED ? "exited" : "no longer watched";
}

static const struct {
	const char *series;
	const char *unit;
	const char *name;
	enum numalens_measure measure;
	double scale;
} lines[] = {
	{ "remote memory", "%", "share of what is resident", NUMALENS_MEASURE_REMOTE_BP, 0.01 },
	{ "pages touched and moved, since the watch", "pages", "first touches",
	  NUMALENS_MEASURE_TOUCHED, 1 },
	{ "pages touched and moved, since the watch", "pages", "moved", NUMALENS_MEASURE_MOVED, 1 },
	{ "hinting faults, since the watch", "faults", "hinting faults",
	  NUMALENS_MEASURE_FAULTS, 1 },
	{ "CPU time, since the watch", "s", "CPU time", NUMALENS_MEASURE_TIME, 1e-9 },
};

/* What did not happen, or was not counted, has no curve. */
static bool is_flat(const struct numalens_track *track, enum numalens_measure measure)
{
	return measure != NUMALENS_MEASURE_REMOTE_BP &&
	       !track->samples[track->nr - 1].values[measure];
}

static void series_add(struct numalens_lab *lab, const struct numalens_playback *playback,
		       const struct numalens_track *track)
{
	size_t i, j;

	for (i = 0; i < track->nr; i++) {
		const struct numalens_sample *sample = &track->samples[i];
		double at = sample->at_ns / 1e9;

		for (j = 0; j < playback->nr_nodes; j++) {
			char *name = numalens_strf("node %u", playback->nids[j]);

			numalens_lab_point(lab, "resident memory", "s", "pages", name,
					   playback->nids[j], at, numalens_sample_pages(sample, j));
			free(name);
		}
		for (j = 0; j < ARRAY_SIZE(lines); j++)
			if (!is_flat(track, lines[j].measure))
				numalens_lab_point(lab, lines[j].series, "s", lines[j].unit,
						   lines[j].name, -1, at,
						   sample->values[lines[j].measure] *
						   lines[j].scale);
	}
	if (track->gone)
		numalens_lab_mark(lab, "resident memory", track->gone_ns / 1e9, state_of(track));
}

static void matrix_add(struct numalens_lab *lab, const struct numalens_snapshot *snapshot,
		       const char *title, const char *row, uint64_t events)
{
	struct numalens_matrix matrix;

	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0, events);
	if (numalens_matrix_sum(&matrix))
		numalens_lab_matrix(lab, title, row, "node of the page", "pages", &matrix, snapshot);
	numalens_matrix_free(&matrix);
}

static void phases_add(struct numalens_lab *lab, const struct numalens_track *track)
{
	const struct numalens_snapshot *last = &track->last.snapshot;

	numalens_lab_phase(lab, "the first snapshot", "After %.2f s.",
			   track->samples[0].at_ns / 1e9);
	numalens_lab_space(lab, "address space", &track->first.snapshot);
	numalens_lab_phase(lab, "the last snapshot", "After %.2f s.",
			   track->samples[track->nr - 1].at_ns / 1e9);
	numalens_lab_space(lab, "address space", last);
	matrix_add(lab, last, "first touches", "node of the CPU", NUMALENS_EVENTS_TOUCH);
	matrix_add(lab, last, "hinting faults", "node of the CPU",
		   NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	matrix_add(lab, last, "pages moved", "node before", NUMALENS_EVENTS_MIGRATE);
	if (last->header.nr_threads)
		numalens_lab_threads(lab, "threads", last);
}

static void process_add(struct numalens_lab *lab, const struct numalens_playback *playback,
			const struct numalens_track *track)
{
	char *name = numalens_strf("%s (pid %u)", numalens_track_comm(track), track->pid);
	char *fate = numalens_track_fate(track), *share, *title;

	lab->experiment = json_object_new_object();
	json_object_array_add(lab->experiments, lab->experiment);
	share = track->nr ? numalens_output_bp(track->last.snapshot.header.remote_bp) : NULL;
	title = numalens_strf("%s%s%s%s", fate, share ? ", of its memory " : "", share ? share : "",
			      share ? " % was remote at last" : ", without a snapshot");
	numalens_lab_record_text(lab->experiment, "name", name);
	numalens_lab_record_text(lab->experiment, "title", title);
	numalens_lab_record_text(lab->experiment, "verdict", state_of(track));
	if (track->nr) {
		series_add(lab, playback, track);
		phases_add(lab, track);
	}
	lab->phase = NULL;
	free(title);
	free(share);
	free(fate);
	free(name);
}

/**
 * numalens_playback_page() - leave a page of a recording
 * @playback: recording
 * @dir: directory for report.html; it is made if it is not there
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_playback_page(const struct numalens_playback *playback, const char *dir)
{
	struct json_object *root = numalens_output_json_new("report");
	char *ended = numalens_playback_ended(playback), *footer;
	struct numalens_page_kind kind = { "report", "The recording has no process.", NULL, NULL };
	struct numalens_lab lab = { 0 };
	size_t i;
	int ret;

	json_object_object_add(root, "version", json_object_get(
			       numalens_field_member(playback->machine, "version")));
	json_object_object_add(root, "machine", json_object_get(
			       numalens_field_member(playback->machine, "machine")));
	lab.experiments = json_object_new_array();
	json_object_object_add(root, "experiments", lab.experiments);
	for (i = 0; i < playback->nr_tracks && i < MAX_PROCESSES; i++)
		process_add(&lab, playback, &playback->tracks[i]);
	footer = numalens_strf("It shows %zu of %zu processes of a recording of %.1f s, which ended: "
			       "%s.", i, playback->nr_tracks, playback->lasted_ns / 1e9, ended);
	kind.footer = footer;
	ret = numalens_page_write(root, dir, &kind);
	free(footer);
	free(ended);
	json_object_put(root);
	return ret;
}
