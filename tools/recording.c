// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings: frames, and what deltas are made from. All integers of the file
 * are little-endian, but for those of the module's snapshots.
 */
#include "recording.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* Where the checksum is in a frame's header. */
#define CRC_AT		28

/* That of zlib, Ethernet and PNG. */
static uint32_t crc32(uint32_t crc, const unsigned char *data, size_t len)
{
	static uint32_t table[256];
	uint32_t value;
	size_t i;
	int bit;

	for (i = 0; !table[255] && i < 256; i++) {
		value = i;
		for (bit = 0; bit < 8; bit++)
			value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
		table[i] = value;
	}
	crc = ~crc;
	while (len--)
		crc = table[(crc ^ *data++) & 0xff] ^ crc >> 8;
	return ~crc;
}

static uint32_t checksum(const unsigned char *header, const void *stored, size_t len)
{
	return crc32(crc32(0, header, CRC_AT), stored, len);
}

static void put16(unsigned char *to, uint16_t value)
{
	value = htole16(value);
	memcpy(to, &value, sizeof(value));
}

static void put32(unsigned char *to, uint32_t value)
{
	value = htole32(value);
	memcpy(to, &value, sizeof(value));
}

static void put64(unsigned char *to, uint64_t value)
{
	value = htole64(value);
	memcpy(to, &value, sizeof(value));
}

static uint16_t get16(const unsigned char *from)
{
	uint16_t value;

	memcpy(&value, from, sizeof(value));
	return le16toh(value);
}

static uint32_t get32(const unsigned char *from)
{
	uint32_t value;

	memcpy(&value, from, sizeof(value));
	return le32toh(value);
}

static uint64_t get64(const unsigned char *from)
{
	uint64_t value;

	memcpy(&value, from, sizeof(value));
	return le64toh(value);
}

/**
 * numalens_frame_pack() - write the header of a frame
 * @header: gets NUMALENS_FRAME_HEADER bytes
 * @frame: frame
 * @stored: what will follow it
 */
void numalens_frame_pack(unsigned char *header, const struct numalens_frame *frame,
			 const void *stored)
{
	put16(header, frame->type);
	put16(header + 2, frame->coding);
	put32(header + 4, frame->stored);
	put32(header + 8, frame->size);
	put32(header + 12, frame->pid);
	put32(header + 16, frame->flags);
	put64(header + 20, frame->at_ns);
	put32(header + CRC_AT, checksum(header, stored, frame->stored));
}

/**
 * numalens_frame_unpack() - read the header of a frame
 * @frame: gets what it says
 * @header: NUMALENS_FRAME_HEADER bytes
 */
void numalens_frame_unpack(struct numalens_frame *frame, const unsigned char *header)
{
	frame->type = get16(header);
	frame->coding = get16(header + 2);
	frame->stored = get32(header + 4);
	frame->size = get32(header + 8);
	frame->pid = get32(header + 12);
	frame->flags = get32(header + 16);
	frame->at_ns = get64(header + 20);
}

/**
 * numalens_frame_intact() - is a frame as it was written?
 * @header: its header
 * @stored: what follows it
 * @len: bytes of that
 *
 * Return: 1 if its checksum is right, else 0.
 */
int numalens_frame_intact(const unsigned char *header, const void *stored, size_t len)
{
	return get32(header + CRC_AT) == checksum(header, stored, len);
}

/**
 * numalens_kept_find() - what was in the last frame of a type and process
 * @kept: what is kept
 * @type: enum numalens_frame_type
 * @pid: process
 *
 * Return: it, without data if there was none.
 */
struct numalens_contents *numalens_kept_find(struct numalens_kept *kept, uint16_t type,
					     uint32_t pid)
{
	struct numalens_contents *contents, *empty = NULL;
	size_t i;

	for (i = 0; i < kept->nr; i++) {
		contents = &kept->contents[i];
		if (!contents->data)
			empty = contents;
		else if (contents->type == type && contents->pid == pid)
			return contents;
	}
	if (!empty) {
		kept->contents = numalens_realloc(kept->contents, kept->nr + 1,
						  sizeof(*kept->contents));
		empty = &kept->contents[kept->nr++];
	}
	*empty = (struct numalens_contents){ .type = type, .pid = pid };
	return empty;
}

/**
 * numalens_kept_set() - keep other contents
 * @kept: what is kept
 * @contents: of it
 * @data: the new contents, from malloc(); NULL for none
 * @size: bytes of them
 */
void numalens_kept_set(struct numalens_kept *kept, struct numalens_contents *contents,
		       unsigned char *data, size_t size)
{
	free(contents->data);
	kept->total += size - contents->size;
	contents->data = data;
	contents->size = size;
}

/**
 * numalens_kept_free() - forget all of it
 * @kept: what is kept
 */
void numalens_kept_free(struct numalens_kept *kept)
{
	size_t i;

	for (i = 0; i < kept->nr; i++)
		free(kept->contents[i].data);
	free(kept->contents);
	*kept = (struct numalens_kept){ 0 };
}
