// SPDX-License-Identifier: GPL-2.0
/*
 * Hinting faults: what NUMA balancing learns of accesses, by sampling them.
 *
 * Two functions of the kernel tell of one, in the thread that takes it: the first
 * knows the page, where it still is, and the VMA; the second knows what came of it
 * (kernel/sched/fair.c, task_numa_fault()).
 */
#include "hint_fault.h"

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/numa_balancing.h>
#include <linux/topology.h>

#include "count.h"
#include "mm_table.h"
#include "trace.h"

/**
 * numalens_hint_fault_begin - a hinting fault has found its page
 * @page: the page, before it is moved
 * @vma: where
 * @addr: where
 *
 * Context: preemption disabled, the page-table lock may be held.
 */
void numalens_hint_fault_begin(struct page *page, struct vm_area_struct *vma, unsigned long addr)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	struct numalens_thread_state *thread;

	if (likely(!process))
		return;
	thread = numalens_count_thread(process);
	if (!thread)
		return;
	thread->stash.hint_addr = addr;
	thread->stash.hint_vma_start = vma->vm_start;
	thread->stash.hint_cpu_nid = numa_node_id();
	thread->stash.hint_nid = page_to_nid(page);
}

static noinline void count_slow(struct numalens_thread_state *thread, int mem_nid, int nr_pages,
				int flags)
{
	const struct numalens_thread_stash *hint = &thread->stash;
	unsigned long vma_start = hint->hint_vma_start;
	struct numalens_process *process = thread->process;
	int row = hint->hint_cpu_nid, column = hint->hint_nid;

	numalens_count_vma(process, thread, vma_start, NUMALENS_HINT_FAULTS, row, column, 1);
	if (flags & TNF_SHARED)
		numalens_count_vma(process, thread, vma_start, NUMALENS_HINT_SHARED, row, column,
				   1);
	if (flags & TNF_MIGRATED)
		numalens_count_vma(process, thread, vma_start, NUMALENS_HINT_MIGRATED, row,
				   column, nr_pages);
	if (flags & TNF_MIGRATE_FAIL) {
		numalens_count_vma(process, thread, vma_start, NUMALENS_HINT_FAILED, row,
				   column, nr_pages);
		numalens_count(process, NULL, NUMALENS_FAILED_NUMA_MISPLACED, column, column,
			       nr_pages);
		trace_migrate_failed(process->nr, nr_pages, NUMALENS_MIGRATE_NUMA_MISPLACED);
	}
	trace_hint_fault(process->nr, hint->hint_addr, vma_start, nr_pages, row, column, mem_nid,
			 flags);
}

/**
 * numalens_hint_fault_end - a hinting fault is over
 * @mem_nid: node of the page now
 * @nr_pages: its base pages
 * @flags: TNF_*
 *
 * One that began before the hooks were armed is left out.
 *
 * Context: preemption disabled.
 */
void numalens_hint_fault_end(int mem_nid, int nr_pages, int flags)
{
	struct numalens_thread_state *thread = numalens_thread_find(current);
	struct numalens_thread_stash *hint;

	if (likely(!thread))
		return;
	hint = &thread->stash;
	if (!hint->hint_addr)
		return;
	if (flags & (TNF_SHARED | TNF_MIGRATED | TNF_MIGRATE_FAIL) || trace_hint_fault_enabled() ||
	    !numalens_count_fast(thread, hint->hint_vma_start, NUMALENS_HINT_FAULTS,
				 hint->hint_cpu_nid, hint->hint_nid, 1))
		count_slow(thread, mem_nid, nr_pages, flags);
	hint->hint_addr = 0;
}
