/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COUNT_H
#define _NUMALENS_COUNT_H

#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/types.h>

#include "process.h"
#include "thread.h"

/**
 * numalens_count_thread - the record of the thread that runs, if it is the process's
 * @process: a watched process
 *
 * Context: RCU, or preemption disabled.
 * Return: the record; NULL if somebody else reaches into the address space.
 */
static __always_inline struct numalens_thread_state *
numalens_count_thread(struct numalens_process *process)
{
	struct numalens_thread_state *thread = numalens_thread_find(current);

	return thread && thread->process == process ? thread : NULL;
}

/**
 * numalens_count_current - the record of the thread that runs, in its own address space
 * @vma: where something happens
 *
 * Events need not be on for it: numalens_count_fast() knows, as does who counts slowly.
 *
 * Context: RCU, or preemption disabled.
 * Return: the record; NULL if there is none, or if it reaches into another's address space.
 */
static __always_inline struct numalens_thread_state *
numalens_count_current(const struct vm_area_struct *vma)
{
	struct numalens_thread_state *thread = numalens_thread_find(current);

	return thread && current->mm == vma->vm_mm ? thread : NULL;
}

/**
 * numalens_count_knows - does a thread know the tally of a VMA
 * @thread: the thread that runs
 * @vma_start: first address of the VMA
 *
 * A thread's events are of one VMA for a while. Its tally is forgotten when it is taken out,
 * and when events are no longer counted.
 *
 * Context: RCU: for that long, stash.vma_tally may be used.
 */
static __always_inline bool numalens_count_knows(const struct numalens_thread_state *thread,
						 unsigned long vma_start)
{
	return thread->stash.vma_start == vma_start &&
	       thread->stash.vma_gen == atomic_long_read(&thread->process->vma_gen);
}

void numalens_count(struct numalens_process *process, struct numalens_thread_state *thread,
		    enum numalens_event event, int row, int column, long nr);
void numalens_count_vma_slow(struct numalens_process *process,
			     struct numalens_thread_state *thread, unsigned long vma_start,
			     enum numalens_event event, int row, int column, long nr);

/**
 * numalens_count_fast - count an event of a thread and of one of its VMAs, if that is quick
 * @thread: who caused it
 * @vma_start: first address of the VMA
 * @event: what
 * @cell: numalens_matrix_cell()
 * @nr: how many
 *
 * Context: RCU.
 * Return: false if nothing was counted.
 */
static __always_inline bool numalens_count_fast(struct numalens_thread_state *thread,
						unsigned long vma_start, enum numalens_event event,
						unsigned int cell, long nr)
{
	atomic64_t *matrix, *vma_matrix;

	if (unlikely(!numalens_count_knows(thread, vma_start)))
		return false;
	matrix = READ_ONCE(thread->tally.matrix[event]);
	vma_matrix = READ_ONCE(thread->stash.vma_tally->matrix[event]);
	if (unlikely(!matrix || !vma_matrix))
		return false;
	atomic64_add(nr, &matrix[cell]);
	atomic64_add(nr, &vma_matrix[cell]);
	return true;
}

/**
 * numalens_count_vma - count an event of a process and of one of its VMAs
 * @process: the process
 * @thread: who caused it, or NULL
 * @vma_start: first address of the VMA, or 0 if it is not known
 * @event: what
 * @row: nid
 * @column: nid
 * @nr: how many
 *
 * Context: process context, RCU; does not wait for memory.
 */
static __always_inline void numalens_count_vma(struct numalens_process *process,
					       struct numalens_thread_state *thread,
					       unsigned long vma_start, enum numalens_event event,
					       int row, int column, long nr)
{
	if (!thread || !numalens_count_fast(thread, vma_start, event,
					    numalens_matrix_cell(row, column), nr))
		numalens_count_vma_slow(process, thread, vma_start, event, row, column, nr);
}

#endif
