/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RECORDING_READ_H
#define NUMALENS_RECORDING_READ_H

#include <stdbool.h>
#include <stdio.h>

#include "recording.h"

struct ZSTD_DCtx_s;
struct json_object;

/**
 * struct numalens_recording - a recording that is being read
 * @file: its file
 * @path: the file's name, for messages
 * @machine: what its first frame says, an object of any members
 * @at: bytes read so far: whole frames only
 * @ended: its last frame was read
 * @cut: what is wrong behind @at, NULL if nothing is, or was found yet
 * @damaged: that is more than that the file ends too early
 * @kept: contents of the last frames
 * @other: contents of the last frame that none is made from
 * @zstd: decompresses
 */
struct numalens_recording {
	FILE *file;
	const char *path;
	struct json_object *machine;
	uint64_t at;
	bool ended;
	const char *cut;
	bool damaged;
	struct numalens_kept kept;
	unsigned char *other;
	struct ZSTD_DCtx_s *zstd;
};

int numalens_recording_open(struct numalens_recording *recording, const char *path);
int numalens_recording_begin(struct numalens_recording *recording, FILE *file, const char *path);
bool numalens_recording_next(struct numalens_recording *recording, struct numalens_frame *frame,
			     const unsigned char **contents);
struct json_object *numalens_recording_json(const struct numalens_frame *frame,
					    const unsigned char *contents);
void numalens_recording_close(struct numalens_recording *recording);

#endif /* NUMALENS_RECORDING_READ_H */
