/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_FOLLOW_H
#define _NUMALENS_FOLLOW_H

#include <linux/types.h>

struct numalens_process;
struct pid;
struct task_struct;

void numalens_follow_forked(struct numalens_process *parent, struct task_struct *child);
bool numalens_follow_has(const struct pid *pid);
void numalens_follow_flush(void);

#endif
