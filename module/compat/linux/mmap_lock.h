/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_MMAP_LOCK_H
#define _NUMALENS_COMPAT_LINUX_MMAP_LOCK_H

#include_next <linux/mmap_lock.h>

#include <linux/lockdep.h>
#include <linux/sched.h>

/*
 * With CONFIG_DEBUG_VM, mmap_assert_locked() prints by dump_mm(), which no
 * kernel exports.
 */
static inline void numalens_mmap_assert_locked(const struct mm_struct *mm)
{
	lockdep_assert_held(&mm->mmap_lock);
}

/*
 * Whether somebody waits for it. mmap_lock_is_contended() knows those that sleep;
 * a writer spins for some microseconds first, in the hope that it need not.
 */
static inline bool numalens_mmap_is_wanted(struct mm_struct *mm)
{
#if defined(CONFIG_RWSEM_SPIN_ON_OWNER) && !defined(CONFIG_PREEMPT_RT)
	if (osq_is_locked(&mm->mmap_lock.osq))
		return true;
#endif
	return mmap_lock_is_contended(mm);
}

/*
 * Whether this thread holds it for write. No kernel tells; the lock remembers who does,
 * and marks by other bits those that read.
 */
static inline bool numalens_mmap_is_own(struct mm_struct *mm)
{
#ifdef CONFIG_PREEMPT_RT
	unsigned long owner = (unsigned long)READ_ONCE(mm->mmap_lock.rwbase.rtmutex.owner);

	/* whoever comes to read has the mutex for a moment, too; bit 0: somebody waits */
	return atomic_read(&mm->mmap_lock.rwbase.readers) == WRITER_BIAS &&
	       (owner & ~1UL) == (unsigned long)current;
#else
	return atomic_long_read(&mm->mmap_lock.owner) == (long)current;
#endif
}

#endif
