/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_FIRST_TOUCH_H
#define _NUMALENS_FIRST_TOUCH_H

#include <linux/types.h>

struct address_space;
struct folio;
struct numalens_thread_state;
struct page;
struct vm_area_struct;
struct vm_fault;

void numalens_first_touch_copy(struct vm_fault *vmf, bool is_page);
void numalens_first_touch_anon(struct page *page, struct vm_area_struct *vma, unsigned long addr);
void numalens_first_touch_folio(struct folio *folio, struct vm_area_struct *vma,
				unsigned long addr);
void numalens_first_touch_hugetlb(struct page *page, struct vm_area_struct *vma,
				  unsigned long addr);
void numalens_first_touch_file_fault(struct vm_area_struct *vma, unsigned long addr);
void numalens_first_touch_shared(struct folio *folio, struct address_space *mapping, pgoff_t index,
				 bool hugetlb);
void numalens_first_touch_file(struct folio *folio);
void numalens_first_touch_settle(struct numalens_thread_state *thread);

#endif
