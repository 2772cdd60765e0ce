/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FRAME_H
#define NUMALENS_FRAME_H

#include <stdbool.h>
#include <stddef.h>

#include "output.h"

/**
 * struct numalens_span - a piece of a line
 * @tone: its colour
 * @text: UTF-8
 */
struct numalens_span {
	enum numalens_tone tone;
	char *text;
};

/**
 * struct numalens_frame_line - a line
 * @spans: its pieces
 * @nr: their count
 * @chosen: the cursor is on it
 */
struct numalens_frame_line {
	struct numalens_span *spans;
	size_t nr;
	bool chosen;
};

/**
 * struct numalens_frame - a screenful of text
 * @lines: its lines
 * @nr: their count
 */
struct numalens_frame {
	struct numalens_frame_line *lines;
	size_t nr;
};

void numalens_frame_init(struct numalens_frame *frame);
void numalens_frame_free(struct numalens_frame *frame);
void numalens_frame_line(struct numalens_frame *frame, bool chosen);
void numalens_frame_put(struct numalens_frame *frame, enum numalens_tone tone, const char *text);
void numalens_frame_wrap(struct numalens_frame *frame, enum numalens_tone tone,
			 unsigned int width, const char *text);
void numalens_frame_print(const struct numalens_frame *frame);

#endif /* NUMALENS_FRAME_H */
