// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer's way into the reader of recordings, and all that is shown of one.
 */
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "../change.h"
#include "../change_report.h"
#include "../pair.h"
#include "../playback.h"
#include "../playback_report.h"
#include "../recording_read.h"
#include "../sample_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* No byte that was changed comes far unless the checksum is right again. */
static void repair(uint8_t *data, size_t size)
{
	size_t at = NUMALENS_RECORDING_HEADER;
	struct numalens_frame frame;

	while (at + NUMALENS_FRAME_HEADER <= size) {
		uint8_t *header = data + at;

		at += NUMALENS_FRAME_HEADER;
		numalens_frame_unpack(&frame, header);
		if (frame.stored > size - at)
			return;
		numalens_frame_pack(header, &frame, data + at);
		at += frame.stored;
	}
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	if (seed % 8)
		repair(data, size);
	return size;
}

static void compare(const struct numalens_playback *playback)
{
	struct json_object *object;
	struct numalens_change change;
	struct numalens_pair *pairs;
	size_t nr, i;

	pairs = numalens_pairs(playback, playback, true, &nr);
	for (i = 0; i < nr; i++) {
		const struct numalens_track *before = pairs[i].before, *after = pairs[i].after;

		if (!before || !after || !before->nr || !after->nr)
			continue;
		object = json_object_new_object();
		numalens_change_init(&change, &before->first.snapshot, &after->last.snapshot,
				     i % 2);
		numalens_change_print(&change, 20);
		numalens_change_json(&change, object);
		numalens_change_free(&change);
		json_object_put(object);
	}
	free(pairs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct numalens_playback_shown shown = { .vmas = true, .top = 20 };
	struct numalens_playback playback = { 0 };
	struct numalens_recording recording;
	FILE *file = size ? fmemopen((void *)data, size, "r") : NULL;

	if (!file)
		return 0;
	if (!numalens_recording_begin(&recording, file, "fuzz") &&
	    !numalens_playback_run(&playback, &recording, UINT64_MAX)) {
		numalens_playback_print(&playback, &shown);
		json_object_put(numalens_playback_json(&playback, &shown));
		numalens_samples_csv(&playback);
		compare(&playback);
	}
	numalens_playback_free(&playback);
	numalens_recording_close(&recording);
	return 0;
}
