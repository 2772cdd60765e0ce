/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PLAYBACK_REPORT_H
#define NUMALENS_PLAYBACK_REPORT_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;
struct numalens_playback;
struct numalens_track;

/**
 * struct numalens_playback_shown - what is shown of a recording
 * @all: every snapshot and process, however many
 * @vmas: the VMAs at the end
 * @top: only so many of them, 0 for all
 */
struct numalens_playback_shown {
	bool all;
	bool vmas;
	size_t top;
};

char *numalens_playback_ended(const struct numalens_playback *playback);
char *numalens_track_fate(const struct numalens_track *track);
void numalens_playback_print(const struct numalens_playback *playback,
			     const struct numalens_playback_shown *shown);
struct json_object *numalens_playback_json(const struct numalens_playback *playback,
					   const struct numalens_playback_shown *shown);

#endif /* NUMALENS_PLAYBACK_REPORT_H */
