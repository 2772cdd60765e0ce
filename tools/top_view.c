// SPDX-License-Identifier: GPL-2.0
/*
 * What is looked at, as a frame of text: the same for a screen and for a file.
 *
 *	title
 *	legend
 *	head of the table
 *	rows …
 *	message
 *	keys			on a screen only
 */
#include "top_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "frame.h"
#include "sheet.h"
#include "top.h"
#include "top_detail.h"
#include "top_matrix.h"
#include "top_text.h"

/* Lines around the rows. */
#define LINES_ABOVE	3
#define LINES_BELOW	2

enum {
	COL_PID,
	COL_USER,
	COL_COMM,
	COL_RESIDENT,
	COL_REMOTE,
	COL_SHARE,
	COL_LOCAL_HINTS,
	COL_REMOTE_HINTS,
	COL_MIGRATED,
	COL_NODES,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_PID]	= { "PID", "pid", NUMALENS_COLUMN_RIGHT },
	[COL_USER]	= { "USER", "user", NUMALENS_COLUMN_FOLD },
	[COL_COMM]	= { "NAME", "comm", NUMALENS_COLUMN_CUT },
	[COL_RESIDENT]	= { "RESIDENT", "resident_pages",
			    NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_SUM },
	[COL_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[COL_SHARE]	= { "REM%", "remote_bp", NUMALENS_COLUMN_RIGHT },
	[COL_LOCAL_HINTS] = { "HINT-L", "hint_faults_local_per_second", NUMALENS_COLUMN_RIGHT },
	[COL_REMOTE_HINTS] = { "-R", "hint_faults_remote_per_second", NUMALENS_COLUMN_RIGHT },
	[COL_MIGRATED]	= { "MIGR", "migrated_pages_per_second", NUMALENS_COLUMN_RIGHT },
	[COL_NODES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
};

/**
 * numalens_top_pane_name() - name of what is looked at, for the command line
 * @pane: what is looked at
 *
 * Return: the name.
 */
const char *numalens_top_pane_name(enum numalens_top_pane pane)
{
	static const char * const names[NUMALENS_TOP_NR_PANES] = {
		[NUMALENS_TOP_PROCESSES] = "processes",
		[NUMALENS_TOP_THREADS] = "threads",
		[NUMALENS_TOP_VMAS] = "vmas",
		[NUMALENS_TOP_MATRICES] = "matrices",
		[NUMALENS_TOP_HELP] = "help",
	};

	return names[pane];
}

/**
 * numalens_top_view_row() - find the row of the process that the cursor is on
 * @top: what there is
 * @view: how it is looked at
 *
 * Return: the row, or the number of rows if it is not shown.
 */
size_t numalens_top_view_row(const struct numalens_top *top, const struct numalens_top_view *view)
{
	size_t row = 0;

	while (row < top->nr_shown && top->shown[row]->pid != view->pid)
		row++;
	return row;
}

/* Where its process is no longer shown, the cursor goes to the first. */
static size_t cursor_update(const struct numalens_top *top, struct numalens_top_view *view)
{
	size_t row = numalens_top_view_row(top, view);

	if (row == top->nr_shown) {
		row = 0;
		view->first = 0;
		view->pid = top->nr_shown ? top->shown[0]->pid : 0;
	}
	if (view->first > row)
		view->first = row;
	if (view->first + view->room <= row)
		view->first = row + 1 - view->room;
	return row;
}

static void line_put(struct numalens_frame *frame, enum numalens_tone tone, const char *text)
{
	numalens_frame_line(frame, false);
	numalens_frame_put(frame, tone, text);
}

static size_t index_of(const struct numalens_top *top, uint32_t nid)
{
	size_t i = 0;

	while (top->nids[i] != nid)
		i++;
	return i;
}

static void pages_set(struct numalens_sheet *sheet, size_t column, size_t node,
		      const struct numalens_snapshot *s, uint64_t pages)
{
	numalens_sheet_set(sheet, column, node,
			   numalens_output_pages(pages, s->header.page_size));
}

static void process_put(struct numalens_sheet *sheet, const struct numalens_top *top,
			const struct numalens_top_process *process)
{
	const struct numalens_snapshot *s = &process->now;
	const struct numalens_top_rates *rates = &process->rates;
	char *comm = numalens_output_clean(s->comm);
	size_t node;

	numalens_sheet_row(sheet, process->exited ? NUMALENS_TONE_DULL : NUMALENS_TONE_PLAIN);
	numalens_sheet_set(sheet, COL_PID, 0, numalens_strf("%u", process->pid));
	if (process->identity.user)
		numalens_sheet_set(sheet, COL_USER, 0,
				   numalens_output_clean(process->identity.user));
	numalens_sheet_set(sheet, COL_COMM, 0,
			   numalens_strf("%s%s", comm, process->exited ? " exited" : ""));
	free(comm);
	pages_set(sheet, COL_RESIDENT, 0, s, numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES));
	pages_set(sheet, COL_REMOTE, 0, s, s->header.remote_pages);
	numalens_sheet_set(sheet, COL_SHARE, 0, numalens_output_bp(s->header.remote_bp));
	if (rates->known) {
		numalens_sheet_set(sheet, COL_LOCAL_HINTS, 0,
				   numalens_top_text_rate(rates->local));
		numalens_sheet_set(sheet, COL_REMOTE_HINTS, 0,
				   numalens_top_text_rate(rates->remote));
		numalens_sheet_set(sheet, COL_MIGRATED, 0,
				   numalens_top_text_rate(rates->migrated));
	}
	for (node = 0; node < s->header.nr_nodes; node++)
		pages_set(sheet, COL_NODES, index_of(top, numalens_snapshot_nid(s, node)), s,
			  numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, node));
}

static void processes_draw(const struct numalens_top *top, struct numalens_top_view *view,
			   struct numalens_frame *frame, struct numalens_sheet_part *part)
{
	struct numalens_sheet *sheet = numalens_sheet_alloc(columns, NR_COLUMNS, top->nids,
							    top->nr_nodes);
	size_t row, end, i;

	numalens_top_view_clamp(view, top->nr_shown);
	row = cursor_update(top, view);
	end = numalens_top_view_clamp(view, top->nr_shown);
	for (i = view->first; i < end; i++)
		process_put(sheet, top, top->shown[i]);
	if (view->height && top->nr_shown)
		part->chosen = row - view->first;
	numalens_sheet_put(sheet, frame, part);
	if (!top->nr_shown)
		line_put(frame, NUMALENS_TONE_PLAIN, top->filter.nr ?
			 "no process that can be watched matches the filter" :
			 "there is no process that could be watched");
	numalens_sheet_free(sheet);
}

/* Returns how many nodes there are to be seen. */
static size_t detail_draw(struct numalens_top_view *view, struct numalens_frame *frame,
			  const struct numalens_top_process *process,
			  struct numalens_sheet_part *part)
{
	char *title = numalens_top_text_process(process, view->width), *legend;

	if (view->pane != NUMALENS_TOP_MATRICES)
		numalens_top_detail_update(view, process);
	legend = numalens_top_text_legend(view, process);
	line_put(frame, NUMALENS_TONE_HEAD, title);
	line_put(frame, NUMALENS_TONE_PLAIN, legend);
	free(legend);
	free(title);
	if (view->pane == NUMALENS_TOP_MATRICES)
		numalens_top_matrix_draw(process, view, frame, part);
	else if (!view->detail.data)
		return 0;
	else if (view->pane == NUMALENS_TOP_THREADS)
		numalens_top_detail_threads(view, frame, part);
	else
		numalens_top_detail_vmas(view, frame, part);
	return process->now.header.nr_nodes;
}

static void bottom_draw(struct numalens_top *top, struct numalens_top_view *view,
			struct numalens_frame *frame, const struct numalens_sheet_part *part,
			size_t nr_nodes)
{
	char *message = numalens_top_text_message(top, view, part, nr_nodes);
	char *clean = numalens_output_clean(message);

	while (view->height && frame->nr < view->height - LINES_BELOW)
		line_put(frame, NUMALENS_TONE_PLAIN, "");
	if (view->height)
		line_put(frame, NUMALENS_TONE_PLAIN, clean);
	else if (*clean)
		numalens_frame_wrap(frame, NUMALENS_TONE_PLAIN, view->width ? view->width : 80,
				    clean);
	if (view->height)
		line_put(frame, NUMALENS_TONE_HEAD, numalens_top_text_keys(view->pane));
	free(clean);
	free(message);
}

/**
 * numalens_top_view_draw() - draw what is looked at
 * @top: what there is
 * @view: how it is looked at; what makes no sense in it is put right
 * @frame: gets the lines
 */
void numalens_top_view_draw(struct numalens_top *top, struct numalens_top_view *view,
			    struct numalens_frame *frame)
{
	struct numalens_sheet_part part = {
		.width = view->width, .node = view->node, .chosen = NUMALENS_SHEET_NONE
	};
	struct numalens_top_process *process = numalens_top_find(top, view->pid);
	size_t nr_nodes = 0;
	char *text;

	view->room = view->height ? view->height - LINES_ABOVE - LINES_BELOW : 0;
	if (view->pane == NUMALENS_TOP_HELP) {
		numalens_top_text_help(frame);
	} else if (view->pane != NUMALENS_TOP_PROCESSES && process && process->now.data) {
		nr_nodes = detail_draw(view, frame, process, &part);
	} else {
		view->pane = NUMALENS_TOP_PROCESSES;
		text = numalens_top_text_title(top);
		line_put(frame, NUMALENS_TONE_HEAD, text);
		free(text);
		text = numalens_top_text_legend(view, NULL);
		line_put(frame, NUMALENS_TONE_PLAIN, text);
		free(text);
		processes_draw(top, view, frame, &part);
		nr_nodes = top->nr_nodes;
	}
	if (view->pane != NUMALENS_TOP_HELP)
		view->node = part.node;
	bottom_draw(top, view, frame, &part, nr_nodes);
}

/**
 * numalens_top_view_free() - end a view
 * @view: view
 */
void numalens_top_view_free(struct numalens_top_view *view)
{
	numalens_snapshot_free(&view->detail);
	free(view->input);
	free(view->note);
}
