/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_MM_TABLE_H
#define _NUMALENS_MM_TABLE_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/types.h>

struct mm_struct;
struct numalens_process;

#define NUMALENS_MM_BITS	10

/**
 * struct numalens_mm - an address space whose events are counted
 * @node: in the table, by @mm
 * @mm: the address space, with a reference to the structure: its address is not used
 *	again while this is in the table
 * @process: whose it is
 * @rcu: to free it
 */
struct numalens_mm {
	struct hlist_node node;
	struct mm_struct *mm;
	struct numalens_process *process;
	struct rcu_head rcu;
};

extern struct hlist_head numalens_mm_table[1 << NUMALENS_MM_BITS];

/**
 * numalens_mm_find - whose events to count for an address space
 * @mm: the address space, or NULL
 *
 * This is all that a hook costs those who are not watched.
 *
 * Context: RCU, or preemption disabled.
 * Return: the process, or NULL.
 */
static __always_inline struct numalens_process *numalens_mm_find(const struct mm_struct *mm)
{
	struct numalens_mm *entry;

	hlist_for_each_entry_rcu_notrace(entry, &numalens_mm_table[hash_ptr(mm, NUMALENS_MM_BITS)],
					 node)
		if (entry->mm == mm)
			return entry->process;
	return NULL;
}

int numalens_mm_add(struct numalens_process *process, struct mm_struct *mm, gfp_t gfp);
void numalens_mm_remove(struct numalens_process *process);

#endif
