/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_BALANCING_H
#define _NUMALENS_BALANCING_H

#include <linux/types.h>

struct mm_struct;
struct numalens_draft;
struct numalens_thread;
struct task_struct;

void numalens_balancing_of_leader(struct numalens_draft *draft, struct task_struct *leader,
				  struct mm_struct *mm);
void numalens_balancing_of_thread(const struct numalens_draft *draft,
				  struct numalens_thread *record, struct task_struct *task);

#endif
