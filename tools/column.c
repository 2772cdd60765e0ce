// SPDX-License-Identifier: GPL-2.0
/*
 * Tables: one description of the columns drives heads, widths and JSON.
 *
 * A row that is too wide for the screen is folded step by step: paths are cut,
 * paths go to a second line, others follow them; instead, the nodes' columns
 * go to a second line, where those that are 0 are left out. JSON is never cut.
 */
#include "column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "output.h"

#define GAP		1
#define INDENT		4
#define MIN_CUT		12

struct cell {
	char *text;		/* NULL: unknown */
	struct json_object *json;
	bool dull;		/* not worth a line of its own */
};

/* A printed column: of a column per node there are as many as nodes. */
struct field {
	size_t column;
	size_t node;
	unsigned int width;
	bool folded;		/* not on the line */
	bool hidden;		/* nowhere */
};

struct numalens_table {
	const struct numalens_column *columns;
	size_t nr_columns;
	const uint32_t *nids;
	size_t nr_nodes;
	uint32_t page_size;
	size_t nr_fields;
	size_t nr_rows;
	size_t room;
	struct cell *cells;	/* [room][nr_fields] */
};

/* A column without a name is for JSON only. */
static size_t fields_in(const struct numalens_table *table, size_t column)
{
	return table->columns[column].flags & NUMALENS_COLUMN_NODES ? table->nr_nodes : 1;
}

static size_t field_of(const struct numalens_table *table, size_t column, size_t node)
{
	size_t field = 0, i;

	for (i = 0; i < column; i++)
		field += fields_in(table, i);
	return field + node;
}

static struct cell *cell_at(const struct numalens_table *table, size_t row, size_t field)
{
	return &table->cells[row * table->nr_fields + field];
}

/**
 * numalens_table_alloc() - start a table
 * @columns: its columns; not copied
 * @nr_columns: their count
 * @nids: ids of the nodes, for columns of one value a node; not copied
 * @nr_nodes: their count
 *
 * Return: a table without rows.
 */
struct numalens_table *numalens_table_alloc(const struct numalens_column *columns,
					    size_t nr_columns, const uint32_t *nids,
					    size_t nr_nodes)
{
	struct numalens_table *table = numalens_alloc(1, sizeof(*table));

	table->columns = columns;
	table->nr_columns = nr_columns;
	table->nids = nids;
	table->nr_nodes = nr_nodes;
	table->page_size = 4096;
	table->nr_fields = field_of(table, nr_columns, 0);
	return table;
}

/**
 * numalens_table_free() - end a table
 * @table: table
 */
void numalens_table_free(struct numalens_table *table)
{
	size_t i;

	for (i = 0; i < table->nr_rows * table->nr_fields; i++) {
		free(table->cells[i].text);
		json_object_put(table->cells[i].json);
	}
	free(table->cells);
	free(table);
}

/**
 * numalens_table_page_size_set() - say what a page is
 * @table: table
 * @page_size: bytes of a base page, for the cells that follow
 */
void numalens_table_page_size_set(struct numalens_table *table, uint32_t page_size)
{
	table->page_size = page_size;
}

/**
 * numalens_table_row_add() - add a row of unknown values
 * @table: table
 */
void numalens_table_row_add(struct numalens_table *table)
{
	size_t nr = table->nr_fields;

	if (table->nr_rows == table->room) {
		table->room = table->room ? 2 * table->room : 16;
		table->cells = numalens_realloc(table->cells, table->room * nr,
						sizeof(*table->cells));
	}
	memset(table->cells + table->nr_rows * nr, 0, nr * sizeof(*table->cells));
	table->nr_rows++;
}

/**
 * numalens_table_text_set() - fill in a text of the last row
 * @table: table
 * @column: which
 * @text: any bytes, or NULL if unknown
 */
void numalens_table_text_set(struct numalens_table *table, size_t column, const char *text)
{
	struct cell *cell = cell_at(table, table->nr_rows - 1, field_of(table, column, 0));

	cell->text = text ? numalens_output_clean(text) : NULL;
	cell->json = numalens_output_json_text(text);
}

/**
 * numalens_table_dull_set() - say that a text of the last row is what all have
 * @table: table
 * @column: which: it is not printed where that would take another line
 */
void numalens_table_dull_set(struct numalens_table *table, size_t column)
{
	cell_at(table, table->nr_rows - 1, field_of(table, column, 0))->dull = true;
}

/**
 * numalens_table_set() - fill in a number of the last row
 * @table: table
 * @column: which
 * @node: index of the node, 0 if the column has one value
 * @type: what it is
 * @value: the number; JSON shows it as it is
 */
void numalens_table_set(struct numalens_table *table, size_t column, size_t node,
			enum numalens_value type, uint64_t value)
{
	struct cell *cell = cell_at(table, table->nr_rows - 1, field_of(table, column, node));

	cell->json = numalens_value_json(type, value);
	cell->dull = !value;
	cell->text = numalens_value_text(type, value, table->page_size);
}

static char *head_text(const struct numalens_table *table, const struct field *field)
{
	const struct numalens_column *column = &table->columns[field->column];

	if (column->flags & NUMALENS_COLUMN_NODES)
		return numalens_strf("%s%u", column->name, table->nids[field->node]);
	return numalens_strdup(column->name ? column->name : "");
}

static unsigned int flags_of(const struct numalens_table *table, const struct field *field)
{
	return table->columns[field->column].flags;
}

static struct field *fields_alloc(const struct numalens_table *table)
{
	struct field *fields = numalens_alloc(table->nr_fields, sizeof(*fields)), *field = fields;
	size_t column, node, nr, row;

	for (column = 0; column < table->nr_columns; column++) {
		nr = fields_in(table, column);
		for (node = 0; node < nr; node++, field++) {
			char *head;

			field->column = column;
			field->node = node;
			field->hidden = !table->columns[column].name;
			head = head_text(table, field);
			field->width = numalens_output_columns(head);
			free(head);
			for (row = 0; row < table->nr_rows; row++) {
				const char *text = cell_at(table, row, field - fields)->text;
				unsigned int width = text ? numalens_output_columns(text) : 1;

				if (width > field->width)
					field->width = width;
			}
		}
	}
	return fields;
}

/* Columns that a line takes, with all that is not folded. */
static unsigned int line_width(const struct numalens_table *table, const struct field *fields)
{
	unsigned int width = 0;
	size_t i;

	for (i = 0; i < table->nr_fields; i++)
		if (!fields[i].folded && !fields[i].hidden)
			width += fields[i].width + (width ? GAP : 0);
	return width;
}

static bool cut_fits(const struct numalens_table *table, struct field *fields)
{
	unsigned int width = line_width(table, fields), have = numalens_output_width();
	size_t i;

	if (width <= have)
		return true;
	for (i = 0; i < table->nr_fields; i++) {
		unsigned int over = width - have;

		if (fields[i].folded || !(flags_of(table, &fields[i]) & NUMALENS_COLUMN_CUT) ||
		    fields[i].width < over + MIN_CUT)
			continue;
		fields[i].width -= over;
		return true;
	}
	return false;
}

static void layout(const struct numalens_table *table, struct field *fields)
{
	static const unsigned int steps[] = {
		NUMALENS_COLUMN_SUM,
		NUMALENS_COLUMN_SUM | NUMALENS_COLUMN_CUT,
		NUMALENS_COLUMN_SUM | NUMALENS_COLUMN_CUT | NUMALENS_COLUMN_FOLD,
		NUMALENS_COLUMN_NODES,
		NUMALENS_COLUMN_NODES | NUMALENS_COLUMN_CUT,
		NUMALENS_COLUMN_NODES | NUMALENS_COLUMN_CUT | NUMALENS_COLUMN_FOLD,
	};
	size_t step, i;

	for (step = 0; step < ARRAY_SIZE(steps); step++) {
		for (i = 0; i < table->nr_fields; i++)
			fields[i].folded = flags_of(table, &fields[i]) & steps[step];
		if (cut_fits(table, fields))
			break;
	}
}

static void cell_print(const struct numalens_table *table, const struct field *field,
		       const char *text, bool last, enum numalens_tone tone)
{
	char *cut = numalens_output_cut(text ? text : "-", field->width);
	unsigned int pad = field->width - numalens_output_columns(cut);
	bool right = flags_of(table, field) & (NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_NODES);

	if (right)
		printf("%*s", (int)pad, "");
	numalens_output_tone(tone, cut);
	if (!right && !last)
		printf("%*s", (int)pad, "");
	free(cut);
}

/* What is behind the last field that prints something needs no padding. */
static size_t last_of(const struct numalens_table *table, const struct field *fields, long row)
{
	size_t last = 0, i;

	for (i = 0; i < table->nr_fields; i++) {
		const char *text = row < 0 ? "" : cell_at(table, row, i)->text;

		if (!fields[i].folded && !fields[i].hidden && (row < 0 || !text || *text))
			last = i;
	}
	return last;
}

static void nodes_print(const struct numalens_table *table, const struct field *fields, size_t row)
{
	char *line = numalens_strdup(""), *longer, *head;
	size_t i;

	for (i = 0; i < table->nr_fields; i++) {
		const struct cell *cell = cell_at(table, row, i);

		if (!fields[i].folded || fields[i].hidden || cell->dull || !cell->text ||
		    !(flags_of(table, &fields[i]) & NUMALENS_COLUMN_NODES))
			continue;
		head = head_text(table, &fields[i]);
		longer = numalens_strf("%s%s%s=%s", line, *line ? " " : "", head, cell->text);
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
static void folded_print(const struct numalens_table *table, const struct field *fields,
			 size_t row)
{
	char *line = numalens_strdup(""), *longer, *cut;
	size_t i;

	nodes_print(table, fields, row);
	for (i = 0; i < table->nr_fields; i++) {
		const struct cell *cell = cell_at(table, row, i);
		unsigned int flags = flags_of(table, &fields[i]);

		if (!fields[i].folded || fields[i].hidden || !cell->text || !*cell->text ||
		    cell->dull || flags & (NUMALENS_COLUMN_NODES | NUMALENS_COLUMN_SUM))
			continue;
		cut = numalens_strdup(cell->text);
		if (flags & NUMALENS_COLUMN_CUT && room_for(line) >= MIN_CUT) {
			free(cut);
			cut = numalens_output_cut(cell->text, room_for(line));
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

static void head_print(const struct numalens_table *table, const struct field *fields)
{
	size_t last = last_of(table, fields, -1), i;
	bool first = true;

	for (i = 0; i < table->nr_fields; i++) {
		char *head;

		if (fields[i].folded || fields[i].hidden)
			continue;
		head = head_text(table, &fields[i]);
		printf("%*s", first ? 0 : GAP, "");
		cell_print(table, &fields[i], head, i == last, NUMALENS_TONE_HEAD);
		free(head);
		first = false;
	}
	putchar('\n');
}

static void row_print(const struct numalens_table *table, const struct field *fields, size_t row)
{
	size_t last = last_of(table, fields, row), i;
	bool first = true;

	for (i = 0; i <= last; i++) {
		if (fields[i].folded || fields[i].hidden)
			continue;
		printf("%*s", first ? 0 : GAP, "");
		cell_print(table, &fields[i], cell_at(table, row, i)->text, i == last,
			   NUMALENS_TONE_PLAIN);
		first = false;
	}
	putchar('\n');
}

/**
 * numalens_table_print() - print a table, a row a line where they fit
 * @table: table
 */
void numalens_table_print(const struct numalens_table *table)
{
	struct field *fields = fields_alloc(table);
	size_t row;

	layout(table, fields);
	head_print(table, fields);
	for (row = 0; row < table->nr_rows; row++) {
		row_print(table, fields, row);
		folded_print(table, fields, row);
	}
	free(fields);
}

/**
 * numalens_table_print_blocks() - print a table of few rows and many nodes
 * @table: table; its first column is repeated in each block of nodes
 */
void numalens_table_print_blocks(const struct numalens_table *table)
{
	struct field *fields = fields_alloc(table);
	size_t from = 1, to, row;

	while (from < table->nr_fields) {
		for (to = 1; to < table->nr_fields; to++)
			fields[to].folded = true;
		for (to = from; to < table->nr_fields; to++) {
			fields[to].folded = false;
			if (to > from && line_width(table, fields) > numalens_output_width()) {
				fields[to].folded = true;
				break;
			}
		}
		if (from > 1)
			putchar('\n');
		head_print(table, fields);
		for (row = 0; row < table->nr_rows; row++)
			row_print(table, fields, row);
		from = to;
	}
	free(fields);
}

static struct json_object *cell_json(const struct numalens_table *table, size_t row,
				     size_t column)
{
	size_t field = field_of(table, column, 0), node;
	struct json_object *array;

	if (!(table->columns[column].flags & NUMALENS_COLUMN_NODES))
		return json_object_get(cell_at(table, row, field)->json);
	array = json_object_new_array();
	for (node = 0; node < table->nr_nodes; node++)
		json_object_array_add(array,
				      json_object_get(cell_at(table, row, field + node)->json));
	return array;
}

/**
 * numalens_table_json() - a table for programs
 * @table: table
 *
 * Return: an array with one object a row.
 */
struct json_object *numalens_table_json(const struct numalens_table *table)
{
	struct json_object *rows = json_object_new_array(), *object;
	size_t row, column;

	for (row = 0; row < table->nr_rows; row++) {
		object = json_object_new_object();
		for (column = 0; column < table->nr_columns; column++)
			if (table->columns[column].key)
				json_object_object_add(object, table->columns[column].key,
						       cell_json(table, row, column));
		json_object_array_add(rows, object);
	}
	return rows;
}
