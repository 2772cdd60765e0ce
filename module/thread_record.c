// SPDX-License-Identifier: GPL-2.0
/*
 * The records of the threads: where each runs and may run, its policy, what it did.
 */
#include "thread_record.h"

#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/topology.h>

#include "balancing.h"
#include "cells.h"
#include "process.h"
#include "scan.h"
#include "thread.h"

/* Strings that one thread may bring: a policy, and lists of CPUs and of nodes. */
#define THREAD_CHARS	(NUMALENS_POLICY_LEN + 2 * PATH_MAX)

/**
 * struct recorder - what thread after thread has in common, mostly
 * @scan: the scan
 * @cpus: CPUs that the thread before may run on
 * @cpus_string: their list
 * @nodes_string: the list of their nodes
 */
struct recorder {
	struct numalens_scan *scan;
	cpumask_var_t cpus;
	u32 cpus_string;
	u32 nodes_string;
};

/**
 * numalens_nodes_string - the nodes of CPUs, as a list
 * @scan: the scan, with room in its draft
 * @cpus: the CPUs
 *
 * Return: offset of the string.
 */
u32 numalens_nodes_string(struct numalens_scan *scan, const struct cpumask *cpus)
{
	nodemask_t nodes = NODE_MASK_NONE;
	int nid;

	for_each_online_node(nid)
		if (cpumask_intersects(cpumask_of_node(nid), cpus))
			node_set(nid, nodes);
	scnprintf(scan->buf, PATH_MAX, "%*pbl", nodemask_pr_args(&nodes));
	return numalens_draft_string(&scan->draft, scan->buf);
}

static void describe_cpus(struct recorder *recorder, struct numalens_thread *record,
			  const struct task_struct *task)
{
	struct numalens_scan *scan = recorder->scan;

	if (!recorder->cpus_string || !cpumask_equal(recorder->cpus, &task->cpus_mask)) {
		cpumask_copy(recorder->cpus, &task->cpus_mask);
		scnprintf(scan->buf, PATH_MAX, "%*pbl", cpumask_pr_args(recorder->cpus));
		recorder->cpus_string = numalens_draft_string(&scan->draft, scan->buf);
		recorder->nodes_string = numalens_nodes_string(scan, recorder->cpus);
	}
	record->allowed_cpus = recorder->cpus_string;
	record->allowed_nodes = recorder->nodes_string;
}

static u32 policy_string(struct numalens_scan *scan, struct task_struct *task)
{
	struct numalens_policy policy;

	numalens_policy_of_task(&policy, task);
	if (numalens_policy_equal(&policy, &scan->task_policy))
		return scan->task_policy_string;
	numalens_policy_print(&policy, scan->buf, NUMALENS_POLICY_LEN);
	return numalens_draft_string(&scan->draft, scan->buf);
}

static void describe_time(const struct numalens_draft *draft, struct numalens_thread *record,
			  struct task_struct *task)
{
	u64 *row = numalens_thread_array(&draft->header, record, NUMALENS_THREAD_TIME_NS);
	struct numalens_thread_state *thread;
	u32 i;

	rcu_read_lock();
	thread = numalens_thread_find(task);
	for (i = 0; thread && i < draft->header.nr_nodes; i++)
		row[i] = atomic64_read(&thread->time_ns[draft->nids[i]]);
	rcu_read_unlock();
}

static int add_record(struct recorder *recorder, const struct numalens_sampled *sampled)
{
	struct numalens_draft *draft = &recorder->scan->draft;
	struct task_struct *task = sampled->task;
	struct numalens_thread *record;

	if (numalens_draft_reserve(draft, 0, THREAD_CHARS))
		return -ENOMEM;
	record = numalens_draft_add_thread(draft);
	if (!record)
		return -ENOMEM;
	record->tid = sampled->tid;
	record->cpu = task_cpu(task);
	record->nid = numalens_thread_cpu_nid(record->cpu);
	get_task_comm(record->comm, task);
	record->policy = policy_string(recorder->scan, task);
	describe_cpus(recorder, record, task);
	describe_time(draft, record, task);
	numalens_balancing_of_thread(draft, record, task);
	return numalens_cells_of_thread(draft, task, draft->header.nr_threads - 1);
}

/**
 * numalens_thread_records - add the records of the threads, and what they did
 * @scan: the scan, with its sample taken
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int numalens_thread_records(struct numalens_scan *scan)
{
	struct recorder recorder = { .scan = scan };
	unsigned int i;
	int ret = 0;

	if (!zalloc_cpumask_var(&recorder.cpus, GFP_KERNEL))
		return -ENOMEM;
	for (i = 0; !ret && i < scan->sample.nr_tasks; i++) {
		ret = add_record(&recorder, &scan->sample.tasks[i]);
		cond_resched();
	}
	free_cpumask_var(recorder.cpus);
	return ret;
}
