/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_TEXT_H
#define NUMALENS_TOP_TEXT_H

#include "sheet.h"
#include "top_view.h"

struct numalens_frame;
struct numalens_top;
struct numalens_top_process;

char *numalens_top_text_rate(double rate);
char *numalens_top_text_title(const struct numalens_top *top);
char *numalens_top_text_process(const struct numalens_top_process *process, unsigned int width);
char *numalens_top_text_legend(const struct numalens_top_view *view,
			       const struct numalens_top_process *process);
char *numalens_top_text_message(const struct numalens_top *top,
				const struct numalens_top_view *view,
				const struct numalens_sheet_part *part, size_t nr_nodes);
const char *numalens_top_text_keys(enum numalens_top_pane pane);
void numalens_top_text_help(struct numalens_frame *frame);

#endif /* NUMALENS_TOP_TEXT_H */
