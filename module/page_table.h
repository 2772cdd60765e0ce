/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PAGE_TABLE_H
#define _NUMALENS_PAGE_TABLE_H

#include <linux/leafops.h>
#include <linux/mm.h>
#include <linux/types.h>

#include "frame.h"

/* HPAGE_PMD_NR, also of a kernel without transparent huge pages, where that is an error. */
#define NUMALENS_PMD_PAGES	(1UL << (PMD_SHIFT - PAGE_SHIFT))

/* Folios larger than what a PMD maps are counted with those of that size. */
#define NUMALENS_NR_ORDERS	(PMD_SHIFT - PAGE_SHIFT + 1)

/**
 * struct numalens_counts - what one VMA maps, in base pages
 * @pages: resident pages by nid
 * @anon: of these, anonymous pages in a mapping of a file; by nid
 * @thp: of these, pages mapped by a PMD; by nid
 * @orders: pages by order of their folio and nid, of all VMAs so far; NULL if not asked for
 * @zero: zero pages
 * @swap: swap entries
 * @migrating: pages under migration
 * @uncounted: present, but never counted: device memory, reserved pages
 */
struct numalens_counts {
	unsigned long *pages;
	unsigned long *anon;
	unsigned long *thp;
	unsigned long *orders;
	unsigned long zero;
	unsigned long swap;
	unsigned long migrating;
	unsigned long uncounted;
};

/**
 * struct numalens_owned - pages that a page table maps, as far as frame numbers tell
 * @frames: which frame lies where
 * @pages: by index into @frames->nids, since they were folded
 * @nr_look: entries of the last table that struct page must be asked about
 * @look: which
 */
struct numalens_owned {
	struct numalens_frames *frames;
	unsigned long pages[NUMALENS_CELL_UNKNOWN];
	unsigned int nr_look;
	u16 look[PTRS_PER_PTE];
};

void numalens_page_table_count(struct numalens_owned *owned, struct numalens_counts *counts,
			       const pte_t *table, unsigned int nr);
void numalens_page_table_absent(struct numalens_counts *counts, softleaf_t entry,
				unsigned long nr);
bool numalens_page_table_abnormal(struct numalens_counts *counts, pte_t pte);

#endif
