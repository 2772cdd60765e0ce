// SPDX-License-Identifier: GPL-2.0
/*
 * A table on a screen: a row is always one line, and of the nodes' columns
 * those are shown that fit, from one on that the user chose.
 *
 * Where they do not all fit, columns that may fold are left out, the first one
 * first, and sums; columns that may be cut become narrower; then, the sums are
 * back, and nodes are left out.
 */
#include "sheet.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "frame.h"

#define MIN_CUT		12

struct row {
	enum numalens_tone tone;
	char **cells;
};

/* A column of the screen: of a column per node there are as many as nodes. */
struct field {
	size_t column;
	size_t node;
	char *head;
	unsigned int flags;
	unsigned int width;
	bool hidden;
};

struct numalens_sheet {
	const struct numalens_column *columns;
	size_t nr_columns;
	size_t nr_nodes;
	struct field *fields;
	size_t nr_fields;
	struct row *rows;
	size_t nr_rows;
};

/**
 * numalens_sheet_alloc() - start a sheet
 * @columns: its columns; not copied
 * @nr_columns: their count
 * @nids: ids of the nodes
 * @nr_nodes: their count
 *
 * Return: a sheet without rows.
 */
struct numalens_sheet *numalens_sheet_alloc(const struct numalens_column *columns,
					    size_t nr_columns, const uint32_t *nids,
					    size_t nr_nodes)
{
	struct numalens_sheet *sheet = numalens_alloc(1, sizeof(*sheet));
	size_t column, node;

	sheet->columns = columns;
	sheet->nr_columns = nr_columns;
	sheet->nr_nodes = nr_nodes;
	sheet->fields = numalens_alloc(nr_columns + nr_nodes * nr_columns, sizeof(*sheet->fields));
	for (column = 0; column < nr_columns; column++) {
		bool nodes = columns[column].flags & NUMALENS_COLUMN_NODES;

		for (node = 0; node < (nodes ? nr_nodes : 1); node++) {
			struct field *field = &sheet->fields[sheet->nr_fields++];

			field->column = column;
			field->node = node;
			field->flags = columns[column].flags;
			field->head = nodes ? numalens_strf("%s%" PRIu32, columns[column].name,
							    nids[node]) :
				      numalens_strdup(columns[column].name);
			field->width = numalens_output_columns(field->head);
		}
	}
	return sheet;
}

/**
 * numalens_sheet_free() - end a sheet
 * @sheet: sheet
 */
void numalens_sheet_free(struct numalens_sheet *sheet)
{
	size_t row, i;

	for (row = 0; row < sheet->nr_rows; row++) {
		for (i = 0; i < sheet->nr_fields; i++)
			free(sheet->rows[row].cells[i]);
		free(sheet->rows[row].cells);
	}
	for (i = 0; i < sheet->nr_fields; i++)
		free(sheet->fields[i].head);
	free(sheet->fields);
	free(sheet->rows);
	free(sheet);
}

/**
 * numalens_sheet_row() - add a row of unknown values
 * @sheet: sheet
 * @tone: colour of the row
 */
void numalens_sheet_row(struct numalens_sheet *sheet, enum numalens_tone tone)
{
	sheet->rows = numalens_realloc(sheet->rows, sheet->nr_rows + 1, sizeof(*sheet->rows));
	sheet->rows[sheet->nr_rows].tone = tone;
	sheet->rows[sheet->nr_rows++].cells = numalens_alloc(sheet->nr_fields, sizeof(char *));
}

/**
 * numalens_sheet_set() - fill in a cell of the last row
 * @sheet: sheet
 * @column: which
 * @node: index of the node, 0 if the column has one value
 * @text: the text; it is freed with the sheet
 */
void numalens_sheet_set(struct numalens_sheet *sheet, size_t column, size_t node, char *text)
{
	unsigned int width = numalens_output_columns(text);
	size_t i;

	for (i = 0; i < sheet->nr_fields; i++) {
		struct field *field = &sheet->fields[i];

		if (field->column != column || field->node != node)
			continue;
		sheet->rows[sheet->nr_rows - 1].cells[i] = text;
		if (width > field->width)
			field->width = width;
	}
}

static unsigned int need_of(const struct field *field, bool cut)
{
	if (field->hidden)
		return 0;
	if (cut && field->flags & NUMALENS_COLUMN_CUT && field->width > MIN_CUT)
		return MIN_CUT + 1;
	return field->width + 1;
}

/* Columns of the screen that a line takes; a blank is before each but the first. */
static unsigned int line_width(const struct numalens_sheet *sheet, bool cut)
{
	unsigned int width = 0;
	size_t i;

	for (i = 0; i < sheet->nr_fields; i++)
		width += need_of(&sheet->fields[i], cut);
	return width ? width - 1 : 0;
}

static void columns_hide(struct numalens_sheet *sheet, unsigned int width, unsigned int flag,
			 bool hidden)
{
	size_t i;

	for (i = 0; i < sheet->nr_fields && line_width(sheet, true) > width; i++)
		if (sheet->fields[i].flags & flag)
			sheet->fields[i].hidden = hidden;
}

/* A sum is left out only if all that it sums up is seen then. */
static void columns_fold(struct numalens_sheet *sheet, unsigned int width)
{
	columns_hide(sheet, width, NUMALENS_COLUMN_FOLD, true);
	columns_hide(sheet, width, NUMALENS_COLUMN_SUM, true);
	columns_hide(sheet, width, NUMALENS_COLUMN_SUM, false);
}

static void node_hide(struct numalens_sheet *sheet, size_t node, bool hidden)
{
	size_t i;

	for (i = 0; i < sheet->nr_fields; i++)
		if (sheet->fields[i].flags & NUMALENS_COLUMN_NODES &&
		    sheet->fields[i].node == node)
			sheet->fields[i].hidden = hidden;
}

/* At least one node is shown; where the last one is, as many before it as fit. */
static void nodes_choose(struct numalens_sheet *sheet, struct numalens_sheet_part *part)
{
	size_t first = part->node < sheet->nr_nodes ? part->node : sheet->nr_nodes - 1, node;

	for (node = 0; node < sheet->nr_nodes; node++)
		node_hide(sheet, node, node != first);
	for (node = first + 1; node < sheet->nr_nodes; node++) {
		node_hide(sheet, node, false);
		if (line_width(sheet, true) <= part->width)
			continue;
		node_hide(sheet, node, true);
		break;
	}
	part->nr_nodes = node - first;
	for (; node == sheet->nr_nodes && first; first--, part->nr_nodes++) {
		node_hide(sheet, first - 1, false);
		if (line_width(sheet, true) <= part->width)
			continue;
		node_hide(sheet, first - 1, true);
		break;
	}
	part->node = first;
}

static void columns_cut(struct numalens_sheet *sheet, unsigned int width)
{
	unsigned int have = line_width(sheet, false), over, spare;
	size_t i;

	for (i = 0; i < sheet->nr_fields && have > width; i++) {
		struct field *field = &sheet->fields[i];

		if (field->hidden || !(field->flags & NUMALENS_COLUMN_CUT) ||
		    field->width <= MIN_CUT)
			continue;
		over = have - width;
		spare = field->width - MIN_CUT;
		field->width -= over < spare ? over : spare;
		have = line_width(sheet, false);
	}
}

static void cell_put(struct numalens_frame *frame, const struct field *field, const char *text,
		     bool first, bool last, enum numalens_tone tone)
{
	char *cut = numalens_output_cut(text ? text : "-", field->width);
	int pad = field->width - numalens_output_columns(cut);
	bool right = field->flags & (NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_NODES);
	char *cell = numalens_strf("%*s%s%*s", (right ? pad : 0) + !first, "", cut,
				   right || last ? 0 : pad, "");

	numalens_frame_put(frame, tone, cell);
	free(cell);
	free(cut);
}

/* The row of heads, if @row is NULL. */
static void row_put(const struct numalens_sheet *sheet, struct numalens_frame *frame,
		    const struct row *row, bool chosen)
{
	size_t last = 0, i;
	bool first = true;

	/* What is behind the last field that shows something needs no padding. */
	for (i = 0; i < sheet->nr_fields; i++)
		if (!sheet->fields[i].hidden && !(row && row->cells[i] && !*row->cells[i]))
			last = i;
	numalens_frame_line(frame, chosen);
	for (i = 0; i <= last; i++) {
		const struct field *field = &sheet->fields[i];

		if (field->hidden)
			continue;
		cell_put(frame, field, row ? row->cells[i] : field->head, first, i == last,
			 row ? row->tone : NUMALENS_TONE_HEAD);
		first = false;
	}
}

/**
 * numalens_sheet_put() - write a part of a sheet to a frame, a line for each row
 * @sheet: sheet
 * @frame: frame
 * @part: which nodes, and into how many columns
 */
void numalens_sheet_put(const struct numalens_sheet *sheet, struct numalens_frame *frame,
			struct numalens_sheet_part *part)
{
	struct numalens_sheet view = *sheet;
	size_t i;

	view.fields = numalens_alloc(sheet->nr_fields, sizeof(*view.fields));
	memcpy(view.fields, sheet->fields, sheet->nr_fields * sizeof(*view.fields));
	part->nr_nodes = sheet->nr_nodes;
	if (!part->width) {
		part->node = 0;
	} else {
		columns_fold(&view, part->width);
		if (sheet->nr_nodes)
			nodes_choose(&view, part);
		columns_cut(&view, part->width);
	}
	row_put(&view, frame, NULL, false);
	for (i = 0; i < sheet->nr_rows; i++)
		row_put(&view, frame, &sheet->rows[i], i == part->chosen);
	free(view.fields);
}
