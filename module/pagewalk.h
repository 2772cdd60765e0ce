/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PAGEWALK_H
#define _NUMALENS_PAGEWALK_H

#include <linux/types.h>

#include "page_table.h"

struct vm_area_struct;

/**
 * struct numalens_walk - one scan's walk
 * @counts: of the VMA that is walked; the caller clears them between VMAs
 * @owned: of the part of it that is walked, not yet in @counts
 * @budget: what may still be looked at before mmap_lock is dropped; entries
 * @nr_entries: entries looked at since the walk began
 */
struct numalens_walk {
	struct numalens_counts counts;
	struct numalens_owned owned;
	long budget;
	u64 nr_entries;
};

int numalens_walk_init(struct numalens_walk *walk, bool by_order);
void numalens_walk_exit(struct numalens_walk *walk);
void numalens_walk_clear(struct numalens_walk *walk);
unsigned long numalens_walk_vma(struct numalens_walk *walk, struct vm_area_struct *vma,
				unsigned long addr);

unsigned long numalens_walk_migrating(struct vm_area_struct *vma, unsigned long addr,
				      unsigned long pfn, unsigned long nr);

#endif
