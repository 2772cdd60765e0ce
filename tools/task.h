/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TASK_H
#define NUMALENS_TASK_H

#include <stdbool.h>

struct numalens_dir;

/**
 * struct numalens_task - a thread as /proc tells of it
 * @tid: its id
 * @comm: its name; of a kernel thread uncut
 * @allowed: CPUs that it may run on, a list
 * @cpu: the one that it ran on last
 * @is_kernel: it is a kernel thread
 * @is_fixed: the kernel lets nobody change @allowed
 */
struct numalens_task {
	unsigned int tid;
	char *comm;
	char *allowed;
	unsigned int cpu;
	bool is_kernel;
	bool is_fixed;
};

int numalens_task_read(struct numalens_task *task, const struct numalens_dir *dir);
void numalens_task_free(struct numalens_task *task);

#endif /* NUMALENS_TASK_H */
