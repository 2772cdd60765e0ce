// SPDX-License-Identifier: GPL-2.0
/*
 * Page tables, looked at while a page is under migration: whether it is mapped at
 * an address. The reverse mapping also names places where another page is by now.
 */
#include "pagewalk.h"

#include <linux/hugetlb.h>
#include <linux/leafops.h>
#include <linux/mm.h>

/* Return: pages from @pfn on that the entry stands for, if it is a migration entry. */
static unsigned long pages_of(softleaf_t entry, unsigned long pfn, unsigned long nr_folio,
			      unsigned long nr_entry)
{
	if (!softleaf_is_migration(entry))
		return 0;
	return softleaf_to_pfn(entry) - pfn < nr_folio ? nr_entry : 0;
}

static unsigned long count_table(pmd_t pmd, unsigned long addr, unsigned long end,
				 unsigned long pfn, unsigned long nr)
{
	pte_t *ptep = pte_offset_kernel(&pmd, addr);
	unsigned long sum = 0;

	for (; addr < end; addr += PAGE_SIZE, ptep++) {
		pte_t pte = READ_ONCE(*ptep);

		if (!pte_none(pte) && !pte_present(pte))
			sum += pages_of(softleaf_from_pte(pte), pfn, nr, 1);
	}
	return sum;
}

/* Where only hugetlbfs has such, the kernel can't read them but as it writes them. */
static softleaf_t huge_entry(pmd_t pmd)
{
	if (IS_ENABLED(CONFIG_ARCH_ENABLE_THP_MIGRATION))
		return softleaf_from_pmd(pmd);
	return softleaf_from_pte(__pte(pmd_val(pmd)));
}

static unsigned long count_pmd(pmd_t pmd, unsigned long addr, unsigned long end,
			       unsigned long pfn, unsigned long nr)
{
	if (pmd_none(pmd))
		return 0;
	/* A huge entry, of a transparent page or of hugetlbfs; without the present bit. */
	if (!pmd_present(pmd))
		return pages_of(huge_entry(pmd), pfn, nr, min(nr, NUMALENS_PMD_PAGES));
	if (pmd_leaf(pmd) || pmd_bad(pmd))
		return 0;
	return count_table(pmd, addr, end, pfn, nr);
}

static unsigned long count_pud(pud_t *pudp, unsigned long addr, unsigned long end,
			       unsigned long pfn, unsigned long nr)
{
	pud_t pud = READ_ONCE(*pudp);
	unsigned long next, sum = 0;

	if (pud_none(pud))
		return 0;
	if (!pud_present(pud))
		return pages_of(softleaf_from_pte(__pte(pud_val(pud))), pfn, nr, nr);
	if (pud_leaf(pud) || pud_bad(pud))
		return 0;
	for (; addr < end; addr = next) {
		next = pmd_addr_end(addr, end);
		sum += count_pmd(pmdp_get_lockless(pmd_offset(&pud, addr)), addr, next, pfn, nr);
	}
	return sum;
}

/**
 * numalens_walk_migrating - how much of a page under migration is mapped somewhere
 * @vma: where
 * @addr: where its mapping there begins
 * @pfn: its first frame
 * @nr: its base pages
 *
 * Context: the reverse mapping is locked, so that the page tables stay; preemption
 * disabled.
 * Return: base pages.
 */
unsigned long numalens_walk_migrating(struct vm_area_struct *vma, unsigned long addr,
				      unsigned long pfn, unsigned long nr)
{
	unsigned long end = min(addr + (nr << PAGE_SHIFT), vma->vm_end), next, sum = 0;

	for (; addr < end; addr = next) {
		pgd_t *pgdp = pgd_offset(vma->vm_mm, addr);
		p4d_t *p4dp;

		next = pud_addr_end(addr, end);
		if (pgd_none(*pgdp) || pgd_bad(*pgdp))
			continue;
		p4dp = p4d_offset(pgdp, addr);
		if (p4d_none(*p4dp) || p4d_bad(*p4dp))
			continue;
		sum += count_pud(pud_offset(p4dp, addr), addr, next, pfn, nr);
	}
	return sum;
}
