/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PAGEWALK_H
#define _NUMALENS_PAGEWALK_H

#include <linux/types.h>

struct numalens_frames;
struct vm_area_struct;

/**
 * struct numalens_counts - what one VMA maps, in base pages
 * @pages: resident pages by nid
 * @anon: of these, anonymous pages in a mapping of a file; by nid
 * @thp: of these, pages mapped by a PMD; by nid
 * @zero: zero pages
 * @swap: swap entries
 * @migrating: pages under migration
 * @uncounted: present, but never counted: device memory, reserved pages
 */
struct numalens_counts {
	unsigned long *pages;
	unsigned long *anon;
	unsigned long *thp;
	unsigned long zero;
	unsigned long swap;
	unsigned long migrating;
	unsigned long uncounted;
};

/**
 * struct numalens_cursor - a run of frames, as the inner loop compares it
 * @base: lowest page-table entry of the run, masked
 * @nr: frames in the run; 0 matches nothing
 * @run: index of the run
 */
struct numalens_cursor {
	u64 base;
	u64 nr;
	unsigned int run;
};

/**
 * struct numalens_walk - one scan's walk
 * @frames: which frame lies where
 * @counts: of the VMA that is walked; the caller clears them between VMAs
 * @run_pages: pages met since the last fold, by run
 * @cursor: the two runs that the last page table hit most
 * @budget: what may still be looked at before mmap_lock is dropped; entries
 * @nr_entries: entries looked at since the walk began
 */
struct numalens_walk {
	struct numalens_frames *frames;
	struct numalens_counts counts;
	unsigned long *run_pages;
	struct numalens_cursor cursor[2];
	long budget;
	u64 nr_entries;
};

int numalens_walk_init(struct numalens_walk *walk);
void numalens_walk_exit(struct numalens_walk *walk);
void numalens_walk_clear(struct numalens_walk *walk);
unsigned long numalens_walk_vma(struct numalens_walk *walk, struct vm_area_struct *vma,
				unsigned long addr);

unsigned long numalens_walk_migrating(struct vm_area_struct *vma, unsigned long addr,
				      unsigned long pfn, unsigned long nr);

#endif
