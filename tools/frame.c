// SPDX-License-Identifier: GPL-2.0
/*
 * A screenful of text, for a screen or for a file alike.
 */
#include "frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/**
 * numalens_frame_init() - start a frame
 * @frame: gets no line; numalens_frame_free() it
 */
void numalens_frame_init(struct numalens_frame *frame)
{
	memset(frame, 0, sizeof(*frame));
}

/**
 * numalens_frame_free() - end a frame
 * @frame: frame
 */
void numalens_frame_free(struct numalens_frame *frame)
{
	size_t line, span;

	for (line = 0; line < frame->nr; line++) {
		for (span = 0; span < frame->lines[line].nr; span++)
			free(frame->lines[line].spans[span].text);
		free(frame->lines[line].spans);
	}
	free(frame->lines);
	numalens_frame_init(frame);
}

/**
 * numalens_frame_line() - begin a line
 * @frame: frame
 * @chosen: the cursor is on it
 */
void numalens_frame_line(struct numalens_frame *frame, bool chosen)
{
	frame->lines = numalens_realloc(frame->lines, frame->nr + 1, sizeof(*frame->lines));
	memset(&frame->lines[frame->nr], 0, sizeof(*frame->lines));
	frame->lines[frame->nr++].chosen = chosen;
}

/**
 * numalens_frame_put() - write behind the last line
 * @frame: frame
 * @tone: what the colour is for
 * @text: UTF-8 without control characters
 */
void numalens_frame_put(struct numalens_frame *frame, enum numalens_tone tone, const char *text)
{
	struct numalens_frame_line *line = &frame->lines[frame->nr - 1];

	line->spans = numalens_realloc(line->spans, line->nr + 1, sizeof(*line->spans));
	line->spans[line->nr].tone = tone;
	line->spans[line->nr++].text = numalens_strdup(text);
}

/**
 * numalens_frame_wrap() - write a paragraph in lines of its own
 * @frame: frame
 * @tone: what the colour is for
 * @width: columns there are
 * @text: words
 */
void numalens_frame_wrap(struct numalens_frame *frame, enum numalens_tone tone,
			 unsigned int width, const char *text)
{
	char *line = numalens_strdup("");

	while (*(text += strspn(text, " "))) {
		int len = strcspn(text, " ");
		char *longer = numalens_strf("%s%s%.*s", line, *line ? " " : "", len, text);

		if (*line && numalens_output_columns(longer) > width) {
			numalens_frame_line(frame, false);
			numalens_frame_put(frame, tone, line);
			free(longer);
			longer = numalens_strf("%.*s", len, text);
		}
		free(line);
		line = longer;
		text += len;
	}
	numalens_frame_line(frame, false);
	numalens_frame_put(frame, tone, line);
	free(line);
}

/**
 * numalens_frame_print() - print a frame to stdout
 * @frame: frame
 */
void numalens_frame_print(const struct numalens_frame *frame)
{
	size_t line, span;

	for (line = 0; line < frame->nr; line++) {
		const struct numalens_frame_line *at = &frame->lines[line];

		for (span = 0; span < at->nr; span++)
			numalens_output_tone(at->spans[span].tone, at->spans[span].text);
		putchar('\n');
	}
}
