/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_VMA_SKIP_H
#define _NUMALENS_VMA_SKIP_H

struct vm_area_struct;

void numalens_vma_skipped(struct vm_area_struct *vma, unsigned int reason);

#endif
