// SPDX-License-Identifier: GPL-2.0
/*
 * Tables for people.
 *
 * A row that is too wide for the screen is folded step by step: paths are cut,
 * paths go to a second line, others follow them; instead, the nodes' columns
 * go to a second line, where those that are 0 are left out.
 */
#include "column.h"

#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column_table.h"
#include "output.h"

#define GAP		1
#define INDENT		4
#define MIN_CUT		12

/* A printed column: of a column per node there are as many as nodes. */
struct field {
	size_t column;
	size_t node;
	size_t cell;		/* of a row's */
	unsigned int width;
	bool folded;		/* not on the line */
};

/* How a table is printed: its fields from left to right. */
struct sketch {
	const struct numalens_table *table;
	struct field *fields;
	size_t nr;
};

static char *head_text(const struct numalens_table *table, const struct field *field)
{
	const struct numalens_column *column = &table->columns[field->column];
	const char *name = column->name ? column->name : column->key;

	if (column->flags & NUMALENS_COLUMN_NODES)
		return numalens_strf("%s%u", name, table->nids[field->node]);
	return numalens_strdup(name);
}

static unsigned int flags_of(const struct sketch *sketch, size_t i)
{
	return sketch->table->columns[sketch->fields[i].column].flags;
}

static const struct numalens_cell *cell_of(const struct sketch *sketch, size_t row, size_t i)
{
	return numalens_table_cell(sketch->table, row, sketch->fields[i].cell);
}

/* Below a name of programs, in the units that it says. */
static const char *text_of(const struct sketch *sketch, size_t row, size_t i)
{
	const struct numalens_cell *cell = cell_of(sketch, row, i);

	if (sketch->table->columns[sketch->fields[i].column].name)
		return cell->text;
	return cell->json ? json_object_get_string(cell->json) : NULL;
}

static unsigned int width_of(const struct sketch *sketch, size_t i)
{
	char *head = head_text(sketch->table, &sketch->fields[i]);
	unsigned int width = numalens_output_columns(head);
	size_t row;

	free(head);
	for (row = 0; row < sketch->table->nr_rows; row++) {
		const char *text = text_of(sketch, row, i);
		unsigned int columns = text ? numalens_output_columns(text) : 1;

		width = columns > width ? columns : width;
	}
	return width;
}

static void sketch_begin(struct sketch *sketch, const struct numalens_table *table)
{
	size_t node, nr, i;

	sketch->table = table;
	sketch->fields = numalens_alloc(table->nr_fields, sizeof(*sketch->fields));
	sketch->nr = 0;
	for (i = 0; i < table->nr_shown; i++) {
		size_t column = table->order[i];

		if (!table->columns[column].name && !table->picked)
			continue;
		nr = numalens_table_fields(table, column);
		for (node = 0; node < nr; node++) {
			struct field *field = &sketch->fields[sketch->nr++];

			field->column = column;
			field->node = node;
			field->cell = numalens_table_field(table, column, node);
			field->width = width_of(sketch, sketch->nr - 1);
		}
	}
}

/* Columns that a line takes, with all that is not folded. */
static unsigned int line_width(const struct sketch *sketch)
{
	unsigned int width = 0;
	size_t i;

	for (i = 0; i < sketch->nr; i++)
		if (!sketch->fields[i].folded)
			width += sketch->fields[i].width + (width ? GAP : 0);
	return width;
}

static bool cut_fits(struct sketch *sketch)
{
	unsigned int width = line_width(sketch), have = numalens_output_width();
	size_t i;

	if (width <= have)
		return true;
	for (i = 0; i < sketch->nr; i++) {
		unsigned int over = width - have;

		if (sketch->fields[i].folded || !(flags_of(sketch, i) & NUMALENS_COLUMN_CUT) ||
		    sketch->fields[i].width < over + MIN_CUT)
			continue;
		sketch->fields[i].width -= over;
		return true;
	}
	return false;
}

static void layout(struct sketch *sketch)
{
	static const unsigned int steps[] = {
		NUMALENS_COLUMN_SUM,
		NUMALENS_COLUMN_SUM | NUMALENS_COLUMN_CUT,
		NUMALENS_COLUMN_SUM | NUMALENS_COLUMN_CUT | NUMALENS_COLUMN_FOLD,
		NUMALENS_COLUMN_NODES,
		NUMALENS_COLUMN_NODES | NUMALENS_COLUMN_CUT,
		NUMALENS_COLUMN_NODES | NUMALENS_COLUMN_CUT | NUMALENS_COLUMN_FOLD,
	};
	/* What was asked for by name is there. */
	unsigned int may_fold = sketch->table->picked ? ~NUMALENS_COLUMN_SUM : ~0U;
	size_t step, i;

	for (step = 0; step < ARRAY_SIZE(steps); step++) {
		for (i = 0; i < sketch->nr; i++)
			sketch->fields[i].folded = flags_of(sketch, i) & steps[step] & may_fold;
		if (cut_fits(sketch))
			break;
	}
}

static void cell_print(const struct sketch *sketch, size_t i, const char *text, bool last,
		       enum numalens_tone tone)
{
	char *cut = numalens_output_cut(text ? text : "-", sketch->fields[i].width);
	unsigned int pad = sketch->fields[i].width - numalens_output_columns(cut);
	bool right = flags_of(sketch, i) & (NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_NODES);

	if (right)
		printf("%*s", (int)pad, "");
	numalens_output_tone(tone, cut);
	if (!right && !last)
		printf("%*s", (int)pad, "");
	free(cut);
}

/* What is behind the last field that prints something needs no padding. */
static size_t last_of(const struct sketch *sketch, long row)
{
	size_t last = 0, i;

	for (i = 0; i < sketch->nr; i++) {
		const char *text = row < 0 ? "" :
				   text_of(sketch, row, i);

		if (!sketch->fields[i].folded && (row < 0 || !text || *text))
			last = i;
	}
	return last;
}

static void nodes_print(const struct sketch *sketch, size_t row)
{
	char *line = numalens_strdup(""), *longer, *head;
	size_t i;

	for (i = 0; i < sketch->nr; i++) {
		const char *text = text_of(sketch, row, i);

		if (!sketch->fields[i].folded || cell_of(sketch, row, i)->dull || !text ||
		    !(flags_of(sketch, i) & NUMALENS_COLUMN_NODES))
			continue;
		head = head_text(sketch->table, &sketch->fields[i]);
		longer = numalens_strf("%s%s%s=%s", line, *line ? " " : "", head, text);
		free(head);
		free(line);
		line = longer;
	}
	if (*line)
		numalens_output_wrap("", INDENT, line);
	free(line);
}

/* Columns behind what stands on an indented line already. */
static unsigned int room_for(const char *line)
{
	unsigned int used = INDENT + numalens_output_columns(line) + (*line ? GAP : 0);
	unsigned int width = numalens_output_width();

	return used < width ? width - used : 0;
}

/* Texts share a line, in the order of their columns; the last one may be cut. */
static void folded_print(const struct sketch *sketch, size_t row)
{
	char *line = numalens_strdup(""), *longer, *cut;
	size_t i;

	nodes_print(sketch, row);
	for (i = 0; i < sketch->nr; i++) {
		const char *text = text_of(sketch, row, i);
		unsigned int flags = flags_of(sketch, i);

		if (!sketch->fields[i].folded || !text || !*text || cell_of(sketch, row, i)->dull ||
		    flags & (NUMALENS_COLUMN_NODES | NUMALENS_COLUMN_SUM))
			continue;
		cut = numalens_strdup(text);
		if (flags & NUMALENS_COLUMN_CUT && room_for(line) >= MIN_CUT) {
			free(cut);
			cut = numalens_output_cut(text, room_for(line));
		}
		longer = numalens_strf("%s%s%s", line, *line ? " " : "", cut);
		free(cut);
		free(line);
		line = longer;
	}
	if (*line)
		numalens_output_wrap("", INDENT, line);
	free(line);
}

/* Row -1 is the heads. */
static void line_print(const struct sketch *sketch, long row)
{
	enum numalens_tone tone = row < 0 ? NUMALENS_TONE_HEAD : NUMALENS_TONE_PLAIN;
	size_t last = last_of(sketch, row), i;
	bool first = true;

	for (i = 0; i <= last; i++) {
		char *head = row < 0 ? head_text(sketch->table, &sketch->fields[i]) : NULL;

		if (!sketch->fields[i].folded) {
			printf("%*s", first ? 0 : GAP, "");
			cell_print(sketch, i, head ? head : text_of(sketch, row, i), i == last,
				   tone);
			first = false;
		}
		free(head);
	}
	putchar('\n');
}

/**
 * numalens_table_print() - print a table, a row a line where they fit
 * @table: table
 */
void numalens_table_print(const struct numalens_table *table)
{
	struct sketch sketch;
	size_t row;

	sketch_begin(&sketch, table);
	layout(&sketch);
	line_print(&sketch, -1);
	for (row = 0; row < table->nr_rows; row++) {
		line_print(&sketch, row);
		folded_print(&sketch, row);
	}
	free(sketch.fields);
}

/**
 * numalens_table_print_blocks() - print a table of few rows and many nodes
 * @table: table; its first column is repeated in each block of nodes
 */
void numalens_table_print_blocks(const struct numalens_table *table)
{
	size_t from = 1, to, row;
	struct sketch sketch;

	sketch_begin(&sketch, table);
	while (from < sketch.nr) {
		for (to = 1; to < sketch.nr; to++)
			sketch.fields[to].folded = true;
		for (to = from; to < sketch.nr; to++) {
			sketch.fields[to].folded = false;
			if (to > from && line_width(&sketch) > numalens_output_width()) {
				sketch.fields[to].folded = true;
				break;
			}
		}
		if (from > 1)
			putchar('\n');
		line_print(&sketch, -1);
		for (row = 0; row < table->nr_rows; row++)
			line_print(&sketch, row);
		from = to;
	}
	free(sketch.fields);
}
