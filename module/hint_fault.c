// SPDX-License-Identifier: GPL-2.0
/*
 * Hinting faults: what NUMA balancing learns of accesses, by sampling them.
 *
 * Two functions of the kernel tell of one, in the thread that takes it: the first
 * knows the page, where it still is, and the VMA; the second knows what came of it
 * (kernel/sched/fair.c, task_numa_fault()). The fault is counted at the first, right
 * where the kernel counts it in /proc/vmstat. Of most there is no more to tell, and the
 * second hook goes by: see numalens_hint_fault_end().
 */
#include "hint_fault.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/numa_balancing.h>
#include <linux/topology.h>

#include "compat/hooked.h"
#include "count.h"
#include "migration.h"
#include "mm_table.h"
#include "trace.h"

/* What the next fault in the same VMA need not look up. */
static void remember(struct numalens_thread_state *thread)
{
	struct numalens_thread_stash *stash = &thread->stash;
	atomic64_t *matrix, *vma_matrix;

	/* No gen is negative. */
	stash->hint_gen = -1;
	/* Without memory the tally that is known is still the last one's, and may be gone. */
	if (!numalens_count_knows(thread, stash->hint_vma_start))
		return;
	matrix = thread->tally.matrix[NUMALENS_HINT_FAULTS];
	vma_matrix = stash->vma_tally->matrix[NUMALENS_HINT_FAULTS];
	if (!matrix || !vma_matrix)
		return;
	stash->hint_matrix = matrix;
	stash->hint_vma_matrix = vma_matrix;
	stash->hint_gen = stash->vma_gen;
}

static noinline void begin_slow(int nid, struct vm_area_struct *vma,
				unsigned long addr, struct numalens_thread_state *thread)
{
	struct numalens_thread_stash *stash = &thread->stash;
	int cpu_nid = numa_node_id();

	/* Another's memory, or events are off: its end is not for the last one's account. */
	if (numalens_mm_find(vma->vm_mm) != thread->process) {
		stash->hint_addr = 0;
		return;
	}
	stash->hint_addr = addr;
	stash->hint_vma_start = vma->vm_start;
	stash->hint_cell = numalens_matrix_cell(cpu_nid, nid);
	numalens_count_vma(thread->process, thread, vma->vm_start, NUMALENS_HINT_FAULTS,
			   cpu_nid, nid, 1);
	remember(thread);
}

/*
 * By what the last fault has left: this is on the path of every hinting fault. What is
 * checked is what numalens_count_fast() checks.
 */
static __always_inline void begin(struct page *page, struct vm_area_struct *vma,
				  unsigned long addr, struct numalens_thread_state *thread,
				  const struct task_struct *task)
{
	struct numalens_thread_stash *stash = &thread->stash;
	int nid = page_to_nid(page);
	unsigned int cell;

	if (unlikely(stash->hint_vma_start != vma->vm_start || task->mm != vma->vm_mm ||
		     stash->hint_gen != atomic_long_read(&thread->process->vma_gen))) {
		begin_slow(nid, vma, addr, thread);
		return;
	}
	cell = numalens_matrix_cell(numa_node_id(), nid);
	stash->hint_addr = addr;
	stash->hint_cell = cell;
	atomic64_inc(&stash->hint_matrix[cell]);
	atomic64_inc(&stash->hint_vma_matrix[cell]);
}

/**
 * numalens_hint_fault_begin - a hinting fault has found its page
 * @page: the page, before it is moved
 * @vma: where
 * @addr: where
 *
 * Context: a callback, the page-table lock may be held.
 */
void notrace numalens_hint_fault_begin(struct page *page, struct vm_area_struct *vma,
				       unsigned long addr)
{
	struct numalens_thread_state *thread = numalens_thread_find(current);

	if (unlikely(thread))
		begin(page, vma, addr, thread, current);
}

/**
 * numalens_hint_fault_begin_at - the same, for who has begun to look the thread up
 * @page: the page, before it is moved
 * @where: second argument of mpol_misplaced()
 * @addr: where
 * @first: first in the thread's bucket of numalens_thread_table, not NULL
 * @task: the thread that runs
 *
 * Context: a callback, the page-table lock may be held.
 */
void notrace numalens_hint_fault_begin_at(struct page *page, unsigned long where,
					  unsigned long addr, struct hlist_node *first,
					  struct task_struct *task)
{
	struct vm_area_struct *vma = numalens_misplaced_vma(where);
	struct numalens_thread_state *thread;

	thread = hlist_entry(first, struct numalens_thread_state, node);
	if (likely(thread->task == task))
		begin(page, vma, addr, thread, task);
	else
		numalens_hint_fault_begin(page, vma, addr);
}

/**
 * numalens_hint_fault_is_at - is the thread in a hinting fault at an address
 * @thread: the thread that runs
 * @addr: where, in its own address space
 *
 * Not whether it is in the same VMA: a stack may grow meanwhile.
 *
 * Return: true also if its last one was there, of which there was no more to tell.
 */
bool numalens_hint_fault_is_at(const struct numalens_thread_state *thread, unsigned long addr)
{
	return thread->stash.hint_addr == addr;
}

static void count(struct numalens_thread_state *thread, enum numalens_event event, int nr)
{
	unsigned int cell = thread->stash.hint_cell;

	numalens_count_vma(thread->process, thread, thread->stash.hint_vma_start, event,
			   cell / nr_node_ids, cell % nr_node_ids, nr);
}

static void count_failed(struct numalens_process *process, int nid, int nr_pages)
{
	numalens_count(process, NULL, NUMALENS_FAILED_NUMA_MISPLACED, nid, nid, nr_pages);
	trace_migrate_failed(process->nr, nr_pages, NUMALENS_MIGRATE_NUMA_MISPLACED);
}

/**
 * numalens_hint_fault_end - a hinting fault is over
 * @mem_nid: node of the page now
 * @nr_pages: its base pages
 * @flags: TNF_*
 *
 * One that began before the hooks were armed is left out. The hook itself asks for
 * NUMALENS_HINT_TELLS before it comes here, if it can.
 *
 * Context: a callback.
 */
void numalens_hint_fault_end(int mem_nid, int nr_pages, int flags)
{
	struct numalens_thread_state *thread;
	struct numalens_thread_stash *hint;
	unsigned int nid;

	if (!(flags & NUMALENS_HINT_TELLS) && !trace_hint_fault_enabled())
		return;
	thread = numalens_thread_find(current);
	if (likely(!thread))
		return;
	hint = &thread->stash;
	if (!hint->hint_addr || !READ_ONCE(thread->process->mm_entry))
		return;
	nid = hint->hint_cell % nr_node_ids;
	if (flags & TNF_SHARED)
		count(thread, NUMALENS_HINT_SHARED, 1);
	if (flags & TNF_MIGRATED) {
		count(thread, NUMALENS_HINT_MIGRATED, nr_pages);
		numalens_migration_by_fault(thread, nid, mem_nid, nr_pages);
	}
	if (flags & TNF_MIGRATE_FAIL) {
		count(thread, NUMALENS_HINT_FAILED, nr_pages);
		count_failed(thread->process, nid, nr_pages);
	}
	trace_hint_fault(thread->process->nr, hint->hint_addr, hint->hint_vma_start, nr_pages,
			 hint->hint_cell / nr_node_ids, nid, mem_nid, flags);
	hint->hint_addr = 0;
}
