/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_HINT_FAULT_H
#define _NUMALENS_HINT_FAULT_H

#include <linux/sched/numa_balancing.h>
#include <linux/types.h>

struct hlist_node;
struct numalens_thread_state;
struct page;
struct task_struct;
struct vm_area_struct;

/* With none of these there is no more to tell at the end of a fault than at its beginning. */
#define NUMALENS_HINT_TELLS	(TNF_SHARED | TNF_MIGRATED | TNF_MIGRATE_FAIL)

void numalens_hint_fault_begin(struct page *page, struct vm_area_struct *vma, unsigned long addr);
void numalens_hint_fault_begin_at(struct page *page, unsigned long where, unsigned long addr,
				  struct hlist_node *first, struct task_struct *task);
bool numalens_hint_fault_is_at(const struct numalens_thread_state *thread, unsigned long addr);
void numalens_hint_fault_end(int mem_nid, int nr_pages, int flags);

#endif
