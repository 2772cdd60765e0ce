// SPDX-License-Identifier: GPL-2.0
/*
 * Tables: one description of the columns drives heads, widths, JSON, CSV, and what
 * may be asked for.
 */
#include "column.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column_table.h"
#include "csv.h"
#include "output.h"

/* A column without a name is for programs only, unless it is asked for. */
size_t numalens_table_fields(const struct numalens_table *table, size_t column)
{
	return table->columns[column].flags & NUMALENS_COLUMN_NODES ? table->nr_nodes : 1;
}

/* Which of a row's cells is that of a column, and of a node if it has one a node? */
size_t numalens_table_field(const struct numalens_table *table, size_t column, size_t node)
{
	size_t field = 0, i;

	for (i = 0; i < column; i++)
		field += numalens_table_fields(table, i);
	return field + node;
}

struct numalens_cell *numalens_table_cell(const struct numalens_table *table, size_t row,
					  size_t field)
{
	return &table->cells[row * table->nr_fields + field];
}

/**
 * numalens_table_alloc() - start a table
 * @columns: its columns; not copied
 * @nr_columns: their count
 * @nids: ids of the nodes, for columns of one value a node, or NULL if it is not printed
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
	if (nids) {
		table->nids = numalens_alloc(nr_nodes, sizeof(*nids));
		memcpy(table->nids, nids, nr_nodes * sizeof(*nids));
	}
	table->nr_nodes = nr_nodes;
	table->page_size = 4096;
	table->nr_fields = numalens_table_field(table, nr_columns, 0);
	numalens_table_order(table);
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
	free(table->order);
	free(table->nids);
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
 * numalens_table_rows() - how long a table is
 * @table: table
 *
 * Return: the number of its rows.
 */
size_t numalens_table_rows(const struct numalens_table *table)
{
	return table->nr_rows;
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

/* Of the last row. */
static struct numalens_cell *cell_of(const struct numalens_table *table, size_t column, size_t node)
{
	return numalens_table_cell(table, table->nr_rows - 1,
				   numalens_table_field(table, column, node));
}

/**
 * numalens_table_text_set() - fill in a text of the last row
 * @table: table
 * @column: which
 * @text: any bytes, or NULL if unknown
 */
void numalens_table_text_set(struct numalens_table *table, size_t column, const char *text)
{
	struct numalens_cell *cell = cell_of(table, column, 0);

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
	cell_of(table, column, 0)->dull = true;
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
	struct numalens_cell *cell = cell_of(table, column, node);

	cell->json = numalens_value_json(type, value);
	cell->dull = !value;
	cell->text = numalens_value_text(type, value, table->page_size);
}

static struct json_object *cell_json(const struct numalens_table *table, size_t row,
				     size_t column)
{
	size_t field = numalens_table_field(table, column, 0), node;
	struct json_object *array;

	if (!(table->columns[column].flags & NUMALENS_COLUMN_NODES))
		return json_object_get(numalens_table_cell(table, row, field)->json);
	array = json_object_new_array();
	for (node = 0; node < table->nr_nodes; node++)
		json_object_array_add(array,
				      json_object_get(numalens_table_cell(table, row, field + node)->json));
	return array;
}

/* What is made of other columns is for people only, unless it is asked for. To be freed. */
static char *key_of(const struct numalens_table *table, size_t column)
{
	const struct numalens_column *c = &table->columns[column];

	return c->key || table->picked ? numalens_column_name(c) : NULL;
}

/* Stands for the values of a column of which only the name matters. */
static struct json_object *head_json(const struct numalens_table *table, size_t column)
{
	return table->columns[column].flags & NUMALENS_COLUMN_NODES ? json_object_new_array() :
	       NULL;
}

static struct json_object *row_json(const struct numalens_table *table, size_t row,
				    struct json_object *object)
{
	size_t i;

	for (i = 0; i < table->nr_shown; i++) {
		char *key = key_of(table, table->order[i]);

		if (key)
			json_object_object_add(object, key, cell_json(table, row, table->order[i]));
		free(key);
	}
	return object;
}

/**
 * numalens_table_json() - a table for programs
 * @table: table
 *
 * Return: an array with one object a row.
 */
struct json_object *numalens_table_json(const struct numalens_table *table)
{
	struct json_object *rows = json_object_new_array();
	size_t row;

	for (row = 0; row < table->nr_rows; row++)
		json_object_array_add(rows, row_json(table, row, json_object_new_object()));
	return rows;
}

static struct json_object *csv_row(const char *pid)
{
	struct json_object *object = json_object_new_object();

	if (pid)
		json_object_object_add(object, "pid", json_object_new_string(pid));
	return object;
}

/**
 * numalens_table_csv() - print a table as CSV
 * @table: table
 * @pid: process that all of it is about, for a column of its own, or NULL
 * @heads: begin with a line of names
 */
void numalens_table_csv(const struct numalens_table *table, const char *pid, bool heads)
{
	size_t row, i;

	if (heads) {
		struct json_object *names = csv_row(pid);

		for (i = 0; i < table->nr_shown; i++) {
			char *key = key_of(table, table->order[i]);

			if (key)
				json_object_object_add(names, key,
						       head_json(table, table->order[i]));
			free(key);
		}
		numalens_csv_heads(names, table->nids, table->nr_nodes);
		json_object_put(names);
	}
	for (row = 0; row < table->nr_rows; row++) {
		struct json_object *object = row_json(table, row, csv_row(pid));

		numalens_csv_row(object, table->nr_nodes);
		json_object_put(object);
	}
}
