/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_GRID_H
#define NUMALENS_GRID_H

#include <stddef.h>

#include "column.h"

struct numalens_grid;
struct numalens_matrix;
struct numalens_snapshot;

/**
 * struct numalens_grid_head - what stands above matrices
 * @unit: what is counted
 * @row: what a row is: "CPU", "from"
 * @width: columns of the longest label
 * @extra: head of a column behind the sums, NULL if there is none
 * @type: what the numbers are
 */
struct numalens_grid_head {
	const char *unit;
	const char *row;
	unsigned int width;
	const char *extra;
	enum numalens_value type;
};

struct numalens_grid *numalens_grid_alloc(const struct numalens_grid_head *head,
					  const struct numalens_snapshot *snapshot);
void numalens_grid_add(struct numalens_grid *grid, const char *label,
		       const struct numalens_matrix *matrix, const char *extra);
void numalens_grid_add_remote(struct numalens_grid *grid, const char *label,
			      const struct numalens_matrix *matrix);
size_t numalens_grid_rows(const struct numalens_grid *grid);
void numalens_grid_print(struct numalens_grid *grid);
char *numalens_grid_line(const struct numalens_matrix *matrix,
			 const struct numalens_snapshot *snapshot, enum numalens_value type);

#endif /* NUMALENS_GRID_H */
