/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a callback of a tracepoint or of ftrace begins and ends with.
 *
 * Callbacks look things up and write what only their thread writes: none of them may be
 * moved to another CPU, and what they find must not be freed meanwhile. Disabled
 * preemption does both, where the kernel is no real-time one.
 *
 * There, spinlocks sleep, and so do those of the allocator: a callback has to be preempted,
 * but tracepoints (until v7.0) and functions that others trace, too, disable preemption
 * around it. What they protect by that, an RCU read-side critical section does as well:
 * unregistering waits for both (but, of a task that slept in a callback, not for the few
 * instructions from there back to ftrace). So preemption is enabled again, if that was all
 * that had disabled it: no code that we are called from does so itself, and what is hooked
 * anew must not, either. Else numalens_may_lock() says no, and what would have to be made
 * is missing as if there were no memory.
 */
#ifndef _NUMALENS_CALLBACK_H
#define _NUMALENS_CALLBACK_H

#include <linux/irqflags.h>
#include <linux/kconfig.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>

/**
 * numalens_may_lock - whether spinlocks may be taken, and memory be asked for
 *
 * Context: any.
 */
static __always_inline bool numalens_may_lock(void)
{
	return !IS_ENABLED(CONFIG_PREEMPT_RT) || preemptible();
}

#ifdef CONFIG_PREEMPT_RT
/**
 * numalens_callback_enter - begin
 *
 * Context: not under a raw spinlock.
 * Return: for numalens_callback_leave().
 */
static __always_inline bool numalens_callback_enter(void)
{
	bool enables = preempt_count() == PREEMPT_DISABLE_OFFSET && !irqs_disabled();

	rcu_read_lock();
	if (enables)
		preempt_enable_notrace();
	migrate_disable();
	return enables;
}

/**
 * numalens_callback_leave - end
 * @enabled: what numalens_callback_enter() returned
 */
static __always_inline void numalens_callback_leave(bool enabled)
{
	migrate_enable();
	if (enabled)
		preempt_disable_notrace();
	rcu_read_unlock();
}
#else
static __always_inline bool numalens_callback_enter(void)
{
	preempt_disable_notrace();
	/* Disabled preemption is one; lockdep has to be told so. */
	rcu_lock_acquire(&rcu_lock_map);
	return false;
}

static __always_inline void numalens_callback_leave(bool enabled)
{
	rcu_lock_release(&rcu_lock_map);
	preempt_enable_notrace();
}
#endif

#endif
