// SPDX-License-Identifier: GPL-2.0
/*
 * The page tables: the only file that reads them.
 *
 * What counts is what numa_maps counts (fs/proc/task_mmu.c): present entries
 * with a normal page behind them, PROT_NONE ones included, whatever they are
 * for. Nothing in the target changes: no reference, no accessed bit, no fault.
 *
 * Entries are read without the page-table lock. Only where struct page must be
 * asked (a section that nodes share, a private file mapping that holds copies,
 * a kernel's or driver's mapping) is the lock taken, one page table at a time:
 * it keeps the pages mapped, and so their struct page in place.
 */
#include "pagewalk.h"

#include <linux/hugetlb.h>
#include <linux/leafops.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/swap.h>

#include "frame.h"
#include "pte_raw.h"

/* What reading a huge entry costs, in base entries: its struct page and lock. */
#define HUGE_COST	16

/* Misses of both cursors in one page table that make another run worth a cursor. */
#define MISSES_WORTH_A_CURSOR	(PTRS_PER_PTE / 16)

/* Mappings whose pages must be looked at: they may hold what is never counted. */
#define VM_LOOK		(VM_IO | VM_MIXEDMAP | VM_DONTEXPAND)

/**
 * numalens_walk_init - prepare for a scan
 * @walk: zeroed by the caller
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_walk_init(struct numalens_walk *walk)
{
	walk->frames = numalens_frames_get();
	walk->run_pages = kcalloc(walk->frames->nr_runs + 1, sizeof(long), GFP_KERNEL);
	walk->counts.pages = kcalloc(3 * nr_node_ids, sizeof(long), GFP_KERNEL);
	if (!walk->run_pages || !walk->counts.pages) {
		numalens_walk_exit(walk);
		return -ENOMEM;
	}
	walk->counts.anon = walk->counts.pages + nr_node_ids;
	walk->counts.thp = walk->counts.anon + nr_node_ids;
	return 0;
}

void numalens_walk_exit(struct numalens_walk *walk)
{
	kfree(walk->counts.pages);
	kfree(walk->run_pages);
	numalens_frames_put(walk->frames);
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

static void fold_runs(struct numalens_walk *walk)
{
	unsigned int i;

	for (i = 0; i < walk->frames->nr_runs; i++) {
		walk->counts.pages[walk->frames->runs[i].nid] += walk->run_pages[i];
		walk->run_pages[i] = 0;
	}
}

static void count_absent(struct numalens_counts *counts, softleaf_t entry, unsigned long nr)
{
	if (softleaf_is_swap(entry))
		counts->swap += nr;
	else if (softleaf_is_migration(entry))
		counts->migrating += nr;
	else if (!softleaf_is_none(entry) && !softleaf_is_marker(entry))
		counts->uncounted += nr;
}

/* Everything that is not a normal page. Return: false if it is one. */
static bool count_abnormal(struct numalens_counts *counts, pte_t pte)
{
	if (pte_none(pte))
		return true;
	if (!pte_present(pte)) {
		count_absent(counts, softleaf_from_pte(pte), 1);
		return true;
	}
	if (!pte_special(pte))
		return false;
	if (is_zero_pfn(pte_pfn(pte)))
		counts->zero++;
	else
		counts->uncounted++;
	return true;
}

/*
 * The two must differ, or pages would be counted by both. Entries that are
 * PROT_NONE miss the cursor of their own run, and want no other.
 */
static void cursor_add(struct numalens_walk *walk, unsigned int run)
{
	struct numalens_cursor *cursor = &walk->cursor[1];

	if (walk->cursor[0].nr && walk->cursor[0].run == run)
		return;
	cursor->run = run;
	cursor->base = ((u64)walk->frames->runs[run].first << PAGE_SHIFT) |
		       NUMALENS_PTE_RAW_PRESENT;
	cursor->nr = numalens_pte_raw_usable() ? walk->frames->runs[run].nr : 0;
}

/* A bit that differs from the run's goes to the top, and is larger than any run. */
static __always_inline bool lies_in(u64 entry, u64 base, u64 nr_frames)
{
	return ror64(entry - base, PAGE_SHIFT) < nr_frames;
}

/*
 * The inner loop: pass all entries that lie in one of two runs. Both comparisons
 * are made without a branch, so that pages that alternate between two nodes cost
 * no more than pages of one. By itself, so that all it needs fits in registers.
 * Return: the first entry that lies in neither, or @end; in @nr_b, how many of
 * those passed lie in @b.
 */
static noinline pte_t *pass_runs(pte_t *ptep, const pte_t *end, const struct numalens_cursor *a,
				 const struct numalens_cursor *b, unsigned int *nr_b)
{
	const u64 base_a = a->base, nr_frames_a = a->nr, base_b = b->base, nr_frames_b = b->nr;
	const u64 mask = numalens_pte_raw_mask();
	unsigned int hits_b = 0;

	for (; ptep < end; ptep++) {
		u64 entry = numalens_pte_raw(ptep) & mask;
		bool in_a = lies_in(entry, base_a, nr_frames_a);
		bool in_b = lies_in(entry, base_b, nr_frames_b);

		hits_b += in_b;
		if (!(in_a | in_b))
			break;
	}
	*nr_b = hits_b;
	return ptep;
}

/*
 * Entries in the runs that the table before hit most are passed by the inner
 * loop, rows of empty ones are skipped, the others are looked up one by one.
 * Return: entries done; fewer than @nr if the next one needs struct page.
 */
static unsigned int count_table(struct numalens_walk *walk, pte_t *table, unsigned int nr)
{
	const struct numalens_cursor a = walk->cursor[0], b = walk->cursor[1];
	unsigned int run = 0, nr_b, hits_a = 0, hits_b = 0, misses = 0;
	pte_t pte, *passed, *ptep = table, *end = table + nr;

	while (ptep < end) {
		passed = pass_runs(ptep, end, &a, &b, &nr_b);
		hits_a += passed - ptep - nr_b;
		hits_b += nr_b;
		for (ptep = passed; ptep < end && !numalens_pte_raw(ptep);)
			ptep++;
		if (ptep == end || ptep != passed)
			continue;

		pte = ptep_get(ptep);
		if (!count_abnormal(&walk->counts, pte)) {
			run = numalens_frames_run(walk->frames, pte_pfn(pte));
			if (run == NUMALENS_CELL_UNKNOWN)
				break;
			walk->run_pages[run]++;
			misses++;
		}
		ptep++;
	}

	walk->run_pages[a.run] += hits_a;
	walk->run_pages[b.run] += hits_b;
	if (hits_b > hits_a)
		swap(walk->cursor[0], walk->cursor[1]);
	if (misses > MISSES_WORTH_A_CURSOR && run != NUMALENS_CELL_UNKNOWN)
		cursor_add(walk, run);
	return ptep - table;
}

static void count_looked_at(struct numalens_walk *walk, pte_t *ptep, unsigned int nr)
{
	struct numalens_counts *counts = &walk->counts;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		pte_t pte = ptep_get(&ptep[i]);
		struct page *page;
		int nid;

		if (count_abnormal(counts, pte))
			continue;
		nid = numalens_frame_page_nid(pte_pfn(pte), &page);
		if (nid == NUMA_NO_NODE) {
			counts->uncounted++;
			continue;
		}
		counts->pages[nid]++;
		if (PageAnon(page))
			counts->anon[nid]++;
	}
}

/* An anonymous page in a mapping of a file can't be told from its entry. */
static bool must_look(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_LOOK) || (vma->vm_ops && vma->anon_vma);
}

static void count_entries(struct numalens_walk *walk, struct vm_area_struct *vma, pmd_t *pmd,
			  pmd_t pmdval, unsigned long addr, unsigned int nr)
{
	pte_t *ptep = pte_offset_kernel(&pmdval, addr);
	unsigned int done = 0;
	spinlock_t *ptl;

	if (!must_look(vma))
		done = count_table(walk, ptep, nr);
	if (done < nr) {
		ptl = pte_lockptr(vma->vm_mm, &pmdval);
		spin_lock(ptl);
		if (likely(pmd_same(pmdval, pmdp_get_lockless(pmd))))
			count_looked_at(walk, ptep + done, nr - done);
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
		counts->uncounted += pmd_none(pmdval) ? 0 : HPAGE_PMD_NR;
	} else if (!pmd_present(pmdval)) {
		count_absent(counts, softleaf_from_pmd(pmdval), HPAGE_PMD_NR);
	} else if (!pmd_trans_huge(pmdval)) {
		huge = false;
	} else {
		nid = numalens_frame_page_nid(pmd_pfn(pmdval), &page);
		if (nid == NUMA_NO_NODE) {
			counts->uncounted += HPAGE_PMD_NR;
		} else if (!page_folio(page)->mapping) {
			/* Only the huge zero page belongs to nobody. */
			counts->zero += HPAGE_PMD_NR;
		} else {
			counts->pages[nid] += HPAGE_PMD_NR;
			counts->thp[nid] += HPAGE_PMD_NR;
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
	return walk->budget <= 0 || mmap_lock_is_contended(mm);
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
		count_absent(counts, softleaf_from_pte(pte), pages_per_huge_page(h));
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
	/* No struct page is behind these: numa_maps does not enter them either. */
	if (vma->vm_flags & VM_PFNMAP)
		return vma->vm_end;

	addr = walk_pages(walk, vma, addr);
	fold_runs(walk);
	return addr;
}
