// SPDX-License-Identifier: GPL-2.0
/*
 * Which address spaces are watched: one look-up that every hook begins with.
 */
#include "mm_table.h"

#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "callback.h"
#include "process.h"

struct hlist_head numalens_mm_table[1 << NUMALENS_MM_BITS];

/* Protects: changes of numalens_mm_table, and the mm_entry of every process. */
static DEFINE_SPINLOCK(table_lock);

/* Return: what is to be freed, or NULL. */
static struct numalens_mm *take_out(struct numalens_process *process)
{
	struct numalens_mm *entry = process->mm_entry;

	lockdep_assert_held(&table_lock);

	if (!entry)
		return NULL;
	hlist_del_rcu(&entry->node);
	WRITE_ONCE(process->mm_entry, NULL);
	/* Pairs with numalens_count_vma_slow(): a thread that knows a tally looks here only. */
	smp_mb__before_atomic();
	atomic_long_inc(&process->vma_gen);
	return entry;
}

/*
 * The structure may go now: who still finds the entry compares the address only.
 * Not in an RCU callback, since mmdrop() is not for interrupts.
 */
static void discard(struct numalens_mm *entry)
{
	if (!entry)
		return;
	mmdrop(entry->mm);
	kfree_rcu(entry, rcu);
}

/**
 * numalens_mm_add - count what happens in an address space
 * @process: whose it is; the one it had until now is no longer counted
 * @mm: the address space, with a reference of the caller's
 * @gfp: how to allocate
 *
 * An address space that two processes share is the first one's.
 *
 * Context: process context.
 * Return: 0, -ENOMEM, or -EEXIST if another process has it.
 */
int numalens_mm_add(struct numalens_process *process, struct mm_struct *mm, gfp_t gfp)
{
	struct numalens_mm *entry = NULL, *old;
	struct numalens_process *owner;
	int ret = 0;

	if (numalens_may_lock())
		entry = kmalloc(sizeof(*entry), gfp);
	if (!entry)
		return -ENOMEM;
	entry->mm = mm;
	entry->process = process;

	spin_lock(&table_lock);
	owner = numalens_mm_find(mm);
	old = owner == process ? NULL : take_out(process);
	if (owner) {
		ret = owner == process ? 0 : -EEXIST;
	} else {
		mmgrab(mm);
		WRITE_ONCE(process->mm_entry, entry);
		hlist_add_head_rcu(&entry->node,
				   &numalens_mm_table[hash_ptr(mm, NUMALENS_MM_BITS)]);
	}
	spin_unlock(&table_lock);

	if (owner)
		kfree(entry);
	discard(old);
	return ret;
}

/**
 * numalens_mm_remove - count no longer
 * @process: whose address space
 *
 * Context: process context. Callbacks in flight may go on until a grace period.
 */
void numalens_mm_remove(struct numalens_process *process)
{
	struct numalens_mm *entry;

	spin_lock(&table_lock);
	entry = take_out(process);
	spin_unlock(&table_lock);
	discard(entry);
}
