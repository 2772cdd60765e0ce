/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bits of a page-table entry, for the inner loop alone: which memory section
 * a frame lies in is told from the whole entry, of several entries at once.
 * Everything else goes through the kernel's helpers.
 *
 * SPECIAL and PROT_NONE must not be set where the frame number alone is to tell
 * the node. An entry that PROT_NONE has made absent differs from a present one in
 * numalens_pte_raw_hinting(); where that is 0, it is left to the helpers.
 */
#ifndef _NUMALENS_PTE_RAW_H
#define _NUMALENS_PTE_RAW_H

#include <linux/mm.h>

#if defined(CONFIG_X86_64)

#include <asm/cpufeature.h>

#define NUMALENS_PTE_RAW_PRESENT	_PAGE_PRESENT
#define NUMALENS_PTE_RAW_SPECIAL	_PAGE_SPECIAL
#define NUMALENS_PTE_RAW_PROT_NONE	_PAGE_PROTNONE

static inline u64 numalens_pte_raw(pte_t pte)
{
	return pte.pte;
}

static inline u64 numalens_pte_raw_frame(void)
{
	return PTE_PFN_MASK;
}

/* The frame is inverted, lest a processor speculates on it (L1TF). */
static inline u64 numalens_pte_raw_hinting(void)
{
	return PTE_PFN_MASK | _PAGE_PRESENT | _PAGE_PROTNONE;
}

/* Under Xen PV the entries hold the host's frame numbers. */
static inline bool numalens_pte_raw_usable(void)
{
	return !boot_cpu_has(X86_FEATURE_XENPV);
}

#elif defined(CONFIG_ARM64) && !defined(CONFIG_ARM64_PA_BITS_52)

#define NUMALENS_PTE_RAW_PRESENT	PTE_VALID
#define NUMALENS_PTE_RAW_SPECIAL	PTE_SPECIAL
#define NUMALENS_PTE_RAW_PROT_NONE	0

static inline u64 numalens_pte_raw(pte_t pte)
{
	return pte_val(pte);
}

static inline u64 numalens_pte_raw_frame(void)
{
	return PTE_ADDR_LOW;
}

static inline u64 numalens_pte_raw_hinting(void)
{
	return 0;
}

static inline bool numalens_pte_raw_usable(void)
{
	return true;
}

#else

#define NUMALENS_PTE_RAW_PRESENT	1
#define NUMALENS_PTE_RAW_SPECIAL	0
#define NUMALENS_PTE_RAW_PROT_NONE	0

static inline u64 numalens_pte_raw(pte_t pte)
{
	return 0;
}

static inline u64 numalens_pte_raw_frame(void)
{
	return 0;
}

static inline u64 numalens_pte_raw_hinting(void)
{
	return 0;
}

static inline bool numalens_pte_raw_usable(void)
{
	return false;
}

#endif

#endif
