// SPDX-License-Identifier: GPL-2.0
/*
 * First touches: pages that a fault made resident where none was.
 *
 * An anonymous page is counted where the kernel makes it part of the address space
 * (page_add_new_anon_rmap() and its like, with the page-table lock held): whatever
 * came there, came there, and lost races did not. A page that others share is
 * counted when it has been seen in its file, since the function that puts it there
 * may find another in its place.
 *
 * Not first touches: huge pages that are made of pages that were there (khugepaged,
 * MADV_COLLAPSE: who comes here with mmap_lock held for write makes these, or a uprobe's
 * page), swap-in, migration. That others hold it tells nothing: a fault may need but the
 * lock of its VMA.
 */
#include "first_touch.h"

#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/topology.h>

#include "count.h"
#include "mm_table.h"
#include "trace.h"
#include "vma_tally.h"

/**
 * numalens_first_touch_copy - a page is about to be copied for who writes to it
 * @vmf: the fault
 * @is_page: whether there is one to copy; of the zero page there is not
 *
 * Or it need not be copied, after all: then nothing comes into the address space.
 *
 * Context: a callback.
 */
void numalens_first_touch_copy(struct vm_fault *vmf, bool is_page)
{
	struct numalens_process *process = numalens_mm_find(vmf->vma->vm_mm);
	struct numalens_thread_state *thread;

	if (likely(!process))
		return;
	thread = numalens_count_thread(process);
	if (thread && is_page)
		thread->stash.copy_addr = vmf->address;
}

static bool is_copy(struct numalens_thread_state *thread, struct vm_area_struct *vma,
		    unsigned long addr)
{
	bool copy = thread && thread->stash.copy_addr == addr;

	if (thread)
		thread->stash.copy_addr = 0;
	/* A private page of a file is a copy of the file's. */
	return copy || !vma_is_anonymous(vma);
}

static void count(struct numalens_process *process, struct numalens_thread_state *thread,
		  struct vm_area_struct *vma, unsigned long addr, enum numalens_event event,
		  struct page *page)
{
	int cpu_nid = numa_node_id(), nid = page_to_nid(page);
	long nr = compound_nr(page);

	numalens_count_vma(process, thread, vma->vm_start, event, cpu_nid, nid, nr);
	trace_first_touch(current, process->nr, addr, vma->vm_start, nr, event, cpu_nid, nid);
}

static noinline void anon_slow(struct page *page, struct vm_area_struct *vma, unsigned long addr)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	enum numalens_event event = NUMALENS_TOUCH_ANON;
	struct numalens_thread_state *thread;

	if (!process)
		return;
	thread = numalens_count_thread(process);
	if (is_copy(thread, vma, addr))
		event = NUMALENS_TOUCH_COW;
	else if (PageHead(page))
		event = NUMALENS_TOUCH_THP;
	count(process, thread, vma, addr, event, page);
}

/**
 * numalens_first_touch_anon - an anonymous page comes into an address space
 * @page: the page, the first of a huge one
 * @vma: where
 * @addr: where
 *
 * What most first touches are, a base page of the VMA that the thread touched last, is
 * counted here, without a call: this is on the path of every page.
 *
 * Context: a callback, the page-table lock held.
 */
void notrace numalens_first_touch_anon(struct page *page, struct vm_area_struct *vma,
				       unsigned long addr)
{
	struct numalens_thread_state *thread;

	if (unlikely(numalens_mmap_is_own(vma->vm_mm)))
		return;
	thread = numalens_count_current(vma);
	if (likely(thread && !thread->stash.copy_addr && vma_is_anonymous(vma) &&
		   !PageHead(page) && !trace_first_touch_enabled() &&
		   numalens_count_fast(thread, vma->vm_start, NUMALENS_TOUCH_ANON,
				       numalens_matrix_cell(numa_node_id(), page_to_nid(page)),
				       1)))
		return;
	anon_slow(page, vma, addr);
}

/**
 * numalens_first_touch_folio - the same, of a kernel where it may come from swap, too
 * @folio: the page
 * @vma: where
 * @addr: where
 *
 * One that is made for its place is told apart from others later.
 *
 * Context: a callback, the page-table lock held.
 */
void notrace numalens_first_touch_folio(struct folio *folio, struct vm_area_struct *vma,
					unsigned long addr)
{
	if (!folio_test_swapbacked(folio))
		numalens_first_touch_anon(&folio->page, vma, addr);
}

/**
 * numalens_first_touch_hugetlb - a private page of hugetlbfs comes into an address space
 * @page: the page
 * @vma: where
 * @addr: where
 *
 * Context: a callback, the page-table lock held.
 */
void numalens_first_touch_hugetlb(struct page *page, struct vm_area_struct *vma,
				  unsigned long addr)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);

	if (process)
		count(process, numalens_count_thread(process), vma, addr,
		      NUMALENS_TOUCH_HUGETLB, page);
}

/**
 * numalens_first_touch_file_fault - a fault wants a page that others share
 * @vma: where
 * @addr: where
 *
 * Context: a callback.
 */
void numalens_first_touch_file_fault(struct vm_area_struct *vma, unsigned long addr)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	struct numalens_thread_state *thread;

	if (likely(!process))
		return;
	thread = numalens_count_thread(process);
	if (!thread)
		return;
	thread->stash.file_mapping = vma->vm_file ? vma->vm_file->f_mapping : NULL;
	thread->stash.file_vma_start = vma->vm_start;
	thread->stash.file_addr = addr;
}

/* Has it arrived? Then it is counted; else another was there before. */
static void settle(struct numalens_thread_state *thread)
{
	struct numalens_thread_pending *pending = &thread->pending;
	struct folio *folio = pending->folio;
	struct numalens_process *process = thread->process;
	struct numalens_vma_tally *tally;

	lockdep_assert_held(&thread->pending_lock);

	if (!folio)
		return;
	pending->folio = NULL;
	if (READ_ONCE(folio->mapping) != pending->mapping ||
	    READ_ONCE(folio->index) != pending->index)
		return;

	numalens_count(process, thread, pending->event, pending->cpu_nid, pending->nid,
		       pending->nr);
	/* Made before: this may run in an interrupt, which must not. */
	tally = pending->vma_start ?
		numalens_vma_tally_find(process, pending->vma_start) : NULL;
	if (tally)
		numalens_tally_add(&tally->tally, pending->event, pending->cpu_nid, pending->nid,
				   pending->nr);
	trace_first_touch(thread->task, process->nr, pending->addr, pending->vma_start, pending->nr,
			  pending->event, pending->cpu_nid, pending->nid);
}

/**
 * numalens_first_touch_settle - count what a thread has pending, if it has arrived
 * @thread: its record
 *
 * Context: a callback; interrupts that free threads are off or this is one.
 */
void numalens_first_touch_settle(struct numalens_thread_state *thread)
{
	raw_spin_lock(&thread->pending_lock);
	settle(thread);
	raw_spin_unlock(&thread->pending_lock);
}

/**
 * numalens_first_touch_shared - a page that others share is about to come into its file
 * @folio: the page
 * @mapping: the file
 * @index: the place
 * @hugetlb: it is one of hugetlbfs
 *
 * Context: a callback.
 */
void numalens_first_touch_shared(struct folio *folio, struct address_space *mapping, pgoff_t index,
				 bool hugetlb)
{
	struct numalens_process *process = numalens_mm_find(current->mm);
	enum numalens_event event = hugetlb ? NUMALENS_TOUCH_HUGETLB : NUMALENS_TOUCH_SHMEM;
	struct numalens_thread_state *thread;
	unsigned long vma_start = 0, addr = 0;
	int cpu_nid, nid;

	if (likely(!process))
		return;
	thread = numalens_count_thread(process);
	if (!thread)
		return;
	if (thread->stash.file_mapping == mapping) {
		vma_start = thread->stash.file_vma_start;
		addr = thread->stash.file_addr;
	}
	thread->stash.file_mapping = NULL;
	cpu_nid = numa_node_id();
	nid = folio_nid(folio);
	/* Nothing is counted yet, but all that is needed for it is made. */
	numalens_count_vma(process, thread, vma_start, event, cpu_nid, nid, 0);

	raw_spin_lock_bh(&thread->pending_lock);
	settle(thread);
	thread->pending = (struct numalens_thread_pending) {
		.folio = folio,
		.mapping = mapping,
		.index = index,
		.event = event,
		.cpu_nid = cpu_nid,
		.nid = nid,
		.nr = folio_nr_pages(folio),
		.vma_start = vma_start,
		.addr = addr,
	};
	raw_spin_unlock_bh(&thread->pending_lock);
}

/**
 * numalens_first_touch_file - a page of a file has come into the page cache
 * @folio: the page
 *
 * By a read, a write or a fault; which VMA it is for, if any, is not known. Pages of
 * hugetlbfs are in a cache like it, and counted elsewhere.
 *
 * Context: a callback.
 */
void numalens_first_touch_file(struct folio *folio)
{
	struct numalens_process *process = numalens_mm_find(current->mm);
	int cpu_nid = numa_node_id(), nid = folio_nid(folio);
	long nr = folio_nr_pages(folio);

	if (likely(!process) || folio_test_hugetlb(folio))
		return;
	numalens_count(process, numalens_count_thread(process),
		       NUMALENS_TOUCH_FILE, cpu_nid, nid, nr);
	trace_first_touch(current, process->nr, 0, 0, nr, NUMALENS_TOUCH_FILE, cpu_nid, nid);
}
