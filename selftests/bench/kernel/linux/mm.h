/* SPDX-License-Identifier: GPL-2.0 */
/* Page-table entries as x86-64 has them, on whatever machine this is. */
#ifndef _BENCH_LINUX_MM_H
#define _BENCH_LINUX_MM_H

#include <linux/mmzone.h>
#include <linux/types.h>

#define CONFIG_X86_64		1

#define PTRS_PER_PTE		512
#define _PAGE_PRESENT		(1ULL << 0)
#define _PAGE_PROTNONE		(1ULL << 8)
#define _PAGE_SPECIAL		(1ULL << 9)
#define PTE_PFN_MASK		0x000ffffffffff000ULL
#define ZERO_FRAME		1

typedef struct {
	u64 pte;
} pte_t;

static inline bool pte_none(pte_t pte)
{
	return !pte.pte;
}

/* Bits of the entry, as the kernel has it: not 0 and 1. */
static inline int pte_present(pte_t pte)
{
	return pte.pte & (_PAGE_PRESENT | _PAGE_PROTNONE);
}

static inline int pte_special(pte_t pte)
{
	return pte.pte & _PAGE_SPECIAL;
}

static inline unsigned long pte_pfn(pte_t pte)
{
	u64 inverted = pte.pte && !(pte.pte & _PAGE_PRESENT) ? ~0ULL : 0;

	return ((pte.pte ^ inverted) & PTE_PFN_MASK) >> PAGE_SHIFT;
}

static inline bool is_zero_pfn(unsigned long pfn)
{
	return pfn == ZERO_FRAME;
}

#endif
