// SPDX-License-Identifier: GPL-2.0
/*
 * Matrices for people: one below the other, with the same nodes above all.
 */
#include "grid.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

#include "alloc.h"
#include "event.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"

/* A machine of more nodes has its empty columns left out. */
#define FEW_NODES	4

enum {
	COL_LABEL,
	COL_NODES,
	COL_TOTAL,
	COL_EXTRA,
	NR_COLUMNS,
};

struct row {
	char *label;
	char *extra;
	uint64_t *counts;
	uint64_t sum;
};

struct numalens_grid {
	struct numalens_grid_head head;
	const struct numalens_snapshot *snapshot;
	size_t nr_nodes;
	struct row *rows;
	size_t nr_rows;
};

/**
 * numalens_grid_alloc() - start to print matrices
 * @head: what stands above them
 * @snapshot: whose nodes they have
 *
 * Return: nothing below the head yet.
 */
struct numalens_grid *numalens_grid_alloc(const struct numalens_grid_head *head,
					  const struct numalens_snapshot *snapshot)
{
	struct numalens_grid *grid = numalens_alloc(1, sizeof(*grid));

	grid->head = *head;
	grid->snapshot = snapshot;
	grid->nr_nodes = snapshot->header.nr_nodes;
	return grid;
}

static void row_add(struct numalens_grid *grid, const char *label,
		    const struct numalens_matrix *matrix, size_t at, char *extra)
{
	struct row *row;
	size_t column;

	grid->rows = numalens_realloc(grid->rows, grid->nr_rows + 1, sizeof(*grid->rows));
	row = &grid->rows[grid->nr_rows++];
	row->label = numalens_strf("%-*s node %" PRIu32, (int)grid->head.width, label,
				   numalens_snapshot_nid(grid->snapshot, at));
	row->extra = extra;
	row->sum = numalens_matrix_row(matrix, at);
	row->counts = numalens_alloc(grid->nr_nodes, sizeof(*row->counts));
	for (column = 0; column < grid->nr_nodes; column++)
		row->counts[column] = numalens_matrix_get(matrix, at, column);
}

/**
 * numalens_grid_add() - add the rows of a matrix in which anything was counted
 * @grid: matrices
 * @label: what the matrix is
 * @matrix: the matrix; its first row is there where no other is, if there is an @extra
 * @extra: stands behind the first row, or NULL
 */
void numalens_grid_add(struct numalens_grid *grid, const char *label,
		       const struct numalens_matrix *matrix, const char *extra)
{
	bool forced = extra && !numalens_matrix_sum(matrix), first = true;
	size_t at;

	for (at = 0; at < matrix->nr; at++) {
		if (!numalens_matrix_row(matrix, at) && !(forced && first))
			continue;
		row_add(grid, first ? label : "", matrix, at,
			numalens_strdup(first && extra ? extra : ""));
		first = false;
	}
}

/**
 * numalens_grid_add_remote() - add a matrix, and how much of each row is remote
 * @grid: matrices
 * @label: what the matrix is
 * @matrix: the matrix; rows in which nothing was counted are left out
 */
void numalens_grid_add_remote(struct numalens_grid *grid, const char *label,
			      const struct numalens_matrix *matrix)
{
	size_t at, first = grid->nr_rows;
	uint64_t sum, local;

	for (at = 0; at < matrix->nr; at++) {
		sum = numalens_matrix_row(matrix, at);
		if (!sum)
			continue;
		local = numalens_matrix_get(matrix, at, at);
		row_add(grid, grid->nr_rows == first ? label : "", matrix, at,
			numalens_output_bp(numalens_event_bp(sum - local, sum)));
	}
}

/**
 * numalens_grid_rows() - is there anything to print?
 * @grid: matrices
 *
 * Return: rows added so far.
 */
size_t numalens_grid_rows(const struct numalens_grid *grid)
{
	return grid->nr_rows;
}

/* The columns that are printed, by index of the node; returns their count. */
static size_t columns_choose(const struct numalens_grid *grid, size_t *chosen)
{
	size_t column, row, nr = 0;

	for (column = 0; column < grid->nr_nodes; column++) {
		bool used = grid->nr_nodes <= FEW_NODES;

		for (row = 0; row < grid->nr_rows && !used; row++)
			used = grid->rows[row].counts[column];
		chosen[nr] = column;
		nr += used;
	}
	return nr;
}

static void rows_print(const struct numalens_grid *grid, const struct numalens_column *columns,
		       const size_t *chosen, size_t nr)
{
	uint32_t *nids = numalens_alloc(nr, sizeof(*nids));
	struct numalens_table *table;
	size_t i, column;

	for (column = 0; column < nr; column++)
		nids[column] = numalens_snapshot_nid(grid->snapshot, chosen[column]);
	table = numalens_table_alloc(columns, NR_COLUMNS, nids, nr);
	numalens_table_page_size_set(table, grid->snapshot->header.page_size);
	for (i = 0; i < grid->nr_rows; i++) {
		const struct row *row = &grid->rows[i];

		numalens_table_row_add(table);
		numalens_table_text_set(table, COL_LABEL, row->label);
		for (column = 0; column < nr; column++)
			numalens_table_set(table, COL_NODES, column, grid->head.type,
					   row->counts[chosen[column]]);
		numalens_table_set(table, COL_TOTAL, 0, grid->head.type, row->sum);
		numalens_table_text_set(table, COL_EXTRA, row->extra);
	}
	numalens_table_print_blocks(table);
	numalens_table_free(table);
	free(nids);
}

/**
 * numalens_grid_print() - print matrices, and end them
 * @grid: matrices; nothing is printed if they have no row
 */
void numalens_grid_print(struct numalens_grid *grid)
{
	char *corner = numalens_strf("%-*s %s", (int)grid->head.width, grid->head.unit,
				     grid->head.row);
	const struct numalens_column columns[NR_COLUMNS] = {
		[COL_LABEL]	= { corner, NULL, 0 },
		[COL_NODES]	= { "node ", NULL, NUMALENS_COLUMN_NODES },
		[COL_TOTAL]	= { "total", NULL, NUMALENS_COLUMN_RIGHT },
		[COL_EXTRA]	= { grid->head.extra, NULL, NUMALENS_COLUMN_RIGHT },
	};
	size_t *chosen = numalens_alloc(grid->nr_nodes, sizeof(*chosen)), i;

	if (grid->nr_rows)
		rows_print(grid, columns, chosen, columns_choose(grid, chosen));
	for (i = 0; i < grid->nr_rows; i++) {
		free(grid->rows[i].label);
		free(grid->rows[i].extra);
		free(grid->rows[i].counts);
	}
	free(chosen);
	free(corner);
	free(grid->rows);
	free(grid);
}

/**
 * numalens_grid_line() - a matrix on a line
 * @matrix: the matrix
 * @snapshot: whose nodes it has
 * @type: what the numbers are
 *
 * Return: "0->1 720.0, 1->1 0.5", what is zero left out; free() it.
 */
char *numalens_grid_line(const struct numalens_matrix *matrix,
			 const struct numalens_snapshot *snapshot, enum numalens_value type)
{
	char *text = numalens_strdup(""), *count;
	size_t i;

	for (i = 0; i < matrix->nr * matrix->nr; i++) {
		if (!matrix->counts[i])
			continue;
		count = type == NUMALENS_VALUE_PAGES ?
			numalens_output_pages(matrix->counts[i], snapshot->header.page_size) :
			numalens_strf("%" PRIu64, matrix->counts[i]);
		numalens_append(&text, "%s%" PRIu32 "->%" PRIu32 " %s", *text ? ", " : "",
				numalens_snapshot_nid(snapshot, i / matrix->nr),
				numalens_snapshot_nid(snapshot, i % matrix->nr), count);
		free(count);
	}
	return text;
}
