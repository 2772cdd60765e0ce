/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings: what is in the file, see Documentation/recording.rst.
 */
#ifndef NUMALENS_RECORDING_H
#define NUMALENS_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#define NUMALENS_RECORDING_MAGIC	"NUMALREC"
#define NUMALENS_RECORDING_VERSION	1

/* Bytes of the header of the file, and of that of a frame. */
#define NUMALENS_RECORDING_HEADER	16
#define NUMALENS_FRAME_HEADER		32

/* Contents of more bytes are not written, and not believed. */
#ifndef NUMALENS_FRAME_MAX
#define NUMALENS_FRAME_MAX		(1U << 30)
#endif

/* More processes are not recorded, and not believed. */
#define NUMALENS_RECORDING_PROCESSES	(1U << 16)

/**
 * enum numalens_frame_type - what a frame is
 * @NUMALENS_FRAME_MACHINE: the machine, the tool, when it began; JSON, the first frame
 * @NUMALENS_FRAME_PROCESS: a process joins: its name and parent; JSON
 * @NUMALENS_FRAME_SNAPSHOT: the module's snapshot of a process; the flag is 1 if it had exited
 * @NUMALENS_FRAME_COUNTERS: the machine's counters; lines of "NAME VALUE"
 * @NUMALENS_FRAME_GONE: nothing more comes of a process; flags are enum numalens_gone
 * @NUMALENS_FRAME_END: the recording was ended; JSON, the last frame
 */
enum numalens_frame_type {
	NUMALENS_FRAME_MACHINE = 1,
	NUMALENS_FRAME_PROCESS = 2,
	NUMALENS_FRAME_SNAPSHOT = 3,
	NUMALENS_FRAME_COUNTERS = 4,
	NUMALENS_FRAME_GONE = 5,
	NUMALENS_FRAME_END = 6,
};

/**
 * enum numalens_frame_coding - how contents are stored
 * @NUMALENS_CODING_PLAIN: as they are
 * @NUMALENS_CODING_ZSTD: a frame of zstd
 * @NUMALENS_CODING_DELTA: the same, with the contents of the last frame of the same type and
 *	process as prefix
 */
enum numalens_frame_coding {
	NUMALENS_CODING_PLAIN = 0,
	NUMALENS_CODING_ZSTD = 1,
	NUMALENS_CODING_DELTA = 2,
};

/**
 * enum numalens_gone - why nothing more comes of a process
 * @NUMALENS_GONE_EXITED: it exited
 * @NUMALENS_GONE_UNWATCHED: its watch was ended by somebody else
 */
enum numalens_gone {
	NUMALENS_GONE_EXITED = 1,
	NUMALENS_GONE_UNWATCHED = 2,
};

/**
 * struct numalens_frame - a frame
 * @type: enum numalens_frame_type, or what a later version knows
 * @coding: enum numalens_frame_coding
 * @stored: bytes that it takes in the file, behind its header
 * @size: bytes of its contents
 * @pid: of which process, 0 if of none
 * @flags: as @type says
 * @at_ns: when, since the recording began
 */
struct numalens_frame {
	uint16_t type;
	uint16_t coding;
	uint32_t stored;
	uint32_t size;
	uint32_t pid;
	uint32_t flags;
	uint64_t at_ns;
};

/**
 * struct numalens_contents - the contents of the last frame of a type and process
 * @type: the type
 * @pid: the process
 * @data: contents
 * @size: bytes of them
 */
struct numalens_contents {
	uint16_t type;
	uint32_t pid;
	unsigned char *data;
	size_t size;
};

/**
 * struct numalens_kept - what deltas are made from
 * @contents: one for each type and process
 * @nr: their count
 * @total: bytes of all
 */
struct numalens_kept {
	struct numalens_contents *contents;
	size_t nr;
	size_t total;
};

void numalens_frame_pack(unsigned char *header, const struct numalens_frame *frame,
			 const void *stored);
void numalens_frame_unpack(struct numalens_frame *frame, const unsigned char *header);
int numalens_frame_intact(const unsigned char *header, const void *stored, size_t len);
struct numalens_contents *numalens_kept_find(struct numalens_kept *kept, uint16_t type,
					     uint32_t pid);
void numalens_kept_set(struct numalens_kept *kept, struct numalens_contents *contents,
		       unsigned char *data, size_t size);
void numalens_kept_free(struct numalens_kept *kept);

#endif /* NUMALENS_RECORDING_H */
