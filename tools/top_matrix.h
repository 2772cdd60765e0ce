/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_MATRIX_H
#define NUMALENS_TOP_MATRIX_H

#include "sheet.h"

struct numalens_frame;
struct numalens_top_process;
struct numalens_top_view;

void numalens_top_matrix_draw(const struct numalens_top_process *process,
			      struct numalens_top_view *view, struct numalens_frame *frame,
			      struct numalens_sheet_part *part);

#endif /* NUMALENS_TOP_MATRIX_H */
