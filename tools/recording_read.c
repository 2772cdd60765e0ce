// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings are read frame by frame, up to the first that is not whole. None
 * of it is believed: memory is taken for what is there, not for what is said
 * to be there.
 */
#include "recording_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>
#include <zstd.h>

#include "alloc.h"
#include "error.h"

/* No frame of zstd has more contents for a byte that it takes. */
#define MAX_RATIO	(1U << 16)

/* Of all processes together that are there at a time. */
#define MAX_KEPT	(2ULL * NUMALENS_FRAME_MAX)

static bool cut(struct numalens_recording *recording, bool damaged, const char *why)
{
	recording->cut = why;
	recording->damaged = damaged;
	return false;
}

/* As much as there is, up to @len: memory grows with what arrives. */
static unsigned char *read_some(FILE *file, size_t len, size_t *got)
{
	unsigned char *data = NULL;
	size_t room = 1 << 16, want;

	*got = 0;
	do {
		want = len < room ? len : room;
		data = numalens_realloc(data, want, 1);
		*got += fread(data + *got, 1, want - *got, file);
		room *= 2;
	} while (*got == want && want < len);
	return data;
}

static const char *decompress(struct numalens_recording *recording,
			      const struct numalens_frame *frame, const unsigned char *stored,
			      const struct numalens_contents *last, unsigned char **data)
{
	size_t len;

	if (frame->coding == NUMALENS_CODING_DELTA && !(last && last->data))
		return "a frame is told by one that is not there";
	if (frame->size / MAX_RATIO > frame->stored ||
	    ZSTD_getFrameContentSize(stored, frame->stored) != frame->size)
		return "a frame's sizes make no sense";
	*data = numalens_alloc(frame->size, 1);
	ZSTD_DCtx_reset(recording->zstd, ZSTD_reset_session_and_parameters);
	if (frame->coding == NUMALENS_CODING_DELTA)
		ZSTD_DCtx_refPrefix(recording->zstd, last->data, last->size);
	len = ZSTD_decompressDCtx(recording->zstd, *data, frame->size, stored, frame->stored);
	if (!ZSTD_isError(len) && len == frame->size)
		return NULL;
	free(*data);
	return "a frame can't be decompressed";
}

/* What is wrong with it, or NULL; then @data has its contents. */
static const char *decode(struct numalens_recording *recording, const struct numalens_frame *frame,
			  unsigned char **stored, const struct numalens_contents *last,
			  unsigned char **data)
{
	switch (frame->coding) {
	case NUMALENS_CODING_PLAIN:
		if (frame->size != frame->stored)
			return "a frame's sizes make no sense";
		*data = *stored;
		*stored = NULL;
		return NULL;
	case NUMALENS_CODING_ZSTD:
	case NUMALENS_CODING_DELTA:
		return decompress(recording, frame, *stored, last, data);
	}
	return "a frame is coded in a way that this numalens does not know";
}

static const char *keep(struct numalens_recording *recording, const struct numalens_frame *frame,
			unsigned char **stored)
{
	bool kept = frame->type == NUMALENS_FRAME_SNAPSHOT ||
		    frame->type == NUMALENS_FRAME_COUNTERS;
	struct numalens_contents *last = NULL;
	unsigned char *data;
	const char *why;

	if (kept && (recording->kept.nr > NUMALENS_RECORDING_PROCESSES ||
		     recording->kept.total > MAX_KEPT))
		return "it has more processes than any machine";
	if (kept)
		last = numalens_kept_find(&recording->kept, frame->type, frame->pid);
	why = decode(recording, frame, stored, last, &data);
	if (why)
		return why;
	if (kept) {
		numalens_kept_set(&recording->kept, last, data, frame->size);
	} else {
		free(recording->other);
		recording->other = data;
	}
	return NULL;
}

static bool frame_read(struct numalens_recording *recording, struct numalens_frame *frame,
		       unsigned char **stored)
{
	unsigned char header[NUMALENS_FRAME_HEADER];
	size_t got = fread(header, 1, sizeof(header), recording->file);
	const char *why;

	*stored = NULL;
	if (!got && !ferror(recording->file))
		return cut(recording, false, "its end is missing");
	if (got < sizeof(header))
		return cut(recording, false, "it is cut off");
	numalens_frame_unpack(frame, header);
	if (frame->stored > NUMALENS_FRAME_MAX || frame->size > NUMALENS_FRAME_MAX)
		return cut(recording, true, "a frame's sizes make no sense");
	*stored = read_some(recording->file, frame->stored, &got);
	if (got < frame->stored)
		return cut(recording, false, "it is cut off");
	if (!numalens_frame_intact(header, *stored, got))
		return cut(recording, true, "a checksum is wrong");
	why = keep(recording, frame, stored);
	if (why)
		return cut(recording, true, why);
	recording->at += sizeof(header) + got;
	return true;
}

/**
 * numalens_recording_next() - read the next frame
 * @recording: recording
 * @frame: gets the frame
 * @contents: gets its contents, @frame->size bytes, which are there until the next is read
 *
 * Return: true if there is one; if not, the recording has ended, or is cut.
 */
bool numalens_recording_next(struct numalens_recording *recording, struct numalens_frame *frame,
			     const unsigned char **contents)
{
	struct numalens_contents *last;
	unsigned char *stored;
	bool read;

	if (recording->ended || recording->cut)
		return false;
	read = frame_read(recording, frame, &stored);
	free(stored);
	if (!read)
		return false;
	*contents = recording->other;
	switch (frame->type) {
	case NUMALENS_FRAME_SNAPSHOT:
	case NUMALENS_FRAME_COUNTERS:
		*contents = numalens_kept_find(&recording->kept, frame->type, frame->pid)->data;
		break;
	case NUMALENS_FRAME_GONE:
		last = numalens_kept_find(&recording->kept, NUMALENS_FRAME_SNAPSHOT, frame->pid);
		numalens_kept_set(&recording->kept, last, NULL, 0);
		break;
	case NUMALENS_FRAME_END:
		recording->ended = true;
		break;
	}
	return true;
}

/**
 * numalens_recording_json() - contents that are JSON
 * @frame: frame
 * @contents: its contents
 *
 * Return: the object; NULL if it is none.
 */
struct json_object *numalens_recording_json(const struct numalens_frame *frame,
					    const unsigned char *contents)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object = NULL;

	if (!tokener)
		exit(numalens_error(NUMALENS_FAILED, "out of memory"));
	if (frame->size <= INT32_MAX)
		object = json_tokener_parse_ex(tokener, (const char *)contents, frame->size);
	json_tokener_free(tokener);
	if (json_object_is_type(object, json_type_object))
		return object;
	json_object_put(object);
	return NULL;
}

static int complain(const struct numalens_recording *recording, int err)
{
	return numalens_error(err == EACCES || err == EPERM ? NUMALENS_NO_PERMISSION :
			      NUMALENS_FAILED, "can't read %s: %s", recording->path,
			      strerror(err));
}

static int header_check(struct numalens_recording *recording)
{
	unsigned char header[NUMALENS_RECORDING_HEADER];
	size_t got, magic = strlen(NUMALENS_RECORDING_MAGIC);
	unsigned int version;

	errno = 0;
	got = fread(header, 1, sizeof(header), recording->file);
	if (ferror(recording->file))
		return complain(recording, errno);
	if (memcmp(header, NUMALENS_RECORDING_MAGIC, got < magic ? got : magic) || !got)
		return numalens_error(NUMALENS_FAILED, "%s is no recording of numalens record",
				      recording->path);
	if (got < sizeof(header))
		return numalens_error(NUMALENS_FAILED, "%s is cut off: nothing is left of it",
				      recording->path);
	version = header[8] | header[9] << 8 | header[10] << 16 | (unsigned int)header[11] << 24;
	if (version != NUMALENS_RECORDING_VERSION)
		return numalens_error(NUMALENS_FAILED, "%s is a recording of version %u; this "
				      "numalens knows %d", recording->path, version,
				      NUMALENS_RECORDING_VERSION);
	recording->at = got;
	return NUMALENS_OK;
}

/**
 * numalens_recording_begin() - begin to read a recording that is open
 * @recording: gets it; numalens_recording_close() it, whatever is returned
 * @file: its file
 * @path: the file's name
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_recording_begin(struct numalens_recording *recording, FILE *file, const char *path)
{
	const unsigned char *contents;
	struct numalens_frame frame;
	int ret;

	*recording = (struct numalens_recording){ .file = file, .path = path };
	recording->zstd = ZSTD_createDCtx();
	if (!recording->zstd)
		exit(numalens_error(NUMALENS_FAILED, "out of memory"));
	ret = header_check(recording);
	if (ret)
		return ret;
	if (!numalens_recording_next(recording, &frame, &contents))
		return numalens_error(NUMALENS_FAILED, "%s can't be used: %s at byte %llu, and "
				      "nothing is before", path, recording->cut,
				      (unsigned long long)recording->at);
	if (frame.type == NUMALENS_FRAME_MACHINE)
		recording->machine = numalens_recording_json(&frame, contents);
	if (!recording->machine)
		return numalens_error(NUMALENS_FAILED, "%s can't be used: it does not say of which "
				      "machine it is", path);
	return NUMALENS_OK;
}

/**
 * numalens_recording_open() - begin to read a recording
 * @recording: gets it; numalens_recording_close() it, whatever is returned
 * @path: its file
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_recording_open(struct numalens_recording *recording, const char *path)
{
	FILE *file = fopen(path, "re");

	*recording = (struct numalens_recording){ .path = path };
	if (!file)
		return complain(recording, errno);
	return numalens_recording_begin(recording, file, path);
}

/**
 * numalens_recording_close() - end what numalens_recording_open() gave
 * @recording: recording
 */
void numalens_recording_close(struct numalens_recording *recording)
{
	if (recording->file)
		fclose(recording->file);
	ZSTD_freeDCtx(recording->zstd);
	json_object_put(recording->machine);
	numalens_kept_free(&recording->kept);
	free(recording->other);
}
