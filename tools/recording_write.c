// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings are written frame by frame. A frame that does not fit is taken
 * back: whatever happens, the file ends where a frame ends, or is cut where a
 * reader finds out.
 */
#include "recording_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>
#include <zstd.h>

#include "alloc.h"
#include "clock.h"
#include "error.h"
#include "file.h"

#define LEVEL		3

/* Repetitions are looked for this far back, as a power of two, where there is so much. */
#define MIN_WINDOW	17
#define MAX_WINDOW	27

/* All or nothing, where the file can be shortened. */
static void append(struct numalens_writer *writer, const unsigned char *data, size_t len)
{
	if (writer->err)
		return;
	writer->err = numalens_file_write_all(writer->fd, data, len);
	if (!writer->err)
		writer->bytes += len;
	else if (!ftruncate(writer->fd, writer->bytes))
		lseek(writer->fd, writer->bytes, SEEK_SET);
}

/**
 * numalens_writer_open() - begin a recording
 * @writer: gets it
 * @path: file; what it held is lost
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_writer_open(struct numalens_writer *writer, const char *path)
{
	unsigned char header[NUMALENS_RECORDING_HEADER] = NUMALENS_RECORDING_MAGIC;

	*writer = (struct numalens_writer){ .path = path };
	writer->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (writer->fd < 0)
		return numalens_error(errno == EACCES || errno == EPERM ? NUMALENS_NO_PERMISSION :
				      NUMALENS_FAILED, "can't write to %s: %s", path,
				      strerror(errno));
	writer->zstd = ZSTD_createCCtx();
	if (!writer->zstd)
		exit(numalens_error(NUMALENS_FAILED, "out of memory"));
	writer->begun_ns = numalens_clock_ns();
	header[8] = NUMALENS_RECORDING_VERSION;
	header[12] = NUMALENS_RECORDING_HEADER;
	append(writer, header, sizeof(header));
	return NUMALENS_OK;
}

static int window_of(size_t size)
{
	int window = MIN_WINDOW;

	while (window < MAX_WINDOW && (1UL << window) < size)
		window++;
	return window;
}

/* Bytes that it takes behind the header, which @buffer has room for; 0 if it is better plain. */
static size_t compress(struct numalens_writer *writer, unsigned char *buffer, size_t room,
		       const struct numalens_contents *last, const void *data, size_t size)
{
	size_t before = last && last->data ? last->size : 0, len;
	struct ZSTD_CCtx_s *zstd = writer->zstd;

	ZSTD_CCtx_reset(zstd, ZSTD_reset_session_and_parameters);
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_of(size + before));
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_enableLongDistanceMatching, before > 1U << MIN_WINDOW);
	if (before)
		ZSTD_CCtx_refPrefix(zstd, last->data, before);
	len = ZSTD_compress2(zstd, buffer, room, data, size);
	return ZSTD_isError(len) || len >= size ? 0 : len;
}

/* What comes again and again is told by what is new. */
static struct numalens_contents *last_of(struct numalens_writer *writer, uint16_t type,
					 uint32_t pid)
{
	if (type != NUMALENS_FRAME_SNAPSHOT && type != NUMALENS_FRAME_COUNTERS)
		return NULL;
	return numalens_kept_find(&writer->kept, type, pid);
}

static void keep(struct numalens_writer *writer, struct numalens_contents *last,
		 const void *data, size_t size)
{
	unsigned char *copy = numalens_alloc(size, 1);

	memcpy(copy, data, size);
	numalens_kept_set(&writer->kept, last, copy, size);
}

static void frame_write(struct numalens_writer *writer, struct numalens_frame *frame,
			const void *data)
{
	struct numalens_contents *last = last_of(writer, frame->type, frame->pid);
	size_t room = ZSTD_compressBound(frame->size);
	unsigned char *buffer = numalens_alloc(NUMALENS_FRAME_HEADER + room, 1);
	unsigned char *stored = buffer + NUMALENS_FRAME_HEADER;

	frame->stored = compress(writer, stored, room, last, data, frame->size);
	if (!frame->stored) {
		frame->stored = frame->size;
		memcpy(stored, data, frame->size);
	} else {
		frame->coding = last && last->data ? NUMALENS_CODING_DELTA : NUMALENS_CODING_ZSTD;
	}
	numalens_frame_pack(buffer, frame, stored);
	append(writer, buffer, NUMALENS_FRAME_HEADER + frame->stored);
	free(buffer);
	if (last && !writer->err)
		keep(writer, last, data, frame->size);
}

/**
 * numalens_writer_put() - add a frame
 * @writer: recording; nothing happens if it can't be written to any more
 * @type: what the frame is
 * @pid: of which process, 0 if of none
 * @flags: as @type says
 * @data: contents; the same snapshot, or counters, as before are not written again
 * @size: bytes of it
 */
void numalens_writer_put(struct numalens_writer *writer, enum numalens_frame_type type,
			 uint32_t pid, uint32_t flags, const void *data, size_t size)
{
	const struct numalens_contents *last = last_of(writer, type, pid);
	struct numalens_frame frame = {
		.type = type, .size = size, .pid = pid, .flags = flags,
		.at_ns = numalens_clock_ns() - writer->begun_ns,
	};

	if (size > NUMALENS_FRAME_MAX) {
		writer->err = writer->err ? writer->err : EMSGSIZE;
		return;
	}
	if (last && last->data && last->size == size && !memcmp(last->data, data, size))
		return;
	frame_write(writer, &frame, data);
	if (type == NUMALENS_FRAME_SNAPSHOT && !writer->err)
		writer->nr_snapshots++;
}

/**
 * numalens_writer_put_json() - add a frame of JSON
 * @writer: recording
 * @type: what the frame is
 * @pid: of which process, 0 if of none
 * @object: contents; they are freed
 */
void numalens_writer_put_json(struct numalens_writer *writer, enum numalens_frame_type type,
			      uint32_t pid, struct json_object *object)
{
	size_t len;
	const char *text = json_object_to_json_string_length(object, JSON_C_TO_STRING_PLAIN |
							     JSON_C_TO_STRING_NOSLASHESCAPE, &len);

	numalens_writer_put(writer, type, pid, 0, text, len);
	json_object_put(object);
}

/**
 * numalens_writer_gone() - say that nothing more comes of a process
 * @writer: recording
 * @pid: process
 * @gone: why
 */
void numalens_writer_gone(struct numalens_writer *writer, uint32_t pid, enum numalens_gone gone)
{
	struct numalens_contents *last = last_of(writer, NUMALENS_FRAME_SNAPSHOT, pid);

	numalens_writer_put(writer, NUMALENS_FRAME_GONE, pid, gone, "", 0);
	numalens_kept_set(&writer->kept, last, NULL, 0);
}

/**
 * numalens_writer_end() - say why a recording ends, if there is room to say it
 * @writer: recording
 * @object: why; it is freed
 */
void numalens_writer_end(struct numalens_writer *writer, struct json_object *object)
{
	int err = writer->err;

	/* What did not fit was taken back: a few bytes may. */
	writer->err = 0;
	numalens_writer_put_json(writer, NUMALENS_FRAME_END, 0, object);
	writer->err = err ? err : writer->err;
}

/**
 * numalens_writer_is_full() - is there no more room for it?
 * @writer: recording
 *
 * Return: true if the disk, the quota or the allowed size of a file is used up.
 */
bool numalens_writer_is_full(const struct numalens_writer *writer)
{
	return writer->err == ENOSPC || writer->err == EDQUOT || writer->err == EFBIG;
}

/**
 * numalens_writer_close() - leave a recording
 * @writer: recording
 *
 * Return: 0 or an errno, of this or of what came before.
 */
int numalens_writer_close(struct numalens_writer *writer)
{
	if (close(writer->fd) && !writer->err)
		writer->err = errno;
	ZSTD_freeCCtx(writer->zstd);
	numalens_kept_free(&writer->kept);
	return writer->err;
}
