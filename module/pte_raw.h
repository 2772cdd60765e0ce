/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bits of a page-table entry, for the walk's inner loop alone: an entry
 * that is present, not special, and whose frame lies in a run of frames, is
 * recognised by one subtraction and one comparison of the whole entry.
 * Everything else goes through the kernel's helpers.
 */
#ifndef _NUMALENS_PTE_RAW_H
#define _NUMALENS_PTE_RAW_H

#include <linux/bitops.h>
#include <linux/mm.h>

#if defined(CONFIG_X86_64)

#include <asm/cpufeature.h>

#define NUMALENS_PTE_RAW_PRESENT	_PAGE_PRESENT

static inline u64 numalens_pte_raw(pte_t *ptep)
{
	return READ_ONCE(ptep->pte);
}

static inline u64 numalens_pte_raw_mask(void)
{
	return PTE_PFN_MASK | _PAGE_PRESENT | _PAGE_SPECIAL;
}

/* Under Xen PV the entries hold the host's frame numbers. */
static inline bool numalens_pte_raw_usable(void)
{
	return !boot_cpu_has(X86_FEATURE_XENPV);
}

#elif defined(CONFIG_ARM64) && !defined(CONFIG_ARM64_PA_BITS_52)

#define NUMALENS_PTE_RAW_PRESENT	PTE_VALID

static inline u64 numalens_pte_raw(pte_t *ptep)
{
	return READ_ONCE(pte_val(*ptep));
}

static inline u64 numalens_pte_raw_mask(void)
{
	return PTE_ADDR_LOW | PTE_VALID | PTE_SPECIAL;
}

static inline bool numalens_pte_raw_usable(void)
{
	return true;
}

#else

#define NUMALENS_PTE_RAW_PRESENT	0

/* Neither empty nor in any run: left to the helpers. */
static inline u64 numalens_pte_raw(pte_t *ptep)
{
	return ~0ULL;
}

static inline u64 numalens_pte_raw_mask(void)
{
	return 0;
}

static inline bool numalens_pte_raw_usable(void)
{
	return false;
}

#endif

#endif
