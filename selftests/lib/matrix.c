// SPDX-License-Identifier: GPL-2.0
#include "matrix.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "lens.h"
#include "text.h"

uint64_t matrix_sum(const struct matrix *matrix)
{
	uint64_t sum = 0;
	int i, j;

	for (i = 0; i < NODES_MAX; i++)
		for (j = 0; j < NODES_MAX; j++)
			sum += matrix->at[i][j];
	return sum;
}

uint64_t matrix_diagonal(const struct matrix *matrix)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < NODES_MAX; i++)
		sum += matrix->at[i][i];
	return sum;
}

void matrix_add(struct matrix *matrix, const struct matrix *more)
{
	int i, j;

	for (i = 0; i < NODES_MAX; i++)
		for (j = 0; j < NODES_MAX; j++)
			matrix->at[i][j] += more->at[i][j];
}

void matrix_sub(struct matrix *matrix, const struct matrix *less)
{
	int i, j;

	for (i = 0; i < NODES_MAX; i++)
		for (j = 0; j < NODES_MAX; j++)
			matrix->at[i][j] -= less->at[i][j];
}

int matrix_differ(const char *what, const struct matrix *got,
		  const struct matrix *want)
{
	int i, j, bad = 0;

	for (i = 0; i < NODES_MAX; i++)
		for (j = 0; j < NODES_MAX; j++) {
			if (got->at[i][j] == want->at[i][j])
				continue;
			note("%s: %d to %d is %" PRId64 ", should be %" PRId64,
			     what, i, j, (int64_t)got->at[i][j],
			     (int64_t)want->at[i][j]);
			bad++;
		}
	return bad;
}

int lens_matrix(pid_t pid, const char *name, struct matrix *matrix)
{
	uint64_t ids[NODES_MAX], row[NODES_MAX];
	int i, j, nr = lens_row(pid, "nodes", ids, NODES_MAX);
	char *text, *line;
	int ret = 0;

	memset(matrix, 0, sizeof(*matrix));
	if (nr <= 0)
		return nr ?: -EPROTO;
	text = text_read(lens_path(pid, name), NULL);
	if (!text)
		return -errno;
	line = text;
	for (i = 0; i < nr && !ret; i++) {
		if (row_parse(line, row, NODES_MAX) != nr) {
			ret = -EPROTO;
			break;
		}
		for (j = 0; j < nr; j++)
			matrix->at[ids[i]][ids[j]] = row[j];
		line = strchr(line, '\n');
		line = line ? line + 1 : text + strlen(text);
	}
	if (!ret && *line)
		ret = -EPROTO;
	free(text);
	return ret;
}
