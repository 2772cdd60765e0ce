/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_CELLS_H
#define _NUMALENS_CELLS_H

#include <linux/types.h>

struct numalens_draft;
struct numalens_process;
struct task_struct;

int numalens_cells_of_vmas(struct numalens_draft *draft, struct numalens_process *process);
int numalens_cells_of_thread(struct numalens_draft *draft, struct task_struct *task, u32 index);
void numalens_cells_of_process(struct numalens_draft *draft, struct numalens_process *process);

#endif
