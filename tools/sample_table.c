// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots of a recording, a row each: for people, as JSON and as CSV.
 */
#include "sample_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "output.h"
#include "playback.h"

enum {
	COL_PID,
	COL_COMM,
	COL_TIME,
	COL_RESIDENT,
	COL_NODES,
	COL_REMOTE,
	COL_SHARE,
	COL_DISTANCE,
	COL_TOUCHED,
	COL_FAULTS,
	COL_MOVED,
	COL_CPU,
	/* for programs only */
	COL_TOUCHED_REMOTE,
	COL_VMAS,
	COL_GENERATION,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_PID]	= { "PID", "pid", NUMALENS_COLUMN_RIGHT },
	[COL_COMM]	= { "NAME", "comm", NUMALENS_COLUMN_CUT },
	[COL_TIME]	= { "SECONDS", "at_ns", NUMALENS_COLUMN_RIGHT },
	[COL_RESIDENT]	= { "RESIDENT", "resident_pages",
			    NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_SUM },
	[COL_NODES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[COL_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_SHARE]	= { "%", "remote_bp", NUMALENS_COLUMN_RIGHT },
	[COL_DISTANCE]	= { "DIST", "mean_distance_hundredths", NUMALENS_COLUMN_RIGHT },
	[COL_TOUCHED]	= { "TOUCHED", "first_touch_pages", NUMALENS_COLUMN_RIGHT },
	[COL_FAULTS]	= { "FAULTS", "hint_faults", NUMALENS_COLUMN_RIGHT },
	[COL_MOVED]	= { "MOVED", "migrated_pages", NUMALENS_COLUMN_RIGHT },
	[COL_CPU]	= { "CPU", "time_ns", NUMALENS_COLUMN_RIGHT },
	[COL_TOUCHED_REMOTE] = { NULL, "first_touch_remote_pages", 0 },
	[COL_VMAS]	= { NULL, "nr_vmas", 0 },
	[COL_GENERATION] = { NULL, "generation", 0 },
};

static const struct {
	size_t column;
	enum numalens_measure measure;
	enum numalens_value type;
} measures[] = {
	{ COL_RESIDENT, NUMALENS_MEASURE_RESIDENT, NUMALENS_VALUE_PAGES },
	{ COL_REMOTE, NUMALENS_MEASURE_REMOTE, NUMALENS_VALUE_PAGES },
	{ COL_SHARE, NUMALENS_MEASURE_REMOTE_BP, NUMALENS_VALUE_BP },
	{ COL_DISTANCE, NUMALENS_MEASURE_DISTANCE, NUMALENS_VALUE_HUNDREDTHS },
	{ COL_TOUCHED, NUMALENS_MEASURE_TOUCHED, NUMALENS_VALUE_PAGES },
	{ COL_FAULTS, NUMALENS_MEASURE_FAULTS, NUMALENS_VALUE_COUNT },
	{ COL_MOVED, NUMALENS_MEASURE_MOVED, NUMALENS_VALUE_PAGES },
	{ COL_CPU, NUMALENS_MEASURE_TIME, NUMALENS_VALUE_NS },
	{ COL_TOUCHED_REMOTE, NUMALENS_MEASURE_TOUCHED_REMOTE, NUMALENS_VALUE_PAGES },
	{ COL_VMAS, NUMALENS_MEASURE_VMAS, NUMALENS_VALUE_COUNT },
	{ COL_GENERATION, NUMALENS_MEASURE_GENERATION, NUMALENS_VALUE_COUNT },
};

/* A table without its first columns has those that follow from 0 on. */
static struct numalens_table *table_alloc(const struct numalens_playback *playback, size_t first)
{
	return numalens_table_alloc(columns + first, NR_COLUMNS - first, playback->nids,
				    playback->nr_nodes);
}

static void row_add(struct numalens_table *table, const struct numalens_playback *playback,
		    const struct numalens_track *track, const struct numalens_sample *sample,
		    size_t first)
{
	size_t i;

	numalens_table_page_size_set(table, track->last.snapshot.header.page_size);
	numalens_table_row_add(table);
	if (first <= COL_PID)
		numalens_table_set(table, COL_PID - first, 0, NUMALENS_VALUE_COUNT, track->pid);
	if (first <= COL_COMM)
		numalens_table_text_set(table, COL_COMM - first, numalens_track_comm(track));
	numalens_table_set(table, COL_TIME - first, 0, NUMALENS_VALUE_NS, sample->at_ns);
	for (i = 0; i < ARRAY_SIZE(measures); i++)
		numalens_table_set(table, measures[i].column - first, 0, measures[i].type,
				   sample->values[measures[i].measure]);
	for (i = 0; i < playback->nr_nodes; i++)
		numalens_table_set(table, COL_NODES - first, i, NUMALENS_VALUE_PAGES,
				   numalens_sample_pages(sample, i));
}

/**
 * numalens_samples_print() - show the snapshots of a process to people
 * @playback: recording
 * @track: process of it
 * @most: no more rows than this, 2 at least: the first, the last, and some between
 */
void numalens_samples_print(const struct numalens_playback *playback,
			    const struct numalens_track *track, size_t most)
{
	struct numalens_table *table = table_alloc(playback, COL_TIME);
	size_t nr = track->nr < most ? track->nr : most, i, at;

	if (nr < track->nr)
		printf("%zu of %zu snapshots, %s; --all shows each\n", nr, track->nr,
		       numalens_output_unit_name());
	else
		printf("%zu snapshot%s, %s\n", nr, nr == 1 ? "" : "s", numalens_output_unit_name());
	for (i = 0; i < nr; i++) {
		at = nr > 1 ? i * (track->nr - 1) / (nr - 1) : 0;
		row_add(table, playback, track, &track->samples[at], COL_TIME);
	}
	numalens_table_print(table);
	numalens_table_free(table);
}

/**
 * numalens_samples_json() - show the snapshots of a process to programs
 * @playback: recording
 * @track: process of it
 *
 * Return: an array.
 */
struct json_object *numalens_samples_json(const struct numalens_playback *playback,
					  const struct numalens_track *track)
{
	struct numalens_table *table = table_alloc(playback, COL_TIME);
	struct json_object *array;
	size_t i;

	for (i = 0; i < track->nr; i++)
		row_add(table, playback, track, &track->samples[i], COL_TIME);
	array = numalens_table_json(table);
	numalens_table_free(table);
	return array;
}

/**
 * numalens_samples_csv() - print all snapshots of a recording as CSV
 * @playback: recording
 */
void numalens_samples_csv(const struct numalens_playback *playback)
{
	struct numalens_table *table = table_alloc(playback, 0);
	size_t nr = 0, i, j;

	for (i = 0; i < playback->nr_tracks; i++)
		for (j = 0; j < playback->tracks[i].nr; j++, nr++)
			row_add(table, playback, &playback->tracks[i],
				&playback->tracks[i].samples[j], 0);
	numalens_table_csv(table, NULL, nr);
	numalens_table_free(table);
}

/**
 * numalens_tracks_print() - show the processes of a recording, as they were last
 * @playback: recording
 * @most: no more than this
 */
void numalens_tracks_print(const struct numalens_playback *playback, size_t most)
{
	struct numalens_table *table = table_alloc(playback, 0);
	size_t i, nr = 0;

	for (i = 0; i < playback->nr_tracks && nr < most; i++) {
		const struct numalens_track *track = &playback->tracks[i];

		if (!track->nr)
			continue;
		row_add(table, playback, track, &track->samples[track->nr - 1], 0);
		nr++;
	}
	printf("the last snapshot of %zu of %zu processes, %s\n", nr, playback->nr_tracks,
	       numalens_output_unit_name());
	numalens_table_print(table);
	numalens_table_free(table);
}
