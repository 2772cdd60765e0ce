/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a table is made of: for column*.c only.
 */
#ifndef NUMALENS_COLUMN_TABLE_H
#define NUMALENS_COLUMN_TABLE_H

#include "column.h"

/**
 * struct numalens_cell - a value of a table
 * @text: as it is printed, NULL if it is unknown
 * @json: for programs
 * @dull: not worth a line of its own
 */
struct numalens_cell {
	char *text;
	struct json_object *json;
	bool dull;
};

/**
 * struct numalens_table - rows of cells
 * @columns: its columns
 * @nr_columns: their count
 * @order: indices of those that are shown, in order
 * @nr_shown: their count
 * @picked: they were asked for
 * @nids: ids of the nodes, or NULL
 * @nr_nodes: their count
 * @page_size: bytes of a base page
 * @nr_fields: cells of a row: of a column per node there are as many as nodes
 * @nr_rows: rows
 * @room: rows that there is room for
 * @cells: [room][nr_fields]
 */
struct numalens_table {
	const struct numalens_column *columns;
	size_t nr_columns;
	size_t *order;
	size_t nr_shown;
	bool picked;
	uint32_t *nids;
	size_t nr_nodes;
	uint32_t page_size;
	size_t nr_fields;
	size_t nr_rows;
	size_t room;
	struct numalens_cell *cells;
};

size_t numalens_table_fields(const struct numalens_table *table, size_t column);
size_t numalens_table_field(const struct numalens_table *table, size_t column, size_t node);
struct numalens_cell *numalens_table_cell(const struct numalens_table *table, size_t row,
					  size_t field);
char *numalens_column_name(const struct numalens_column *column);
void numalens_table_order(struct numalens_table *table);

#endif /* NUMALENS_COLUMN_TABLE_H */
