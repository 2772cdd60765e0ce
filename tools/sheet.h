/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SHEET_H
#define NUMALENS_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "column.h"
#include "output.h"

struct numalens_frame;
struct numalens_sheet;

/* No row has the cursor. */
#define NUMALENS_SHEET_NONE	((size_t)-1)

/**
 * struct numalens_sheet_part - what is shown of a sheet
 * @width: columns there are, 0 for as many as it takes
 * @node: index of the first node; it becomes less where there are columns to spare
 * @nr_nodes: gets how many nodes are shown
 * @chosen: row with the cursor, or NUMALENS_SHEET_NONE
 */
struct numalens_sheet_part {
	unsigned int width;
	size_t node;
	size_t nr_nodes;
	size_t chosen;
};

struct numalens_sheet *numalens_sheet_alloc(const struct numalens_column *columns,
					    size_t nr_columns, const uint32_t *nids,
					    size_t nr_nodes);
void numalens_sheet_free(struct numalens_sheet *sheet);
void numalens_sheet_row(struct numalens_sheet *sheet, enum numalens_tone tone);
void numalens_sheet_set(struct numalens_sheet *sheet, size_t column, size_t node, char *text);
void numalens_sheet_put(const struct numalens_sheet *sheet, struct numalens_frame *frame,
			struct numalens_sheet_part *part);

#endif /* NUMALENS_SHEET_H */
