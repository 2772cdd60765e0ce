// SPDX-License-Identifier: GPL-2.0
/*
 * Events by VMA.
 *
 * A VMA is known by the address that it began at when the first event came. It
 * keeps its counts when it grows, is merged into a neighbour or is moved as a whole;
 * where it is split, or a part of it goes, they stay with the part that has that
 * address. When that is unmapped they are forgotten here: the process has them
 * still, and what it has more than its VMAs is shown as such. So what is mapped at
 * the same place later begins at zero.
 */
#include "vma_tally.h"

#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "callback.h"
#include "mm_table.h"
#include "process.h"

/* As many as vm.max_map_count lets a process have at the usual setting, and then some. */
#define MAX_VMA_TALLIES	(128 * 1024)

static void tally_free(struct rcu_head *rcu)
{
	struct numalens_vma_tally *tally = container_of(rcu, struct numalens_vma_tally, rcu);

	numalens_tally_exit(&tally->tally);
	kfree(tally);
}

static void take_out(struct numalens_process *process, unsigned long index)
{
	struct numalens_vma_tally *tally = xa_erase(&process->vma_tallies, index);

	if (!tally)
		return;
	/* Before the grace period: who finds it in a stash afterwards looks here. */
	atomic_long_inc(&process->vma_gen);
	atomic_dec(&process->nr_vma_tallies);
	call_rcu(&tally->rcu, tally_free);
}

/**
 * numalens_vma_tally_find - the tally of a VMA
 * @process: whose
 * @start: its first address
 *
 * Context: RCU; any.
 * Return: the tally, or NULL if there is none.
 */
struct numalens_vma_tally *numalens_vma_tally_find(struct numalens_process *process,
						   unsigned long start)
{
	return xa_load(&process->vma_tallies, start >> PAGE_SHIFT);
}

/**
 * numalens_vma_tally_get - the tally of a VMA, a new one if there is none
 * @process: whose
 * @start: its first address
 *
 * Context: RCU; does not wait for memory. Not in interrupts.
 * Return: the tally; NULL without memory, or if there are too many.
 */
struct numalens_vma_tally *numalens_vma_tally_get(struct numalens_process *process,
						  unsigned long start)
{
	unsigned long index = start >> PAGE_SHIFT;
	struct numalens_vma_tally *tally = numalens_vma_tally_find(process, start), *old;

	if (tally || atomic_read(&process->nr_vma_tallies) >= MAX_VMA_TALLIES ||
	    !numalens_may_lock())
		return tally;
	tally = kzalloc(sizeof(*tally), GFP_NOWAIT | __GFP_NOWARN);
	if (!tally)
		return NULL;
	tally->start = start;
	old = xa_cmpxchg(&process->vma_tallies, index, NULL, tally, GFP_NOWAIT | __GFP_NOWARN);
	if (old) {
		kfree(tally);
		return xa_is_err(old) ? NULL : old;
	}
	atomic_inc(&process->nr_vma_tallies);
	return tally;
}

static void forget(struct numalens_process *process, unsigned long start, unsigned long end)
{
	struct numalens_vma_tally *tally;
	unsigned long index;

	xa_for_each_range(&process->vma_tallies, index, tally, start >> PAGE_SHIFT,
			  (end - 1) >> PAGE_SHIFT)
		take_out(process, index);
}

/**
 * numalens_vma_unmapped - VMAs go
 * @vma: the first of them
 * @start: first address
 * @end: first address behind the last
 *
 * Where the whole address space goes, its last account stays.
 *
 * Context: a callback in process context, mmap_lock held for write.
 */
void numalens_vma_unmapped(struct vm_area_struct *vma, unsigned long start, unsigned long end)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);

	/* If it may not, what is mapped there next goes on where this ended. */
	if (process && numalens_may_lock() && atomic_read(&vma->vm_mm->mm_users))
		forget(process, start, end);
}

/**
 * numalens_vma_moved - a VMA, or a part of it, is copied to another address
 * @vma: where from
 * @to: first address of the copy
 * @pgoff: its offset, which tells whether it begins where @vma does
 *
 * Context: a callback in process context, mmap_lock held for write.
 */
void numalens_vma_moved(struct vm_area_struct *vma, unsigned long to, pgoff_t pgoff)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	struct numalens_vma_tally *tally, *new;

	if (!process || pgoff != vma->vm_pgoff)
		return;
	tally = numalens_vma_tally_find(process, vma->vm_start);
	if (!tally)
		return;
	new = numalens_vma_tally_get(process, to);
	if (!new || !numalens_may_lock() || numalens_tally_fill_like(&new->tally, &tally->tally))
		return;
	numalens_tally_fold(&tally->tally, &new->tally);
	take_out(process, vma->vm_start >> PAGE_SHIFT);
}

/**
 * numalens_vma_tally_next - go through the tallies
 * @process: whose
 * @addr: where to go on; moved behind what is found
 * @end: first address behind the range
 *
 * Context: RCU.
 * Return: the next tally that begins in the range, or NULL.
 */
struct numalens_vma_tally *numalens_vma_tally_next(struct numalens_process *process,
						   unsigned long *addr, unsigned long end)
{
	unsigned long index = *addr >> PAGE_SHIFT;
	struct numalens_vma_tally *tally;

	if (*addr >= end)
		return NULL;
	tally = xa_find(&process->vma_tallies, &index, (end - 1) >> PAGE_SHIFT, XA_PRESENT);
	*addr = tally ? (index + 1) << PAGE_SHIFT : end;
	return tally;
}

/**
 * numalens_vma_tallies_clear - forget them all
 * @process: whose
 *
 * Context: process context.
 */
void numalens_vma_tallies_clear(struct numalens_process *process)
{
	forget(process, 0, ULONG_MAX);
}

void numalens_vma_tallies_init(struct numalens_process *process)
{
	xa_init(&process->vma_tallies);
	atomic_set(&process->nr_vma_tallies, 0);
	/* Never one that a process at the same address had: that may be known to somebody still. */
	atomic_long_set(&process->vma_gen, ktime_get_ns());
}

/**
 * numalens_vma_tallies_exit - free them
 * @process: nobody counts for it any more
 */
void numalens_vma_tallies_exit(struct numalens_process *process)
{
	numalens_vma_tallies_clear(process);
	xa_destroy(&process->vma_tallies);
}
