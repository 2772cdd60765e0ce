/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_COLUMN_H
#define NUMALENS_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value.h"

struct json_object;
struct numalens_table;

/* struct numalens_column.flags */
#define NUMALENS_COLUMN_RIGHT	(1U << 0)	/* set to the right: numbers */
#define NUMALENS_COLUMN_NODES	(1U << 1)	/* one value a node */
#define NUMALENS_COLUMN_CUT	(1U << 2)	/* may be cut from the left */
#define NUMALENS_COLUMN_FOLD	(1U << 3)	/* may go to a second line */
#define NUMALENS_COLUMN_SUM	(1U << 4)	/* not needed beside the nodes' columns */

/**
 * struct numalens_column - a column of a table
 * @name: head of the column, NULL if it is in JSON only
 * @key: name in JSON, NULL if it is not there
 * @flags: NUMALENS_COLUMN_*
 */
struct numalens_column {
	const char *name;
	const char *key;
	unsigned int flags;
};

/**
 * struct numalens_column_set - what the columns of a kind of table are
 * @columns: the columns
 * @nr: their count
 */
struct numalens_column_set {
	const struct numalens_column *columns;
	size_t nr;
};

struct numalens_table *numalens_table_alloc(const struct numalens_column *columns,
					    size_t nr_columns, const uint32_t *nids,
					    size_t nr_nodes);
void numalens_table_free(struct numalens_table *table);
size_t numalens_table_rows(const struct numalens_table *table);
void numalens_table_page_size_set(struct numalens_table *table, uint32_t page_size);
void numalens_table_row_add(struct numalens_table *table);
void numalens_table_text_set(struct numalens_table *table, size_t column, const char *text);
void numalens_table_dull_set(struct numalens_table *table, size_t column);
void numalens_table_set(struct numalens_table *table, size_t column, size_t node,
			enum numalens_value type, uint64_t value);
void numalens_table_print(const struct numalens_table *table);
void numalens_table_print_blocks(const struct numalens_table *table);
void numalens_table_csv(const struct numalens_table *table, const char *pid, bool heads);
char *numalens_column_pick(const struct numalens_column_set *set, const char *list);
void numalens_column_help(const struct numalens_column_set *set);
struct json_object *numalens_table_json(const struct numalens_table *table);

#endif /* NUMALENS_COLUMN_H */
