/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_THREAD_H
#define _NUMALENS_THREAD_H

#include <linux/cpumask.h>
#include <linux/types.h>

struct numalens_process;
struct task_struct;

/**
 * struct numalens_sample - a process's threads at one moment
 * @time_ns: CPU time since the watch, by nid
 * @threads: threads whose last CPU is on the node, by nid
 * @allowed: CPUs that one of them may run on
 */
struct numalens_sample {
	u64 *time_ns;
	unsigned int *threads;
	cpumask_var_t allowed;
};

int numalens_sample_init(struct numalens_sample *sample);
void numalens_sample_exit(struct numalens_sample *sample);

int numalens_threads_adopt(struct numalens_process *process);
void numalens_threads_sample(struct numalens_process *process, struct numalens_sample *sample);
void numalens_threads_abandon(struct numalens_process *process);

void numalens_thread_forked(struct task_struct *parent, struct task_struct *child);
void numalens_thread_moved(struct task_struct *task);
void numalens_thread_freed(struct task_struct *task);

int numalens_thread_init(void);
void numalens_thread_exit(void);

#endif
