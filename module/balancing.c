// SPDX-License-Identifier: GPL-2.0
/*
 * What NUMA balancing knows of a process: copied from its tasks, which the caller
 * has references to.
 */
#include "balancing.h"

#include <linux/mm_types.h>
#include <linux/nodemask.h>
#include <linux/sched.h>

#include "draft.h"

#ifdef CONFIG_NUMA_BALANCING

/*
 * task_struct.numa_faults begins with the faults on memory of each node, shared
 * and private ones in turn (kernel/sched/fair.c, task_faults_idx()).
 */
#define NR_FAULT_TYPES	2

static u32 preferred_nid(const struct task_struct *task)
{
	int nid = READ_ONCE(task->numa_preferred_nid);

	return nid < 0 ? NUMALENS_NO_NODE : nid;
}

/**
 * numalens_balancing_of_leader - fill in the header
 * @draft: of the snapshot
 * @leader: the thread group leader
 * @mm: the process's address space
 */
void numalens_balancing_of_leader(struct numalens_draft *draft, struct task_struct *leader,
				  struct mm_struct *mm)
{
	draft->header.preferred_nid = preferred_nid(leader);
	draft->header.scan_period_ms = READ_ONCE(leader->numa_scan_period);
	draft->header.scan_seq = READ_ONCE(mm->numa_scan_seq);
}

/**
 * numalens_balancing_of_thread - fill in the record of a thread
 * @draft: of the snapshot
 * @record: the record
 * @task: the thread
 */
void numalens_balancing_of_thread(const struct numalens_draft *draft,
				  struct numalens_thread *record, struct task_struct *task)
{
	/* Made at the first fault, and freed with the last reference to the task. */
	const unsigned long *faults = READ_ONCE(task->numa_faults);
	u64 *row = numalens_thread_array(&draft->header, record, NUMALENS_THREAD_NUMA_FAULTS);
	u32 i;

	record->preferred_nid = preferred_nid(task);
	record->scan_period_ms = READ_ONCE(task->numa_scan_period);
	record->numa_pages_migrated = READ_ONCE(task->numa_pages_migrated);
	record->total_numa_faults = READ_ONCE(task->total_numa_faults);
	for (i = 0; faults && i < draft->header.nr_nodes; i++) {
		const unsigned long *of_node = faults + NR_FAULT_TYPES * draft->nids[i];

		row[i] = READ_ONCE(of_node[0]) + READ_ONCE(of_node[1]);
	}
}

#else

void numalens_balancing_of_leader(struct numalens_draft *draft, struct task_struct *leader,
				  struct mm_struct *mm)
{
}

void numalens_balancing_of_thread(const struct numalens_draft *draft,
				  struct numalens_thread *record, struct task_struct *task)
{
	record->preferred_nid = NUMALENS_NO_NODE;
}

#endif
