// SPDX-License-Identifier: GPL-2.0
/*
 * A whole recording: some numbers of each snapshot, and of each process the
 * first and the last of them. All snapshots together may be more than memory holds.
 */
#include "playback.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "field.h"
#include "number.h"
#include "progress.h"
#include "recording_read.h"
#include "sample.h"
#include "tiers.h"

/* The first and the last snapshots of all processes; more are no machine's. */
#define MAX_HELD	(4ULL * NUMALENS_FRAME_MAX)

/* A node and each of its counters; more are no machine's. */
#define MAX_COUNTERS	(1U << 16)

static const char too_many[] = "it has more processes than any machine";

/* The one that has the pid now: an earlier one is gone. NULL if it would be one too many. */
static struct numalens_track *track_of(struct numalens_playback *playback, unsigned int pid)
{
	struct numalens_track *track;
	size_t i;

	for (i = playback->nr_tracks; i--;)
		if (playback->tracks[i].pid == pid && !playback->tracks[i].gone)
			return &playback->tracks[i];
	if (playback->nr_tracks >= NUMALENS_RECORDING_PROCESSES)
		return NULL;
	playback->tracks = numalens_realloc(playback->tracks, playback->nr_tracks + 1,
					    sizeof(*playback->tracks));
	track = &playback->tracks[playback->nr_tracks++];
	*track = (struct numalens_track){ .pid = pid };
	return track;
}

static unsigned char *copy_of(const void *data, size_t size)
{
	unsigned char *copy = numalens_alloc(size, 1);

	memcpy(copy, data, size);
	return copy;
}

static const char *snapshot_take(struct numalens_process *process,
				 const struct numalens_frame *frame, const unsigned char *data)
{
	const char *why = NULL;

	*process = (struct numalens_process){ 0 };
	if (numalens_snapshot_take(&process->snapshot, copy_of(data, frame->size), frame->size,
				   &why))
		return why;
	process->state = numalens_strdup(frame->flags & 1 ? "exited" : "running");
	return NULL;
}

static const char *on_snapshot(struct numalens_playback *playback,
			       const struct numalens_frame *frame, const unsigned char *data)
{
	struct numalens_track *track = track_of(playback, frame->pid);
	struct numalens_process process;
	struct numalens_sample *sample;
	const char *why;

	if (!track || playback->held > MAX_HELD)
		return too_many;
	why = snapshot_take(&process, frame, data);
	if (why)
		return why;
	track->samples = numalens_realloc(track->samples, track->nr + 1, sizeof(*track->samples));
	sample = &track->samples[track->nr];
	sample->at_ns = frame->at_ns;
	numalens_sample_take(sample, playback, &process.snapshot);
	playback->nr_snapshots++;
	playback->held += frame->size;
	if (!track->nr++) {
		track->first = process;
		playback->held += frame->size;
		return snapshot_take(&track->last, frame, data);
	}
	playback->held -= track->last.snapshot.header.size;
	numalens_reader_process_free(&track->last);
	track->last = process;
	return NULL;
}

static const char *on_process(struct numalens_playback *playback,
			      const struct numalens_frame *frame, const unsigned char *data)
{
	struct numalens_track *track = track_of(playback, frame->pid);

	if (!track)
		return too_many;
	json_object_put(track->about);
	track->about = numalens_recording_json(frame, data);
	return track->about ? NULL : "it does not say what a process is";
}

static struct numalens_counter_pair *counter_of(struct numalens_playback *playback, size_t at,
						const char *name, uint64_t value)
{
	struct numalens_counter_pair *counter;
	size_t i;

	/* They nearly always come in the same order. */
	if (at < playback->nr_counters && !strcmp(playback->counters[at].name, name))
		return &playback->counters[at];
	for (i = 0; i < playback->nr_counters; i++)
		if (!strcmp(playback->counters[i].name, name))
			return &playback->counters[i];
	playback->counters = numalens_realloc(playback->counters, playback->nr_counters + 1,
					      sizeof(*playback->counters));
	counter = &playback->counters[playback->nr_counters++];
	*counter = (struct numalens_counter_pair){ numalens_strdup(name), value, value };
	return counter;
}

static const char *on_counters(struct numalens_playback *playback,
			       const struct numalens_frame *frame, const unsigned char *data)
{
	char *text = strndup((const char *)data, frame->size), *rest = text, *line, *space;
	uint64_t value;
	size_t at = 0;

	while ((line = strsep(&rest, "\n")) && playback->nr_counters < MAX_COUNTERS) {
		space = strrchr(line, ' ');
		if (!space || numalens_number_parse_decimal(space + 1, &value))
			continue;
		*space = '\0';
		counter_of(playback, at++, line, value)->last = value;
	}
	free(text);
	return NULL;
}

static const char *on_gone(struct numalens_playback *playback, const struct numalens_frame *frame,
			   const unsigned char *data)
{
	struct numalens_track *track = track_of(playback, frame->pid);

	(void)data;
	if (!track)
		return too_many;
	track->gone = frame->flags ? frame->flags : NUMALENS_GONE_UNWATCHED;
	track->gone_ns = frame->at_ns;
	return NULL;
}

static const char *on_end(struct numalens_playback *playback, const struct numalens_frame *frame,
			  const unsigned char *data)
{
	playback->end = numalens_recording_json(frame, data);
	return playback->end ? NULL : "it does not say why it ends";
}

/* What a later version knows is passed over. */
static const char *on_frame(struct numalens_playback *playback,
			    const struct numalens_frame *frame, const unsigned char *data)
{
	static const char *(* const takers[])(struct numalens_playback *playback,
					      const struct numalens_frame *frame,
					      const unsigned char *data) = {
		[NUMALENS_FRAME_PROCESS] = on_process,
		[NUMALENS_FRAME_SNAPSHOT] = on_snapshot,
		[NUMALENS_FRAME_COUNTERS] = on_counters,
		[NUMALENS_FRAME_GONE] = on_gone,
		[NUMALENS_FRAME_END] = on_end,
	};

	if (frame->type >= ARRAY_SIZE(takers) || !takers[frame->type])
		return NULL;
	return takers[frame->type](playback, frame, data);
}

static void show_progress(const struct numalens_recording *recording)
{
	struct stat status;

	if (!fstat(fileno(recording->file), &status) && status.st_size)
		numalens_progress("%s: %" PRIu64 " %%", recording->path,
				  recording->at * 100 / status.st_size);
}

/**
 * numalens_playback_run() - read a recording that is open
 * @playback: gets it; numalens_playback_free() it, whatever is returned
 * @recording: recording
 * @until_ns: only what was recorded up to then
 *
 * It is read up to where it is cut, which is told.
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_playback_run(struct numalens_playback *playback,
			  struct numalens_recording *recording, uint64_t until_ns)
{
	struct numalens_frame frame;
	const unsigned char *data;
	const char *why = NULL;
	uint64_t at;

	*playback = (struct numalens_playback){ .machine = json_object_get(recording->machine) };
	/* It does not say which nodes were slow, and this machine's are not those. */
	numalens_tiers_forget();
	do {
		at = recording->at;
		if (!numalens_recording_next(recording, &frame, &data) || frame.at_ns > until_ns)
			break;
		why = on_frame(playback, &frame, data);
		if (!why && frame.at_ns > playback->lasted_ns)
			playback->lasted_ns = frame.at_ns;
		show_progress(recording);
	} while (!why);
	numalens_progress_end();
	playback->bytes = why ? at : recording->at;
	playback->cut = why ? why : recording->cut;
	playback->damaged = why || recording->damaged;
	if (playback->cut)
		numalens_note("%s: %s at byte %" PRIu64 ": it is read up to there", recording->path,
			      playback->cut, playback->bytes);
	if (playback->nr_snapshots)
		return NUMALENS_OK;
	return numalens_error(NUMALENS_FAILED, "%s holds no snapshot%s", recording->path,
			      until_ns < UINT64_MAX ? " of that time" : "");
}

/**
 * numalens_playback_read() - read a recording
 * @playback: gets it; numalens_playback_free() it, whatever is returned
 * @path: its file
 * @until_ns: only what was recorded up to then
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_playback_read(struct numalens_playback *playback, const char *path,
			   uint64_t until_ns)
{
	struct numalens_recording recording;
	int ret = numalens_recording_open(&recording, path);

	*playback = (struct numalens_playback){ 0 };
	if (!ret)
		ret = numalens_playback_run(playback, &recording, until_ns);
	numalens_recording_close(&recording);
	return ret;
}

/**
 * numalens_playback_free() - end what numalens_playback_read() gave
 * @playback: recording
 */
void numalens_playback_free(struct numalens_playback *playback)
{
	size_t i, j;

	for (i = 0; i < playback->nr_tracks; i++) {
		struct numalens_track *track = &playback->tracks[i];

		for (j = 0; j < track->nr; j++)
			free(track->samples[j].pages);
		free(track->samples);
		json_object_put(track->about);
		numalens_reader_process_free(&track->first);
		numalens_reader_process_free(&track->last);
	}
	for (i = 0; i < playback->nr_counters; i++)
		free(playback->counters[i].name);
	free(playback->tracks);
	free(playback->counters);
	free(playback->nids);
	json_object_put(playback->machine);
	json_object_put(playback->end);
}

/**
 * numalens_track_comm() - name of a process
 * @track: process
 *
 * Return: as it was last seen.
 */
const char *numalens_track_comm(const struct numalens_track *track)
{
	return track->nr ? track->last.snapshot.comm : numalens_field_text(track->about, "comm");
}
