/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arguments of functions that are hooked, where they are not the same on all
 * kernels. A function has them as numbers; each of these makes of one what it means.
 */
#ifndef _NUMALENS_COMPAT_HOOKED_H
#define _NUMALENS_COMPAT_HOOKED_H

#include <linux/mempolicy.h>
#include <linux/mm.h>
#include <linux/rmap.h>

/*
 * Fault of do_wp_page(), which has not looked for the page yet: is there one to copy? The
 * zero page, and what is no memory, is none.
 */
static __always_inline bool numalens_copies_page(const struct vm_fault *vmf)
{
	return !pte_special(vmf->orig_pte);
}

/*
 * Second of mpol_misplaced(): a VMA, or a fault since "mm/mempolicy: use numa_node_id()
 * instead of cpu_to_node()" (v6.10).
 */
static __always_inline struct vm_area_struct *numalens_misplaced_vma(unsigned long arg)
{
	return __same_type(mpol_misplaced, int (struct folio *, struct vm_fault *, unsigned long)) ?
		((struct vm_fault *)arg)->vma : (struct vm_area_struct *)arg;
}

/*
 * Last of remove_migration_pte(): the old folio, or a structure that begins with it since
 * "mm: remap unused subpages to shared zeropage when splitting isolated thp" (v6.12), which
 * also gave flags to who calls it.
 */
static __always_inline struct folio *numalens_migrated_folio(unsigned long arg)
{
	return __same_type(remove_migration_ptes, void (struct folio *, struct folio *, bool)) ?
		(struct folio *)arg : *(struct folio **)arg;
}

/*
 * Third of hugetlb_add_to_page_cache(), counted in huge pages. So is what a folio has, and
 * in base pages since "mm/filemap: remove hugetlb special casing in filemap.c" (v6.7).
 */
static __always_inline pgoff_t numalens_hugetlb_index(pgoff_t index, struct page *page)
{
#ifdef NUMALENS_HAVE_HUGE_INDEX
	return index;
#else
	return index << folio_order(page_folio(page));
#endif
}

/*
 * What tells that VMAs go: unmap_vmas() has the first of them and a range; "mm: introduce
 * unmap_desc struct to reduce function arguments" (v7.0) and what follows hid both in a
 * structure of its own, and then it is remove_vma(), called for each.
 */
#ifdef NUMALENS_HAVE_UNMAP_VMAS
#define NUMALENS_UNMAPS				unmap_vmas
#define NUMALENS_UNMAPPED_VMA(_a0, _a2)		((struct vm_area_struct *)(_a2))
#define NUMALENS_UNMAPPED_START(_a0, _a3)	(_a3)
#define NUMALENS_UNMAPPED_END(_a0, _a4)		(_a4)
#else
#define NUMALENS_UNMAPS				remove_vma
#define NUMALENS_UNMAPPED_VMA(_a0, _a2)		((struct vm_area_struct *)(_a0))
#define NUMALENS_UNMAPPED_START(_a0, _a3)	(((struct vm_area_struct *)(_a0))->vm_start)
#define NUMALENS_UNMAPPED_END(_a0, _a4)		(((struct vm_area_struct *)(_a0))->vm_end)
#endif

#endif
