/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries that are not present, by their newest names. Upstream: "mm:
 * introduce leaf entry type and use to simplify leaf entry logic" (v6.19).
 */
#ifndef _NUMALENS_COMPAT_LINUX_LEAFOPS_H
#define _NUMALENS_COMPAT_LINUX_LEAFOPS_H

/* 7.2's own does not bring what it needs. */
#include <linux/swap.h>

#ifdef NUMALENS_HAVE_LEAFOPS
#include_next <linux/leafops.h>
#else

#include <linux/swapops.h>

typedef swp_entry_t softleaf_t;

/* 6.12.118 has these two in its own swapops.h, by the same names. */
#ifndef softleaf_from_pte
#define softleaf_from_pte	pte_to_swp_entry
#endif
#ifndef softleaf_to_pfn
#define softleaf_to_pfn		swp_offset_pfn
#endif

#define softleaf_from_pmd	pmd_to_swp_entry

static inline bool softleaf_is_none(softleaf_t entry)
{
	return !entry.val;
}

static inline bool softleaf_is_swap(softleaf_t entry)
{
	return !non_swap_entry(entry);
}

static inline bool softleaf_is_migration(softleaf_t entry)
{
	return is_migration_entry(entry);
}

static inline bool softleaf_is_marker(softleaf_t entry)
{
	return is_pte_marker_entry(entry);
}

#endif

#endif
