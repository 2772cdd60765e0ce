/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PLAYBACK_H
#define NUMALENS_PLAYBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"

struct json_object;
struct numalens_recording;

/**
 * enum numalens_measure - what a snapshot says in one number
 * @NUMALENS_MEASURE_RESIDENT: resident pages
 * @NUMALENS_MEASURE_REMOTE: of these, remote ones
 * @NUMALENS_MEASURE_REMOTE_BP: their share
 * @NUMALENS_MEASURE_DISTANCE: mean distance
 * @NUMALENS_MEASURE_TOUCHED: first touches so far, pages
 * @NUMALENS_MEASURE_TOUCHED_REMOTE: of these, remote ones
 * @NUMALENS_MEASURE_FAULTS: hinting faults so far
 * @NUMALENS_MEASURE_MOVED: pages moved so far
 * @NUMALENS_MEASURE_TIME: CPU time so far
 * @NUMALENS_MEASURE_VMAS: VMAs
 * @NUMALENS_MEASURE_GENERATION: number of the scan
 * @NUMALENS_NR_MEASURES: their count
 */
enum numalens_measure {
	NUMALENS_MEASURE_RESIDENT,
	NUMALENS_MEASURE_REMOTE,
	NUMALENS_MEASURE_REMOTE_BP,
	NUMALENS_MEASURE_DISTANCE,
	NUMALENS_MEASURE_TOUCHED,
	NUMALENS_MEASURE_TOUCHED_REMOTE,
	NUMALENS_MEASURE_FAULTS,
	NUMALENS_MEASURE_MOVED,
	NUMALENS_MEASURE_TIME,
	NUMALENS_MEASURE_VMAS,
	NUMALENS_MEASURE_GENERATION,
	NUMALENS_NR_MEASURES,
};

/**
 * struct numalens_sample - what is kept of each snapshot
 * @at_ns: when, since the recording began
 * @values: by enum numalens_measure
 * @pages: resident pages, by the playback's nodes
 * @nr_nodes: as many of these as were known then
 */
struct numalens_sample {
	uint64_t at_ns;
	uint64_t values[NUMALENS_NR_MEASURES];
	uint64_t *pages;
	size_t nr_nodes;
};

/**
 * struct numalens_track - a process of a recording
 * @pid: its pid
 * @about: what the recording says of it when it joins, NULL if nothing
 * @samples: one a snapshot
 * @nr: their count
 * @first: its first snapshot, if there is one
 * @last: its last
 * @gone: enum numalens_gone, 0 if it was there to the end
 * @gone_ns: since when
 */
struct numalens_track {
	unsigned int pid;
	struct json_object *about;
	struct numalens_sample *samples;
	size_t nr;
	struct numalens_process first;
	struct numalens_process last;
	unsigned int gone;
	uint64_t gone_ns;
};

/**
 * struct numalens_counter_pair - a counter of the machine
 * @name: its name
 * @first: its first value
 * @last: its last
 */
struct numalens_counter_pair {
	char *name;
	uint64_t first;
	uint64_t last;
};

/**
 * struct numalens_playback - a whole recording
 * @machine: its first frame
 * @end: what its last frame says, NULL if it has none
 * @bytes: of it, those that could be used
 * @cut: what is wrong behind them, NULL if nothing is
 * @damaged: that is more than that it ends too early
 * @lasted_ns: time of the last frame
 * @nr_snapshots: snapshots
 * @held: bytes of those that are held
 * @tracks: processes, in the order in which they joined
 * @nr_tracks: their count
 * @nids: ids of all nodes that any snapshot has
 * @nr_nodes: their count
 * @counters: of the machine
 * @nr_counters: their count
 */
struct numalens_playback {
	struct json_object *machine;
	struct json_object *end;
	uint64_t bytes;
	const char *cut;
	bool damaged;
	uint64_t lasted_ns;
	uint64_t nr_snapshots;
	uint64_t held;
	struct numalens_track *tracks;
	size_t nr_tracks;
	uint32_t *nids;
	size_t nr_nodes;
	struct numalens_counter_pair *counters;
	size_t nr_counters;
};

int numalens_playback_read(struct numalens_playback *playback, const char *path,
			   uint64_t until_ns);
int numalens_playback_run(struct numalens_playback *playback,
			  struct numalens_recording *recording, uint64_t until_ns);
void numalens_playback_free(struct numalens_playback *playback);
const char *numalens_track_comm(const struct numalens_track *track);
uint64_t numalens_sample_pages(const struct numalens_sample *sample, size_t node);

#endif /* NUMALENS_PLAYBACK_H */
