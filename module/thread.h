/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_THREAD_H
#define _NUMALENS_THREAD_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "tally.h"

struct address_space;
struct folio;
struct numalens_process;
struct task_struct;

/**
 * struct numalens_thread_stash - what a thread's fault has told so far; used by it alone
 * @vma_start: VMA that a tally was last looked up for
 * @vma_gen: process's vma_gen at that time
 * @vma_tally: what was found; valid while both are the same
 * @copy_addr: address that a copy is being made for
 * @file_mapping: what a fault wants a page of that others share
 * @file_vma_start: VMA of that fault
 * @file_addr: its address
 * @hint_matrix: where the thread's hinting faults are counted
 * @hint_vma_matrix: where those of the next are; both valid while @hint_gen is
 * @hint_vma_start: VMA of its last hinting fault
 * @hint_gen: process's vma_gen when they were looked up
 * @hint_addr: address of that fault, 0 when it is over
 * @hint_cell: nodes that it ran on, and that the page was on before, by numalens_matrix_cell()
 */
struct numalens_thread_stash {
	unsigned long vma_start;
	long vma_gen;
	struct numalens_tally *vma_tally;
	unsigned long copy_addr;
	struct address_space *file_mapping;
	unsigned long file_vma_start;
	unsigned long file_addr;
	atomic64_t *hint_matrix;
	atomic64_t *hint_vma_matrix;
	unsigned long hint_vma_start;
	long hint_gen;
	unsigned long hint_addr;
	unsigned int hint_cell;
};

/**
 * struct numalens_thread_pending - a shared page that is on its way into its file
 *
 * Two threads may bring a page for the same place, and one of them finds that it
 * came too late. So it is counted when it was seen to be there.
 *
 * @folio: the page; NULL if there is none. It may be gone: only looked at, to see
 *	whether it still says that it belongs there
 * @mapping: the file
 * @index: the place
 * @event: what it is counted as
 * @cpu_nid: node of the CPU
 * @nid: node of the page
 * @nr: base pages
 * @vma_start: VMA of the fault, or 0
 * @addr: its address, or 0
 */
struct numalens_thread_pending {
	struct folio *folio;
	struct address_space *mapping;
	pgoff_t index;
	enum numalens_event event;
	int cpu_nid;
	int nid;
	long nr;
	unsigned long vma_start;
	unsigned long addr;
};

/**
 * struct numalens_thread_state - what is known of one thread of a watched process
 * @node: in the table of all threads, by @task
 * @task: identity only: no reference; the record goes before the task does
 * @process: whose it is
 * @sibling: in the process's threads, under its threads_lock
 * @credited_ns: runtime that was credited to a node
 * @rcu: to free it
 * @tally: events that it caused: first touches, hinting faults, its moves
 * @stash: of the fault that it is in
 * @pending_lock: protects @pending
 * @pending: a shared page that is counted when it has arrived
 * @numa_cpu: CPU that NUMA balancing is about to move it to, or -1
 * @numa_event: how, enum numalens_event
 * @time_ns: CPU time since the watch, by nid
 */
struct numalens_thread_state {
	struct hlist_node node;
	struct task_struct *task;
	struct numalens_process *process;
	struct list_head sibling;
	atomic64_t credited_ns;
	struct rcu_head rcu;
	struct numalens_tally tally;
	struct numalens_thread_stash stash;
	raw_spinlock_t pending_lock;
	struct numalens_thread_pending pending;
	int numa_cpu;
	enum numalens_event numa_event;
	atomic64_t time_ns[];
};

#define NUMALENS_THREAD_BITS	12

extern struct hlist_head numalens_thread_table[1 << NUMALENS_THREAD_BITS];

/**
 * numalens_thread_find - the record of a thread
 * @task: the thread
 *
 * Context: RCU, or preemption disabled.
 * Return: the record, or NULL if it is of no watched process.
 */
static __always_inline struct numalens_thread_state *numalens_thread_find(struct task_struct *task)
{
	struct numalens_thread_state *thread;

	hlist_for_each_entry_rcu_notrace(thread,
					 &numalens_thread_table[hash_ptr(task,
									 NUMALENS_THREAD_BITS)],
					 node)
		if (thread->task == task)
			return thread;
	return NULL;
}

int numalens_threads_adopt(struct numalens_process *process);
void numalens_threads_settle(struct numalens_process *process);
void numalens_threads_clear(struct numalens_process *process);
void numalens_threads_abandon(struct numalens_process *process);
int numalens_thread_cpu_nid(unsigned int cpu);
void numalens_thread_credit(struct numalens_thread_state *thread, struct task_struct *task);
struct numalens_thread_state *numalens_thread_adopt(struct numalens_process *process,
						    struct task_struct *task, u64 credited_ns);

void numalens_thread_forked(struct task_struct *parent, struct task_struct *child);
void numalens_thread_moved(struct task_struct *task, int dest_cpu);
void numalens_thread_execed(struct task_struct *task);
void numalens_thread_freed(struct task_struct *task);

#endif
