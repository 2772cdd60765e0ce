/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_MATRIX_H
#define NUMALENS_MATRIX_H

#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"

struct json_object;

/**
 * struct numalens_matrix - events by two nodes
 * @nr: nodes
 * @counts: [row][column], by index of the node
 */
struct numalens_matrix {
	size_t nr;
	uint64_t *counts;
};

void numalens_matrix_init(struct numalens_matrix *matrix, size_t nr);
void numalens_matrix_free(struct numalens_matrix *matrix);
void numalens_matrix_add(struct numalens_matrix *matrix, const struct numalens_snapshot *snapshot,
			 enum numalens_scope scope, size_t index, uint64_t events);
void numalens_matrix_read(struct numalens_matrix *matrix, const struct numalens_snapshot *snapshot,
			  enum numalens_scope scope, size_t index, uint64_t events);
uint64_t numalens_matrix_get(const struct numalens_matrix *matrix, size_t row, size_t column);
uint64_t numalens_matrix_sum(const struct numalens_matrix *matrix);
uint64_t numalens_matrix_local(const struct numalens_matrix *matrix);
uint64_t numalens_matrix_remote_bp(const struct numalens_matrix *matrix);
uint64_t numalens_matrix_row(const struct numalens_matrix *matrix, size_t row);
uint64_t numalens_matrix_column(const struct numalens_matrix *matrix, size_t column);
uint64_t numalens_matrix_sum_of(const struct numalens_snapshot *snapshot,
				enum numalens_scope scope, size_t index, uint64_t events);
struct json_object *numalens_matrix_json(const struct numalens_matrix *matrix);

#endif /* NUMALENS_MATRIX_H */
