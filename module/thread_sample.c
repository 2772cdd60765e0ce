// SPDX-License-Identifier: GPL-2.0
/*
 * The threads of a process, all at one moment, with references: they can be looked
 * at one by one afterwards, as long as that takes.
 */
#include "thread_sample.h"

#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "process.h"
#include "thread.h"

/* Threads that may come while room is made for those that there are. */
#define MORE_TASKS	16

/**
 * numalens_sample_init - make room for a sample
 * @sample: zeroed by the caller
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_sample_init(struct numalens_sample *sample)
{
	sample->time_ns = kcalloc(nr_node_ids, sizeof(*sample->time_ns), GFP_KERNEL);
	sample->threads = kcalloc(nr_node_ids, sizeof(*sample->threads), GFP_KERNEL);
	if (sample->time_ns && sample->threads &&
	    zalloc_cpumask_var(&sample->allowed, GFP_KERNEL))
		return 0;

	kfree(sample->threads);
	kfree(sample->time_ns);
	return -ENOMEM;
}

static void put_tasks(struct numalens_sample *sample)
{
	while (sample->nr_tasks)
		put_task_struct(sample->tasks[--sample->nr_tasks].task);
}

void numalens_sample_exit(struct numalens_sample *sample)
{
	put_tasks(sample);
	kvfree(sample->tasks);
	free_cpumask_var(sample->allowed);
	kfree(sample->threads);
	kfree(sample->time_ns);
}

static int make_room(struct numalens_sample *sample, unsigned int nr)
{
	put_tasks(sample);
	if (nr <= sample->max_tasks)
		return 0;
	kvfree(sample->tasks);
	sample->max_tasks = nr + nr / 8 + MORE_TASKS;
	sample->tasks = kvmalloc_array(sample->max_tasks, sizeof(*sample->tasks), GFP_KERNEL);
	if (!sample->tasks)
		sample->max_tasks = 0;
	return sample->tasks ? 0 : -ENOMEM;
}

static void credit(struct numalens_process *process, struct task_struct *task)
{
	struct numalens_thread_state *thread;

	thread = numalens_thread_find(task) ?: numalens_thread_adopt(process, task, 0);
	if (thread)
		numalens_thread_credit(thread, task);
}

/* Return: how many threads there are; all are in the sample if there was room for them. */
static unsigned int take(struct numalens_sample *sample, struct numalens_process *process)
{
	struct task_struct *leader, *task;
	unsigned int nr = 0;

	memset(sample->threads, 0, nr_node_ids * sizeof(*sample->threads));
	cpumask_clear(sample->allowed);

	rcu_read_lock();
	leader = pid_task(process->pid, PIDTYPE_TGID);
	if (leader)
		for_each_thread(leader, task) {
			credit(process, task);
			if (task->flags & PF_EXITING || nr++ >= sample->max_tasks)
				continue;
			sample->threads[numalens_thread_cpu_nid(task_cpu(task))]++;
			cpumask_or(sample->allowed, sample->allowed, &task->cpus_mask);
			sample->tasks[sample->nr_tasks].task = get_task_struct(task);
			sample->tasks[sample->nr_tasks++].tid = task_pid_nr(task);
		}
	rcu_read_unlock();

	return nr;
}

static int compare_tids(const void *a, const void *b)
{
	const struct numalens_sampled *x = a, *y = b;

	return x->tid < y->tid ? -1 : x->tid > y->tid;
}

/**
 * numalens_sample_take - bring CPU time up to date and look at the threads
 * @sample: filled in; an earlier one is dropped
 * @process: the process; of one that exited, only the time is known
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int numalens_sample_take(struct numalens_sample *sample, struct numalens_process *process)
{
	unsigned int nr = 0;
	int nid;

	do {
		if (make_room(sample, nr))
			return -ENOMEM;
		nr = take(sample, process);
	} while (nr > sample->max_tasks);
	sort(sample->tasks, sample->nr_tasks, sizeof(*sample->tasks), compare_tids, NULL);

	for (nid = 0; nid < nr_node_ids; nid++)
		sample->time_ns[nid] = atomic64_read(&process->time_ns[nid]);
	return 0;
}
