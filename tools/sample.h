/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SAMPLE_H
#define NUMALENS_SAMPLE_H

struct numalens_playback;
struct numalens_sample;
struct numalens_snapshot;

void numalens_sample_take(struct numalens_sample *sample, struct numalens_playback *playback,
			  const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_SAMPLE_H */
