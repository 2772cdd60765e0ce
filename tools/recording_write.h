/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RECORDING_WRITE_H
#define NUMALENS_RECORDING_WRITE_H

#include <stdbool.h>

#include "recording.h"

struct ZSTD_CCtx_s;
struct json_object;

/**
 * struct numalens_writer - a recording that is being made
 * @fd: its file
 * @path: the file's name
 * @begun_ns: when it began, CLOCK_MONOTONIC
 * @bytes: written so far: whole frames only
 * @nr_snapshots: of these frames, snapshots
 * @err: errno of why nothing more can be written, 0 if it can
 * @kept: contents of the last frames
 * @zstd: compresses
 */
struct numalens_writer {
	int fd;
	const char *path;
	uint64_t begun_ns;
	uint64_t bytes;
	uint64_t nr_snapshots;
	int err;
	struct numalens_kept kept;
	struct ZSTD_CCtx_s *zstd;
};

int numalens_writer_open(struct numalens_writer *writer, const char *path);
void numalens_writer_put(struct numalens_writer *writer, enum numalens_frame_type type,
			 uint32_t pid, uint32_t flags, const void *data, size_t size);
void numalens_writer_put_json(struct numalens_writer *writer, enum numalens_frame_type type,
			      uint32_t pid, struct json_object *object);
void numalens_writer_gone(struct numalens_writer *writer, uint32_t pid, enum numalens_gone gone);
void numalens_writer_end(struct numalens_writer *writer, struct json_object *object);
bool numalens_writer_is_full(const struct numalens_writer *writer);
int numalens_writer_close(struct numalens_writer *writer);

#endif /* NUMALENS_RECORDING_WRITE_H */
