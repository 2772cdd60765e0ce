/* SPDX-License-Identifier: GPL-2.0 */
/* Matrices of counts, node by node, and what numalens' files say of them. */
#ifndef SELFTESTS_MATRIX_H
#define SELFTESTS_MATRIX_H

#include <stdint.h>
#include <sys/types.h>

#include "node.h"

/** struct matrix - counts by the ids of two nodes: row, column */
struct matrix {
	uint64_t at[NODES_MAX][NODES_MAX];
};

/** matrix_sum - of all counts */
uint64_t matrix_sum(const struct matrix *matrix);

/** matrix_diagonal - of the counts whose row is their column */
uint64_t matrix_diagonal(const struct matrix *matrix);

/** matrix_add - add @more, count by count */
void matrix_add(struct matrix *matrix, const struct matrix *more);

/** matrix_sub - take away @less, count by count; what falls below 0 wraps */
void matrix_sub(struct matrix *matrix, const struct matrix *less);

/** matrix_differ - how many counts differ, each with a note that names @what */
int matrix_differ(const char *what, const struct matrix *got,
		  const struct matrix *want);

/**
 * lens_matrix - read a file that holds one
 * @pid: a watched process; its `nodes` says which row and column is which
 * @name: of the file below its directory
 * @matrix: filled in
 *
 * Return: 0, or -errno; not as many lines and columns as nodes is -EPROTO.
 */
int lens_matrix(pid_t pid, const char *name, struct matrix *matrix);

#endif
