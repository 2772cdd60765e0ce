/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_VMA_TALLY_H
#define _NUMALENS_VMA_TALLY_H

#include <linux/rcupdate.h>
#include <linux/types.h>

#include "tally.h"

struct numalens_process;
struct vm_area_struct;

/**
 * struct numalens_vma_tally - events of one VMA
 * @tally: its counts
 * @start: address that the VMA began at when the first was counted; where it has
 *	grown downwards or was merged since, it is the VMA around that address
 * @rcu: to free it
 */
struct numalens_vma_tally {
	struct numalens_tally tally;
	unsigned long start;
	struct rcu_head rcu;
};

struct numalens_vma_tally *numalens_vma_tally_find(struct numalens_process *process,
						   unsigned long start);
struct numalens_vma_tally *numalens_vma_tally_get(struct numalens_process *process,
						  unsigned long start);
void numalens_vma_unmapped(struct vm_area_struct *vma, unsigned long start, unsigned long end);
void numalens_vma_moved(struct vm_area_struct *vma, unsigned long to, pgoff_t pgoff);

void numalens_vma_tallies_init(struct numalens_process *process);
struct numalens_vma_tally *numalens_vma_tally_next(struct numalens_process *process,
						   unsigned long *addr, unsigned long end);
void numalens_vma_tallies_clear(struct numalens_process *process);
void numalens_vma_tallies_exit(struct numalens_process *process);

#endif
