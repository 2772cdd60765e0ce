// SPDX-License-Identifier: GPL-2.0
/*
 * Events of a process, a VMA or a thread, by the two nodes that each has.
 */
#include "matrix.h"

#include <stdbool.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "event.h"

/**
 * numalens_matrix_init() - start a matrix
 * @matrix: gets zeros; numalens_matrix_free() it
 * @nr: nodes
 */
void numalens_matrix_init(struct numalens_matrix *matrix, size_t nr)
{
	matrix->nr = nr;
	matrix->counts = numalens_alloc(nr * nr, sizeof(*matrix->counts));
}

/**
 * numalens_matrix_free() - end a matrix
 * @matrix: matrix
 */
void numalens_matrix_free(struct numalens_matrix *matrix)
{
	free(matrix->counts);
	matrix->counts = NULL;
}

/* The first cell that is not before those of a scope and index. */
static size_t first_of(const struct numalens_snapshot *s, enum numalens_scope scope, size_t index)
{
	size_t low = 0, high = s->header.nr_cells;
	struct numalens_cell cell;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		numalens_snapshot_cell(s, middle, &cell);
		if (cell.scope < scope || (cell.scope == scope && cell.index < index))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The next cell of the scope, index and events; false if there is none. */
static bool next(const struct numalens_snapshot *s, enum numalens_scope scope, size_t index,
		 uint64_t events, size_t *at, struct numalens_cell *cell)
{
	for (; *at < s->header.nr_cells; ++*at) {
		numalens_snapshot_cell(s, *at, cell);
		if (cell->scope != scope || cell->index != index)
			return false;
		if (cell->event >= NUMALENS_NR_EVENTS || !(events & NUMALENS_EVENT(cell->event)))
			continue;
		++*at;
		return true;
	}
	return false;
}

/**
 * numalens_matrix_add() - add what was counted
 * @matrix: of as many nodes as the snapshot
 * @snapshot: snapshot
 * @scope: whose
 * @index: which of them
 * @events: NUMALENS_EVENT() of each that is to be counted
 */
void numalens_matrix_add(struct numalens_matrix *matrix, const struct numalens_snapshot *snapshot,
			 enum numalens_scope scope, size_t index, uint64_t events)
{
	size_t at = first_of(snapshot, scope, index);
	struct numalens_cell cell;

	while (next(snapshot, scope, index, events, &at, &cell))
		matrix->counts[cell.row * matrix->nr + cell.column] += cell.count;
}

/**
 * numalens_matrix_read() - start a matrix with what was counted
 * @matrix: gets it; numalens_matrix_free() it
 * @snapshot: snapshot
 * @scope: whose
 * @index: which of them
 * @events: NUMALENS_EVENT() of each that is to be counted
 */
void numalens_matrix_read(struct numalens_matrix *matrix, const struct numalens_snapshot *snapshot,
			  enum numalens_scope scope, size_t index, uint64_t events)
{
	numalens_matrix_init(matrix, snapshot->header.nr_nodes);
	numalens_matrix_add(matrix, snapshot, scope, index, events);
}

/**
 * numalens_matrix_get() - a count
 * @matrix: matrix
 * @row: index of a node
 * @column: index of a node
 *
 * Return: the count.
 */
uint64_t numalens_matrix_get(const struct numalens_matrix *matrix, size_t row, size_t column)
{
	return matrix->counts[row * matrix->nr + column];
}

/**
 * numalens_matrix_sum() - all counts together
 * @matrix: matrix
 *
 * Return: the sum.
 */
uint64_t numalens_matrix_sum(const struct numalens_matrix *matrix)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->nr * matrix->nr; i++)
		sum += matrix->counts[i];
	return sum;
}

/**
 * numalens_matrix_local() - counts of which both nodes are the same
 * @matrix: matrix
 *
 * Return: their sum; the rest is remote.
 */
uint64_t numalens_matrix_local(const struct numalens_matrix *matrix)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->nr; i++)
		sum += numalens_matrix_get(matrix, i, i);
	return sum;
}

/**
 * numalens_matrix_remote_bp() - share of what is remote
 * @matrix: matrix
 *
 * Return: the share in 1/100 of a percent, 0 if there is nothing.
 */
uint64_t numalens_matrix_remote_bp(const struct numalens_matrix *matrix)
{
	uint64_t sum = numalens_matrix_sum(matrix);

	return numalens_event_bp(sum - numalens_matrix_local(matrix), sum);
}

/**
 * numalens_matrix_row() - a row together
 * @matrix: matrix
 * @row: index of the node
 *
 * Return: the sum.
 */
uint64_t numalens_matrix_row(const struct numalens_matrix *matrix, size_t row)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->nr; i++)
		sum += numalens_matrix_get(matrix, row, i);
	return sum;
}

/**
 * numalens_matrix_column() - a column together
 * @matrix: matrix
 * @column: index of the node
 *
 * Return: the sum.
 */
uint64_t numalens_matrix_column(const struct numalens_matrix *matrix, size_t column)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < matrix->nr; i++)
		sum += numalens_matrix_get(matrix, i, column);
	return sum;
}

/**
 * numalens_matrix_sum_of() - what was counted, whatever the nodes
 * @snapshot: snapshot
 * @scope: whose
 * @index: which of them
 * @events: NUMALENS_EVENT() of each that is to be counted
 *
 * Return: the sum.
 */
uint64_t numalens_matrix_sum_of(const struct numalens_snapshot *snapshot,
				enum numalens_scope scope, size_t index, uint64_t events)
{
	size_t at = first_of(snapshot, scope, index);
	struct numalens_cell cell;
	uint64_t sum = 0;

	while (next(snapshot, scope, index, events, &at, &cell))
		sum += cell.count;
	return sum;
}

/**
 * numalens_matrix_json() - a matrix for programs
 * @matrix: matrix
 *
 * Return: an array of rows.
 */
struct json_object *numalens_matrix_json(const struct numalens_matrix *matrix)
{
	struct json_object *rows = json_object_new_array(), *columns;
	size_t row, column;

	for (row = 0; row < matrix->nr; row++) {
		columns = json_object_new_array();
		for (column = 0; column < matrix->nr; column++)
			json_object_array_add(columns, json_object_new_uint64(
					      numalens_matrix_get(matrix, row, column)));
		json_object_array_add(rows, columns);
	}
	return rows;
}
