/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_HINT_FAULT_H
#define _NUMALENS_HINT_FAULT_H

struct page;
struct vm_area_struct;

void numalens_hint_fault_begin(struct page *page, struct vm_area_struct *vma, unsigned long addr);
void numalens_hint_fault_end(int mem_nid, int nr_pages, int flags);

#endif
