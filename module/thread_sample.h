/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_THREAD_SAMPLE_H
#define _NUMALENS_THREAD_SAMPLE_H

#include <linux/cpumask.h>
#include <linux/types.h>

struct numalens_process;
struct task_struct;

/**
 * struct numalens_sampled - one of the threads
 * @task: a reference
 * @tid: its id in the initial pid namespace then; an exec can change it
 */
struct numalens_sampled {
	struct task_struct *task;
	pid_t tid;
};

/**
 * struct numalens_sample - a process's threads at one moment
 * @time_ns: CPU time since the watch, by nid
 * @threads: threads whose last CPU is on the node, by nid
 * @allowed: CPUs that one of them may run on
 * @tasks: those that are not exiting, ascending by tid
 * @nr_tasks: how many
 * @max_tasks: how many there is room for
 */
struct numalens_sample {
	u64 *time_ns;
	unsigned int *threads;
	cpumask_var_t allowed;
	struct numalens_sampled *tasks;
	unsigned int nr_tasks;
	unsigned int max_tasks;
};

int numalens_sample_init(struct numalens_sample *sample);
void numalens_sample_exit(struct numalens_sample *sample);
int numalens_sample_take(struct numalens_sample *sample, struct numalens_process *process);

#endif
