/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_MMAP_LOCK_H
#define _NUMALENS_COMPAT_LINUX_MMAP_LOCK_H

#include_next <linux/mmap_lock.h>

#include <linux/lockdep.h>

/*
 * With CONFIG_DEBUG_VM, mmap_assert_locked() prints by dump_mm(), which no
 * kernel exports.
 */
static inline void numalens_mmap_assert_locked(const struct mm_struct *mm)
{
	lockdep_assert_held(&mm->mmap_lock);
}

#endif
