/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_KTHREAD_H
#define NUMALENS_KTHREAD_H

#include <stddef.h>
#include <stdint.h>

#include "task.h"

struct numalens_irqs;
struct numalens_pcis;

/* Of no device, where an index of one is expected */
#define NUMALENS_KTHREAD_NO_DEVICE	SIZE_MAX

/**
 * struct numalens_kthread - a kernel thread whose name says whom it works for
 * @task: the thread
 * @device: a chosen device, or NUMALENS_KTHREAD_NO_DEVICE: the process
 */
struct numalens_kthread {
	struct numalens_task task;
	size_t device;
};

/**
 * struct numalens_kthreads - kernel threads
 * @threads: threads, by their ids
 * @nr: their count
 * @irqbalance: pid of an irqbalance(1) that runs, or 0
 */
struct numalens_kthreads {
	struct numalens_kthread *threads;
	size_t nr;
	unsigned int irqbalance;
};

int numalens_kthread_read(struct numalens_kthreads *kthreads, const struct numalens_pcis *pcis,
			  const struct numalens_irqs *irqs, unsigned int pid);
void numalens_kthread_free(struct numalens_kthreads *kthreads);

#endif /* NUMALENS_KTHREAD_H */
