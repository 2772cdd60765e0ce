/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_PAGEWALK_H
#define _NUMALENS_COMPAT_LINUX_PAGEWALK_H

#include_next <linux/pagewalk.h>

#include <linux/mm.h>
#include <linux/version.h>

/*
 * Does numa_maps go into a mapping of frames that no struct page is behind? Since
 * "mm/pagewalk: don't trigger test_walk() in walk_page_vma()" (v6.2), of which no header
 * tells. All that it finds are copies, in a private one.
 */
static inline bool numalens_walks_frames(const struct vm_area_struct *vma)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	return (vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE;
#else
	return false;
#endif
}

#endif
