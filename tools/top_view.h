/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_VIEW_H
#define NUMALENS_TOP_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "snapshot.h"

struct numalens_frame;
struct numalens_top;

/**
 * enum numalens_top_pane - what is looked at
 * @NUMALENS_TOP_PROCESSES: processes
 * @NUMALENS_TOP_THREADS: threads of one
 * @NUMALENS_TOP_VMAS: VMAs of one
 * @NUMALENS_TOP_MATRICES: events of one, by node
 * @NUMALENS_TOP_HELP: what the keys do
 * @NUMALENS_TOP_NR_PANES: number of them
 */
enum numalens_top_pane {
	NUMALENS_TOP_PROCESSES,
	NUMALENS_TOP_THREADS,
	NUMALENS_TOP_VMAS,
	NUMALENS_TOP_MATRICES,
	NUMALENS_TOP_HELP,
	NUMALENS_TOP_NR_PANES,
};

/**
 * struct numalens_top_view - how it is looked at
 * @pane: what is looked at
 * @pid: the process that the cursor is on, or that is looked at
 * @first: first row that is seen
 * @node: first node that is seen
 * @width: columns of the screen, 0 for as many as it takes
 * @height: lines of the screen, 0 for as many as it takes
 * @paused: nothing is updated
 * @input: a filter that is being typed, or NULL
 * @note: what the last key led to, or NULL
 * @detail: the whole snapshot of the process that is looked at
 * @nr_rows: gets how many rows there are
 * @room: gets how many rows are seen
 */
struct numalens_top_view {
	enum numalens_top_pane pane;
	unsigned int pid;
	size_t first;
	size_t node;
	unsigned int width;
	unsigned int height;
	bool paused;
	char *input;
	char *note;
	struct numalens_snapshot detail;
	size_t nr_rows;
	size_t room;
};

const char *numalens_top_pane_name(enum numalens_top_pane pane);
size_t numalens_top_view_row(const struct numalens_top *top, const struct numalens_top_view *view);
void numalens_top_view_draw(struct numalens_top *top, struct numalens_top_view *view,
			    struct numalens_frame *frame);
void numalens_top_view_free(struct numalens_top_view *view);

#endif /* NUMALENS_TOP_VIEW_H */
