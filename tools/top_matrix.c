// SPDX-License-Identifier: GPL-2.0
/*
 * What happened to one process by the two nodes that each event has, and how
 * fast it goes on.
 */
#include "top_matrix.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "alloc.h"
#include "event.h"
#include "frame.h"
#include "matrix.h"
#include "top.h"
#include "top_detail.h"
#include "top_rate.h"
#include "top_text.h"
#include "top_view.h"

enum {
	COL_EVENT,
	COL_FROM,
	COL_NODES,
	COL_TOTAL,
	COL_RATE,
	NR_COLUMNS,
};

static const struct numalens_column columns[NR_COLUMNS] = {
	[COL_EVENT]	= { "EVENT", "event", 0 },
	[COL_FROM]	= { "FROM", "nid", NUMALENS_COLUMN_RIGHT },
	[COL_NODES]	= { "N", "counts", NUMALENS_COLUMN_NODES },
	[COL_TOTAL]	= { "TOTAL", "count", NUMALENS_COLUMN_RIGHT },
	[COL_RATE]	= { "/s", "per_second", NUMALENS_COLUMN_RIGHT },
};

/* Of failed migrations, only the sum says something. */
#define ALL_ROWS	((size_t)-1)

/* A line: of the matrix of some events, one row. */
struct line {
	const char *prefix;
	const char *name;
	uint64_t events;
	size_t row;
};

struct lines {
	struct line *lines;
	size_t nr;
};

static void line_add(struct lines *lines, const char *prefix, const char *name, uint64_t events,
		     size_t row)
{
	lines->lines = numalens_realloc(lines->lines, lines->nr + 1, sizeof(*lines->lines));
	lines->lines[lines->nr++] = (struct line){ prefix, name, events, row };
}

/* Rows in which nothing was counted have no line. */
static void matrix_add(struct lines *lines, const struct numalens_snapshot *s, const char *prefix,
		       const char *name, uint64_t events)
{
	struct numalens_matrix matrix;
	size_t row;

	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_PROCESS, 0, events);
	for (row = 0; row < matrix.nr; row++)
		if (numalens_matrix_row(&matrix, row))
			line_add(lines, prefix, name, events, row);
	numalens_matrix_free(&matrix);
}

static void names_add(struct lines *lines, const struct numalens_snapshot *s, const char *prefix,
		      const struct numalens_event_names *names)
{
	size_t i;

	for (i = 0; i < names->nr; i++)
		matrix_add(lines, s, prefix, names->names[i].name,
			   NUMALENS_EVENT(names->names[i].event));
}

static void lines_take(struct lines *lines, const struct numalens_snapshot *s)
{
	names_add(lines, s, "touch", &numalens_event_touches);
	matrix_add(lines, s, "hinting", "faults", NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	names_add(lines, s, "migrate", &numalens_event_reasons);
	if (numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_FAILED))
		line_add(lines, "migrate", "failed", NUMALENS_EVENTS_FAILED, ALL_ROWS);
	names_add(lines, s, "move", &numalens_event_causes);
}

static uint64_t sum_of(const struct numalens_matrix *matrix, const struct line *line)
{
	return line->row == ALL_ROWS ? numalens_matrix_sum(matrix) :
	       numalens_matrix_row(matrix, line->row);
}

static void nodes_put(struct numalens_sheet *sheet, const struct numalens_snapshot *s,
		      const struct numalens_matrix *matrix, size_t row)
{
	size_t node;

	numalens_sheet_set(sheet, COL_FROM, 0,
			   numalens_strf("%" PRIu32, numalens_snapshot_nid(s, row)));
	for (node = 0; node < matrix->nr; node++)
		numalens_sheet_set(sheet, COL_NODES, node,
				   numalens_strf("%" PRIu64,
						 numalens_matrix_get(matrix, row, node)));
}

static void line_put(struct numalens_sheet *sheet, const struct numalens_top_process *process,
		     const struct line *line)
{
	const struct numalens_snapshot *s = &process->now;
	struct numalens_matrix matrix;
	double seconds;

	numalens_sheet_row(sheet, NUMALENS_TONE_PLAIN);
	numalens_sheet_set(sheet, COL_EVENT, 0, numalens_strf("%s %s", line->prefix, line->name));
	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_PROCESS, 0, line->events);
	if (line->row != ALL_ROWS)
		nodes_put(sheet, s, &matrix, line->row);
	numalens_sheet_set(sheet, COL_TOTAL, 0, numalens_strf("%" PRIu64, sum_of(&matrix, line)));
	numalens_matrix_free(&matrix);
	if (numalens_top_rate_matrix(process, line->events, &matrix, &seconds))
		numalens_sheet_set(sheet, COL_RATE, 0,
				   numalens_top_text_rate(sum_of(&matrix, line) / seconds));
	numalens_matrix_free(&matrix);
}

/**
 * numalens_top_matrix_draw() - draw what happened to a process
 * @process: the process
 * @view: how it is looked at
 * @frame: gets the lines
 * @part: which nodes are seen
 */
void numalens_top_matrix_draw(const struct numalens_top_process *process,
			      struct numalens_top_view *view, struct numalens_frame *frame,
			      struct numalens_sheet_part *part)
{
	const struct numalens_snapshot *s = &process->now;
	uint32_t *nids = numalens_snapshot_nids(s);
	struct numalens_sheet *sheet = numalens_sheet_alloc(columns, NR_COLUMNS, nids,
							    s->header.nr_nodes);
	struct lines lines = { 0 };
	size_t end, i;

	lines_take(&lines, s);
	end = numalens_top_view_clamp(view, lines.nr);
	for (i = view->first; i < end; i++)
		line_put(sheet, process, &lines.lines[i]);
	numalens_sheet_put(sheet, frame, part);
	numalens_sheet_free(sheet);
	free(lines.lines);
	free(nids);
}
