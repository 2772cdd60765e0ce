/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SAMPLE_TABLE_H
#define NUMALENS_SAMPLE_TABLE_H

#include <stddef.h>

struct json_object;
struct numalens_playback;
struct numalens_track;

void numalens_samples_print(const struct numalens_playback *playback,
			    const struct numalens_track *track, size_t most);
struct json_object *numalens_samples_json(const struct numalens_playback *playback,
					  const struct numalens_track *track);
void numalens_samples_csv(const struct numalens_playback *playback);
void numalens_tracks_print(const struct numalens_playback *playback, size_t most);

#endif /* NUMALENS_SAMPLE_TABLE_H */
