/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_DETAIL_H
#define NUMALENS_TOP_DETAIL_H

#include "sheet.h"

struct numalens_frame;
struct numalens_top_process;
struct numalens_top_view;

void numalens_top_detail_update(struct numalens_top_view *view,
				const struct numalens_top_process *process);
void numalens_top_detail_threads(struct numalens_top_view *view, struct numalens_frame *frame,
				 struct numalens_sheet_part *part);
void numalens_top_detail_vmas(struct numalens_top_view *view, struct numalens_frame *frame,
			      struct numalens_sheet_part *part);
size_t numalens_top_view_clamp(struct numalens_top_view *view, size_t nr_rows);

#endif /* NUMALENS_TOP_DETAIL_H */
