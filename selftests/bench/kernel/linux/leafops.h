/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_LINUX_LEAFOPS_H
#define _BENCH_LINUX_LEAFOPS_H

#include <linux/mm.h>

/* Types of absent entries: so many swap files, then migration, then others. */
#define TYPE_SHIFT	59
#define MAX_SWAPFILES	26
#define TYPE_MARKER	29

typedef struct {
	u64 val;
} softleaf_t;

static inline softleaf_t softleaf_from_pte(pte_t pte)
{
	return (softleaf_t){ pte.pte };
}

static inline bool softleaf_is_none(softleaf_t entry)
{
	return !entry.val;
}

static inline bool softleaf_is_swap(softleaf_t entry)
{
	return entry.val >> TYPE_SHIFT < MAX_SWAPFILES;
}

static inline bool softleaf_is_migration(softleaf_t entry)
{
	return entry.val >> TYPE_SHIFT >= MAX_SWAPFILES && entry.val >> TYPE_SHIFT < TYPE_MARKER;
}

static inline bool softleaf_is_marker(softleaf_t entry)
{
	return entry.val >> TYPE_SHIFT >= TYPE_MARKER;
}

#endif
