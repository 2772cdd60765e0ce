/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_TASK_MOVE_H
#define _NUMALENS_TASK_MOVE_H

#include "uapi/numalens.h"

struct numalens_thread_state;
struct task_struct;

void numalens_task_move_announced(struct task_struct *task, int dest_cpu,
				  enum numalens_event event);
void numalens_task_moved(struct numalens_thread_state *thread, struct task_struct *task,
			 int dest_cpu);

#endif
