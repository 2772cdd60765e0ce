// SPDX-License-Identifier: GPL-2.0
/*
 * Where an event is counted: with the thread that caused it, or else with the
 * process; and with the VMA. What the process has in all is the sum over its threads
 * and of its own, taken when it is read: so no count is shared by all CPUs.
 */
#include "count.h"

#include "vma_tally.h"

/**
 * numalens_count - count an event of a process
 * @process: the process
 * @thread: who caused it, or NULL
 * @event: what
 * @row: nid
 * @column: nid
 * @nr: how many
 *
 * Context: RCU; does not wait for memory.
 */
void numalens_count(struct numalens_process *process, struct numalens_thread_state *thread,
		    enum numalens_event event, int row, int column, long nr)
{
	if (!thread || !numalens_tally_add(&thread->tally, event, row, column, nr))
		numalens_tally_add(&process->tally, event, row, column, nr);
}

/**
 * numalens_count_vma_slow - as numalens_count_vma(), and know the tally the next time
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
void numalens_count_vma_slow(struct numalens_process *process,
			     struct numalens_thread_state *thread, unsigned long vma_start,
			     enum numalens_event event, int row, int column, long nr)
{
	/* Read first: who takes a tally out, or counts no longer, changes it afterwards. */
	long gen = atomic_long_read_acquire(&process->vma_gen);
	struct numalens_vma_tally *tally;

	numalens_count(process, thread, event, row, column, nr);
	tally = vma_start ? numalens_vma_tally_get(process, vma_start) : NULL;
	if (!tally)
		return;
	numalens_tally_add(&tally->tally, event, row, column, nr);
	if (thread && READ_ONCE(process->mm_entry)) {
		thread->stash.vma_start = vma_start;
		thread->stash.vma_gen = gen;
		thread->stash.vma_tally = &tally->tally;
	}
}
