// SPDX-License-Identifier: GPL-2.0
/*
 * Counts of events in a snapshot: of its VMAs, its threads, and all together.
 *
 * The process's are read last. Until then all counts may grow, so that the parts
 * never exceed the whole.
 */
#include "cells.h"

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "draft.h"
#include "process.h"
#include "thread.h"
#include "vma_tally.h"

/* Context: RCU is not held. */
static int add_scratch(struct numalens_draft *draft, u32 scope, u32 index)
{
	int ret = numalens_draft_add_cells(draft, &draft->scratch, scope, index);

	numalens_sums_clear(&draft->scratch);
	return ret;
}

/* Return: false at the end, else with the address that the next tally is for. */
static bool find_tally(struct numalens_process *process, unsigned long *addr)
{
	unsigned long behind = *addr;
	struct numalens_vma_tally *tally;

	rcu_read_lock();
	tally = numalens_vma_tally_next(process, &behind, ULONG_MAX);
	if (tally)
		*addr = max(READ_ONCE(tally->start), *addr);
	rcu_read_unlock();
	return tally;
}

static void sum_vma(struct numalens_draft *draft, struct numalens_process *process,
		    unsigned long addr, unsigned long end)
{
	struct numalens_vma_tally *tally;

	rcu_read_lock();
	while ((tally = numalens_vma_tally_next(process, &addr, end)))
		numalens_sums_add(&draft->scratch, draft->nids, &tally->tally);
	rcu_read_unlock();
}

/**
 * numalens_cells_of_vmas - add the counts of the VMAs
 * @draft: with all VMAs recorded
 * @process: whose
 *
 * A tally belongs to the record that its address lies in. One that lies in none,
 * of a VMA that came after the walk or went before it, is left out.
 *
 * Context: may sleep; the scan lock.
 * Return: 0 or -ENOMEM.
 */
int numalens_cells_of_vmas(struct numalens_draft *draft, struct numalens_process *process)
{
	unsigned long addr = 0;
	u32 i = 0;

	numalens_threads_settle(process);
	while (find_tally(process, &addr)) {
		const struct numalens_vma *record;

		while (i < draft->header.nr_vmas && numalens_draft_vma(draft, i)->end <= addr)
			i++;
		if (i == draft->header.nr_vmas)
			break;
		record = numalens_draft_vma(draft, i);
		if (addr >= record->start) {
			sum_vma(draft, process, addr, record->end);
			if (add_scratch(draft, NUMALENS_SCOPE_VMA, i))
				return -ENOMEM;
		}
		addr = addr < record->start ? record->start : record->end;
	}
	return 0;
}

/**
 * numalens_cells_of_thread - add the counts of a thread
 * @draft: the draft; VMAs and threads before this one have been added
 * @task: the thread, with a reference
 * @index: number of its record
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int numalens_cells_of_thread(struct numalens_draft *draft, struct task_struct *task, u32 index)
{
	struct numalens_thread_state *thread;

	rcu_read_lock();
	thread = numalens_thread_find(task);
	if (thread)
		numalens_sums_add(&draft->scratch, draft->nids, &thread->tally);
	rcu_read_unlock();
	return add_scratch(draft, NUMALENS_SCOPE_THREAD, index);
}

static void copy_caller(struct numalens_snapshot_header *header, struct numalens_process *process)
{
	struct numalens_caller caller;
	unsigned long flags;

	raw_spin_lock_irqsave(&process->caller_lock, flags);
	caller = process->caller;
	raw_spin_unlock_irqrestore(&process->caller_lock, flags);

	header->caller_pid = caller.pid;
	header->caller_event = caller.event;
	strscpy_pad(header->caller_comm, caller.comm, sizeof(header->caller_comm));
}

/**
 * numalens_cells_of_process - the counts of the process, and what goes with them
 * @draft: all other cells have been added
 * @process: whose
 *
 * A thread that ends hands its counts over to the process under the lock: they
 * are in one or the other.
 */
void numalens_cells_of_process(struct numalens_draft *draft, struct numalens_process *process)
{
	struct numalens_snapshot_header *header = &draft->header;
	struct numalens_thread_state *thread;

	numalens_sums_clear(&draft->sums);
	raw_spin_lock_bh(&process->threads_lock);
	numalens_sums_add(&draft->sums, draft->nids, &process->tally);
	list_for_each_entry(thread, &process->threads, sibling)
		numalens_sums_add(&draft->sums, draft->nids, &thread->tally);
	raw_spin_unlock_bh(&process->threads_lock);

	header->events = READ_ONCE(process->settings.events);
	header->events_ns = numalens_process_events_ns(process);
	copy_caller(header, process);
}
