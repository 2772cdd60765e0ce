// SPDX-License-Identifier: GPL-2.0
/*
 * The walk through the page tables; page_table.c counts one of the last level.
 *
 * What counts is what numa_maps counts (fs/proc/task_mmu.c): present entries
 * with a normal page behind them, PROT_NONE ones included, whatever they are
 * for. Nothing in the target changes: no reference, no accessed bit, no fault.
 *
 * Entries are read without the page-table lock. Only where struct page must be
 * asked (a section that nodes share, a private file mapping that holds copies,
 * a kernel's or driver's mapping, or any page, if orders of folios are counted)
 * is the lock taken, one page table at a time:
 * it keeps the pages mapped, and so their struct page in place.
 */
#include "pagewalk.h"

#include <linux/hugetlb.h>
#include <linux/leafops.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/pagewalk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "frame.h"
#include "page_table.h"

/* What reading a huge entry costs, in base entries: its struct page and lock. */
#define HUGE_COST	16

/* Mappings whose pages must be looked at: they may hold what is never counted. */
#define VM_LOOK		(VM_IO | VM_PFNMAP | VM_MIXEDMAP | VM_DONTEXPAND)

/**
 * numalens_walk_init - prepare for a scan
 * @walk: zeroed by the caller
 * @by_order: count by order of folio, too, for which all pages must be looked at
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_walk_init(struct numalens_walk *walk, bool by_order)
{
	size_t nr = 3 + (by_order ? NUMALENS_NR_ORDERS : 0);

	walk->counts.pages = kcalloc(nr * nr_node_ids, sizeof(long), GFP_KERNEL);
	if (!walk->counts.pages)
		return -ENOMEM;
	walk->counts.anon = walk->counts.pages + nr_node_ids;
	walk->counts.thp = walk->counts.anon + nr_node_ids;
	if (by_order)
		walk->counts.orders = walk->counts.thp + nr_node_ids;
	walk->owned.frames = numalens_frames_get();
	return 0;
}

void numalens_walk_exit(struct numalens_walk *walk)
{
	numalens_frames_put(walk->owned.frames);
	kfree(walk->counts.pages);
}

/**
 * numalens_walk_clear - begin another VMA
 * @walk: the walk
 */
void numalens_walk_clear(struct numalens_walk *walk)
{
	struct numalens_counts *counts = &walk->counts;

	memset(counts->pages, 0, 3 * nr_node_ids * sizeof(long));
	counts->zero = 0;
	counts->swap = 0;
	counts->migrating = 0;
	counts->uncounted = 0;
}

static void fold(struct numalens_walk *walk)
{
	struct numalens_owned *owned = &walk->owned;
	unsigned int i;

	for (i = 0; i < owned->frames->nr_nids; i++) {
		walk->counts.pages[owned->frames->nids[i]] += owned->pages[i];
		owned->pages[i] = 0;
	}
}

/* The page stays mapped meanwhile, and so part of its folio. */
static void count_order(struct numalens_counts *counts, struct page *page, int nid,
			unsigned long nr)
{
	unsigned int order;

	if (!counts->orders)
		return;
	order = min_t(unsigned int, folio_order(page_folio(page)), NUMALENS_NR_ORDERS - 1);
	counts->orders[order * nr_node_ids + nid] += nr;
}

static void look_at(struct numalens_counts *counts, pte_t pte)
{
	struct page *page;
	int nid;

	if (numalens_page_table_abnormal(counts, pte))
		return;
	nid = numalens_frame_page_nid(pte_pfn(pte), &page);
	if (nid == NUMA_NO_NODE) {
		counts->uncounted++;
		return;
	}
	counts->pages[nid]++;
	count_order(counts, page, nid, 1);
	if (PageAnon(page))
		counts->anon[nid]++;
}

/* An anonymous page in a mapping of a file can't be told from its entry. */
static bool must_look(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_LOOK) || (vma->vm_ops && vma->anon_vma);
}

/* With the page-table lock. */
static void look_at_all(struct numalens_walk *walk, const pte_t *ptep, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		look_at(&walk->counts, READ_ONCE(ptep[i]));
}

static void look_at_listed(struct numalens_walk *walk, const pte_t *ptep)
{
	unsigned int i;

	for (i = 0; i < walk->owned.nr_look; i++)
		look_at(&walk->counts, READ_ONCE(ptep[walk->owned.look[i]]));
}

static void count_entries(struct numalens_walk *walk, struct vm_area_struct *vma, pmd_t *pmd,
			  pmd_t pmdval, unsigned long addr, unsigned int nr)
{
	pte_t *ptep = pte_offset_kernel(&pmdval, addr);
	bool all = walk->counts.orders || must_look(vma);
	spinlock_t *ptl;

	if (!all)
		numalens_page_table_count(&walk->owned, &walk->counts, ptep, nr);
	if (all || walk->owned.nr_look) {
		ptl = pte_lockptr(vma->vm_mm, &pmdval);
		spin_lock(ptl);
		if (likely(pmd_same(pmdval, pmdp_get_lockless(pmd)))) {
			if (all)
				look_at_all(walk, ptep, nr);
			else
				look_at_listed(walk, ptep);
		}
		spin_unlock(ptl);
	}

	walk->budget -= nr;
	walk->nr_entries += nr;
}

/*
 * Page tables are freed by RCU under a reader that holds only mmap_lock (v6.5):
 * the entry that leads to one is read, and the table left, under RCU.
 */
static void walk_table(struct numalens_walk *walk, struct vm_area_struct *vma, pmd_t *pmd,
		       unsigned long addr, unsigned int nr)
{
	pmd_t pmdval;

	rcu_read_lock();
	pmdval = pmdp_get_lockless(pmd);
	if (pmd_present(pmdval) && !pmd_trans_huge(pmdval) && !pmd_bad(pmdval))
		count_entries(walk, vma, pmd, pmdval, addr, nr);
	rcu_read_unlock();
}

/* Return: false if the entry has become a page table meanwhile. */
static bool count_huge(struct numalens_walk *walk, struct vm_area_struct *vma, pmd_t *pmd)
{
	struct numalens_counts *counts = &walk->counts;
	spinlock_t *ptl = pmd_lock(vma->vm_mm, pmd);
	pmd_t pmdval = *pmd;
	bool huge = true;
	struct page *page;
	int nid;

	if (pmd_none(pmdval) || pmd_devmap(pmdval)) {
		counts->uncounted += pmd_none(pmdval) ? 0 : NUMALENS_PMD_PAGES;
	} else if (!pmd_present(pmdval)) {
		numalens_page_table_absent(counts, softleaf_from_pmd(pmdval), NUMALENS_PMD_PAGES);
	} else if (!pmd_trans_huge(pmdval)) {
		huge = false;
	} else {
		nid = numalens_frame_page_nid(pmd_pfn(pmdval), &page);
		if (nid == NUMA_NO_NODE) {
			counts->uncounted += NUMALENS_PMD_PAGES;
		} else if (!page_folio(page)->mapping) {
			/* Only the huge zero page belongs to nobody. */
			counts->zero += NUMALENS_PMD_PAGES;
		} else {
			counts->pages[nid] += NUMALENS_PMD_PAGES;
			counts->thp[nid] += NUMALENS_PMD_PAGES;
			count_order(counts, page, nid, NUMALENS_PMD_PAGES);
		}
	}
	spin_unlock(ptl);

	walk->budget -= HUGE_COST;
	walk->nr_entries++;
	return huge;
}

static pud_t *pud_find(struct mm_struct *mm, unsigned long addr, unsigned long *next)
{
	pgd_t *pgd = pgd_offset(mm, addr);
	p4d_t *p4d;
	pud_t *pud;

	*next = (addr & PGDIR_MASK) + PGDIR_SIZE;
	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return NULL;

	p4d = p4d_offset(pgd, addr);
	*next = (addr & P4D_MASK) + P4D_SIZE;
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return NULL;

	pud = pud_offset(p4d, addr);
	*next = (addr & PUD_MASK) + PUD_SIZE;
	return pud_none(*pud) ? NULL : pud;
}

/* Return: the entry for @addr, or NULL if nothing is mapped up to @next. */
static pmd_t *pmd_find(struct mm_struct *mm, unsigned long addr, unsigned long *next)
{
	pud_t *pud = pud_find(mm, addr, next);

	/* A leaf at this level, outside of hugetlb, is device memory. */
	if (!pud || pud_leaf(*pud) || pud_bad(*pud))
		return NULL;

	*next = (addr & PMD_MASK) + PMD_SIZE;
	return pmd_offset(pud, addr);
}

static void walk_pmd(struct numalens_walk *walk, struct vm_area_struct *vma, pmd_t *pmd,
		     unsigned long addr, unsigned int nr)
{
	pmd_t pmdval = pmdp_get_lockless(pmd);

	if (pmd_none(pmdval))
		return;
	if ((pmd_trans_huge(pmdval) || pmd_devmap(pmdval) || !pmd_present(pmdval)) &&
	    count_huge(walk, vma, pmd))
		return;
	walk_table(walk, vma, pmd, addr, nr);
}

/* Asked after each step, so that every hold of the lock makes progress. */
static bool must_stop(const struct numalens_walk *walk, struct mm_struct *mm)
{
	return walk->budget <= 0 || numalens_mmap_is_wanted(mm);
}

static unsigned long walk_pages(struct numalens_walk *walk, struct vm_area_struct *vma,
				unsigned long addr)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long next;
	pmd_t *pmd;

	do {
		pmd = pmd_find(mm, addr, &next);
		if (next > vma->vm_end || next < addr)
			next = vma->vm_end;
		if (pmd)
			walk_pmd(walk, vma, pmd, addr, (next - addr) >> PAGE_SHIFT);
		walk->budget--;
		addr = next;
	} while (addr < vma->vm_end && !must_stop(walk, mm));

	return addr;
}

static pte_t *hugetlb_find(struct mm_struct *mm, unsigned long addr, unsigned long size)
{
	unsigned long next;
	pud_t *pud = pud_find(mm, addr, &next);
	pmd_t *pmd;

	if (!pud || size >= PUD_SIZE)
		return (pte_t *)pud;
	if (pud_leaf(*pud) || pud_bad(*pud))
		return NULL;

	pmd = pmd_offset(pud, addr);
	if (pmd_none(*pmd) || size >= PMD_SIZE)
		return pmd_none(*pmd) ? NULL : (pte_t *)pmd;

	return pmd_bad(*pmd) ? NULL : pte_offset_kernel(pmd, addr);
}

static void count_hugetlb(struct numalens_walk *walk, struct vm_area_struct *vma,
			  unsigned long addr)
{
	struct numalens_counts *counts = &walk->counts;
	struct hstate *h = hstate_vma(vma);
	pte_t pte, *ptep = hugetlb_find(vma->vm_mm, addr, huge_page_size(h));
	struct page *page;
	spinlock_t *ptl;
	int nid;

	walk->budget -= HUGE_COST;
	walk->nr_entries++;
	if (!ptep)
		return;

	ptl = huge_pte_lock(h, vma->vm_mm, ptep);
	pte = ptep_get(ptep);
	if (!pte_none(pte) && !pte_present(pte)) {
		numalens_page_table_absent(counts, softleaf_from_pte(pte),
					   pages_per_huge_page(h));
	} else if (pte_present(pte)) {
		nid = numalens_frame_page_nid(pte_pfn(pte), &page);
		if (nid == NUMA_NO_NODE)
			counts->uncounted += pages_per_huge_page(h);
		else
			counts->pages[nid] += pages_per_huge_page(h);
	}
	spin_unlock(ptl);
}

static unsigned long walk_hugetlb(struct numalens_walk *walk, struct vm_area_struct *vma,
				  unsigned long addr)
{
	struct address_space *mapping = vma->vm_file->f_mapping;

	/* Page tables of hugetlb may be shared, and unshared under this lock. */
	i_mmap_lock_read(mapping);
	do {
		count_hugetlb(walk, vma, addr);
		addr += huge_page_size(hstate_vma(vma));
	} while (addr < vma->vm_end && !must_stop(walk, vma->vm_mm));
	i_mmap_unlock_read(mapping);

	return addr;
}

/**
 * numalens_walk_vma - count the pages of a VMA from an address on
 * @walk: the walk; its counts grow, its budget shrinks
 * @vma: the VMA
 * @addr: where to begin, in it
 *
 * Stops early, at an address to go on from, when the budget is used up or
 * somebody waits for mmap_lock.
 *
 * Context: mmap_lock held for read.
 * Return: the address reached; @vma->vm_end when it is done.
 */
unsigned long numalens_walk_vma(struct numalens_walk *walk, struct vm_area_struct *vma,
				unsigned long addr)
{
	numalens_mmap_assert_locked(vma->vm_mm);

	if (is_vm_hugetlb_page(vma))
		return walk_hugetlb(walk, vma, addr);
	if ((vma->vm_flags & VM_PFNMAP) && !numalens_walks_frames(vma))
		return vma->vm_end;

	addr = walk_pages(walk, vma, addr);
	fold(walk);
	return addr;
}
