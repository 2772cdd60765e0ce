// SPDX-License-Identifier: GPL-2.0
/*
 * A watched process: its life from watch to unwatch, and when it is scanned.
 *
 * Lock order:
 *
 *	registry lock (registry.c, mutex)
 *	  > scan_lock (mutex)
 *	      > mmap_lock of the target (read, in batches; scan.c)
 *	          > i_mmap_rwsem (read, hugetlb) > page-table lock (pagewalk.c)
 *	      > threads_lock > pending_lock of a thread (first_touch.c)
 *	      > caller_lock, task_lock, table_lock (mm_table.c)
 *	  > events_lock (mutex)
 *	      > threads_lock, xa_lock of vma_tallies, caller_lock, table_lock (mm_table.c)
 *	  > newborn_lock (follow.c)
 *	in hooks: page-table lock, mmap_lock for write > xa_lock of vma_tallies
 *		  lock of the reverse mapping > caller_lock
 *		  threads_lock > pending_lock of a thread
 *	pins_lock (mutex), state_lock, table_lock (thread.c; and mm_table.c),
 *	line_lock (pace.c): leaves
 *
 * No lock is held while a file is printed. Nothing under processes/<pid>/ takes
 * the registry lock, since removing the directory, under it, waits for readers.
 */
#include "process.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/nodemask.h>
#include <linux/pid.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "mm_table.h"
#include "pace.h"
#include "probe.h"
#include "scan.h"
#include "snapshot.h"
#include "thread.h"
#include "vma_tally.h"

/* As many background scans as may be under way at once; all share one pace. */
#define MAX_ACTIVE	4

static struct workqueue_struct *queue;

/**
 * numalens_process_task - the thread group leader
 * @process: the process
 *
 * Return: the leader with a reference, or NULL if the process is gone.
 */
struct task_struct *numalens_process_task(const struct numalens_process *process)
{
	return get_pid_task(process->pid, PIDTYPE_TGID);
}

/**
 * numalens_process_mm - the address space
 * @process: the process
 *
 * A leader may have exited while other threads live: any thread's will do.
 *
 * Return: the address space with a reference, or NULL if it is gone.
 */
struct mm_struct *numalens_process_mm(const struct numalens_process *process)
{
	struct task_struct *leader, *task;
	struct mm_struct *mm = NULL;

	rcu_read_lock();
	leader = pid_task(process->pid, PIDTYPE_TGID);
	if (leader)
		for_each_thread(leader, task) {
			mm = get_task_mm(task);
			if (mm)
				break;
		}
	rcu_read_unlock();

	return mm;
}

/**
 * numalens_process_exited - whether all its threads are gone or zombies
 * @process: the process
 */
bool numalens_process_exited(const struct numalens_process *process)
{
	struct task_struct *leader;
	bool exited;

	rcu_read_lock();
	leader = pid_task(process->pid, PIDTYPE_TGID);
	exited = !leader || (READ_ONCE(leader->exit_state) && thread_group_empty(leader));
	rcu_read_unlock();

	return exited;
}

bool numalens_process_is_dead(const struct numalens_process *process)
{
	return READ_ONCE(process->dead);
}

static void queue_refresh(struct numalens_process *process, unsigned int delay_ms)
{
	spin_lock_bh(&process->state_lock);
	if (!process->dead)
		mod_delayed_work(queue, &process->refresh, msecs_to_jiffies(delay_ms));
	spin_unlock_bh(&process->state_lock);
}

static void queue_next(struct numalens_process *process)
{
	unsigned int refresh_ms = READ_ONCE(process->settings.refresh_ms);

	if (refresh_ms)
		queue_refresh(process, refresh_ms);
}

/**
 * numalens_process_refresh - let a changed refresh_ms take effect
 * @process: the process; the scan that settles one that exited is left alone
 */
void numalens_process_refresh(struct numalens_process *process)
{
	if (READ_ONCE(process->settings.refresh_ms))
		queue_next(process);
	else if (!numalens_process_exited(process))
		cancel_delayed_work(&process->refresh);
}

/**
 * numalens_process_ended - its last thread has run for the last time
 * @process: the process; one more scan settles its counters
 *
 * Context: any but hard interrupts.
 */
void numalens_process_ended(struct numalens_process *process)
{
	queue_refresh(process, 0);
}

static bool must_hurry(const struct numalens_process *process)
{
	return atomic_read(&process->nr_hurried) || numalens_process_is_dead(process);
}

/**
 * numalens_process_keep_pace - account for background work, and wait as it must
 * @process: whom the work is for; who waits for its scan cuts the wait short
 * @pace: the work
 *
 * Context: sleeps.
 */
void numalens_process_keep_pace(struct numalens_process *process, struct numalens_pace *pace)
{
	unsigned long wait = numalens_pace_charge(pace);

	if (!wait)
		return;
	wait_event_idle_timeout(process->hurry, must_hurry(process), wait);
	numalens_pace_begin(pace);
}

static void refresh_work(struct work_struct *work)
{
	struct numalens_process *process = container_of(to_delayed_work(work),
							struct numalens_process, refresh);
	struct numalens_pace pace;
	int ret;

	mutex_lock(&process->scan_lock);
	numalens_pace_begin(&pace);
	ret = numalens_scan(process, &pace);
	mutex_unlock(&process->scan_lock);
	numalens_process_keep_pace(process, &pace);
	if (ret != -ESRCH)
		queue_next(process);
}

/**
 * numalens_process_scan - scan now
 * @process: the process
 *
 * A background scan that is under way no longer paces itself, so as to give way.
 *
 * Context: may sleep, long; a fatal signal ends it.
 * Return: 0, -ESRCH if it has exited or is being unwatched, -EINTR, -ENOMEM.
 */
int numalens_process_scan(struct numalens_process *process)
{
	int ret;

	atomic_inc(&process->nr_hurried);
	wake_up(&process->hurry);
	ret = mutex_lock_killable(&process->scan_lock);
	atomic_dec(&process->nr_hurried);
	if (ret)
		return ret;
	ret = numalens_scan(process, NULL);
	mutex_unlock(&process->scan_lock);
	return ret;
}

/**
 * numalens_process_events_ns - since when events are counted
 * @process: the process
 *
 * Return: CLOCK_MONOTONIC; 0 if they never were, or the hooks are still being armed.
 */
u64 numalens_process_events_ns(const struct numalens_process *process)
{
	u64 ns = READ_ONCE(process->events_ns), armed_ns = numalens_probe_events_ns();

	if (!READ_ONCE(process->is_counting))
		return ns;
	return armed_ns ? max(ns, armed_ns) : 0;
}

static void clear_events(struct numalens_process *process)
{
	numalens_threads_clear(process);
	numalens_tally_clear(&process->tally);
	numalens_vma_tallies_clear(process);
	raw_spin_lock(&process->caller_lock);
	memset(&process->caller, 0, sizeof(process->caller));
	raw_spin_unlock(&process->caller_lock);
}

static int start_events(struct numalens_process *process)
{
	struct mm_struct *mm;
	int ret;

	lockdep_assert_held(&process->events_lock);

	ret = numalens_probe_events_get();
	if (ret)
		goto put_events;
	if (process->events_ns) {
		/* No callback that counted before may be left. */
		synchronize_rcu();
		clear_events(process);
	}
	WRITE_ONCE(process->events_ns, ktime_get_ns());
	WRITE_ONCE(process->is_counting, true);
	mm = numalens_process_mm(process);
	if (mm) {
		ret = numalens_mm_add(process, mm, GFP_KERNEL);
		mmput(mm);
	}
	/* Two processes may share an address space: then its events are the first one's. */
	if (!ret || ret == -EEXIST)
		return 0;
	WRITE_ONCE(process->is_counting, false);

put_events:
	numalens_probe_events_put();
	return ret;
}

static void stop_events(struct numalens_process *process)
{
	lockdep_assert_held(&process->events_lock);

	WRITE_ONCE(process->is_counting, false);
	numalens_mm_remove(process);
	numalens_probe_events_put();
}

/**
 * numalens_process_set_events - count events, from zero, or no longer
 * @process: started
 * @on: whether
 *
 * Context: may sleep; the first to want events waits until the hooks are armed.
 * Return: 0, -ESRCH if it is being unwatched, -EOPNOTSUPP where there are none,
 * -ENOMEM, or an errno of the hooks'.
 */
int numalens_process_set_events(struct numalens_process *process, bool on)
{
	int ret = 0;

	if (on && !numalens_events_supported())
		return -EOPNOTSUPP;
	if (mutex_lock_killable(&process->events_lock))
		return -EINTR;
	if (on == process->is_counting)
		goto unlock;
	if (!on)
		stop_events(process);
	else if (numalens_process_is_dead(process))
		ret = -ESRCH;
	else
		ret = start_events(process);
	if (!ret)
		WRITE_ONCE(process->settings.events, on);

unlock:
	mutex_unlock(&process->events_lock);
	return ret;
}

/**
 * numalens_process_execed - it has begun a new program
 * @process: the process
 * @task: its only thread
 *
 * What the old program had mapped is gone, so VMAs begin at zero.
 *
 * Context: a callback of a tracepoint.
 */
void numalens_process_execed(struct numalens_process *process, struct task_struct *task)
{
	get_task_comm(process->comm, task);
	if (!READ_ONCE(process->is_counting))
		return;
	numalens_vma_tallies_clear(process);
	numalens_mm_add(process, task->mm, GFP_ATOMIC | __GFP_NOWARN);
}

/**
 * numalens_process_alloc - a process that is not watched yet
 * @pid: identity; the reference is taken over
 * @settings: copied
 * @gfp: how to allocate
 *
 * Return: the process, or NULL without memory, and then @pid stays the caller's.
 */
struct numalens_process *numalens_process_alloc(struct pid *pid,
						const struct numalens_settings *settings,
						gfp_t gfp)
{
	struct numalens_process *process;

	process = kzalloc(struct_size(process, time_ns, nr_node_ids), gfp);
	if (!process)
		return NULL;
	if (numalens_events_supported() && numalens_tally_fill(&process->tally, gfp))
		goto exit_tally;
	if (numalens_home_init(&process->home, gfp))
		goto exit_tally;

	process->pid = pid;
	process->nr = pid_nr(pid);
	process->watch_ns = ktime_get_ns();
	process->settings = *settings;
	mutex_init(&process->scan_lock);
	INIT_LIST_HEAD(&process->vma_dirs);
	spin_lock_init(&process->state_lock);
	INIT_DELAYED_WORK(&process->refresh, refresh_work);
	init_waitqueue_head(&process->hurry);
	raw_spin_lock_init(&process->threads_lock);
	INIT_LIST_HEAD(&process->threads);
	INIT_LIST_HEAD(&process->thread_dirs);
	mutex_init(&process->events_lock);
	numalens_vma_tallies_init(process);
	raw_spin_lock_init(&process->caller_lock);
	mutex_init(&process->pins_lock);
	return process;

exit_tally:
	numalens_tally_exit(&process->tally);
	kfree(process);
	return NULL;
}

static void free_work(struct work_struct *work)
{
	struct numalens_process *process = container_of(to_rcu_work(work),
							struct numalens_process, free);

	numalens_vma_tallies_exit(process);
	numalens_tally_exit(&process->tally);
	kfree(process);
}

/**
 * numalens_process_free - the last reference is gone
 * @process: stopped, or never started
 *
 * Context: may sleep. Callbacks of the hooks may still see it: it goes by RCU.
 */
void numalens_process_free(struct numalens_process *process)
{
	unsigned int i;

	for (i = 0; i < NUMALENS_NR_PINS; i++)
		numalens_snapshot_put(process->pins[i].snapshot);
	numalens_snapshot_put(rcu_dereference_protected(process->snapshot, true));
	numalens_home_exit(&process->home);
	put_pid(process->pid);
	INIT_RCU_WORK(&process->free, free_work);
	queue_rcu_work(queue, &process->free);
}

/**
 * numalens_process_start - count its CPU time from now on
 * @process: from numalens_process_alloc(), with the hooks armed
 *
 * Return: 0 or -ENOMEM; numalens_process_stop() undoes either.
 */
int numalens_process_start(struct numalens_process *process)
{
	return numalens_threads_adopt(process);
}

/**
 * numalens_process_halt - no new scans; one under way breaks off
 * @process: started
 */
void numalens_process_halt(struct numalens_process *process)
{
	spin_lock_bh(&process->state_lock);
	WRITE_ONCE(process->dead, true);
	spin_unlock_bh(&process->state_lock);

	wake_up(&process->hurry);
}

/**
 * numalens_process_stop - no more scans, no more counting
 * @process: started
 *
 * When this returns, no scan runs and none will.
 *
 * Context: may sleep; the registry lock.
 */
void numalens_process_stop(struct numalens_process *process)
{
	numalens_process_halt(process);
	cancel_delayed_work_sync(&process->refresh);
	mutex_lock(&process->scan_lock);
	mutex_unlock(&process->scan_lock);
	mutex_lock(&process->events_lock);
	if (process->is_counting)
		stop_events(process);
	mutex_unlock(&process->events_lock);
	numalens_threads_abandon(process);
}

int numalens_process_init(void)
{
	queue = alloc_workqueue("numalens", WQ_UNBOUND | WQ_FREEZABLE, MAX_ACTIVE);
	return queue ? 0 : -ENOMEM;
}

void numalens_process_exit(void)
{
	/* The last processes are freed by work that RCU queues, and their tallies by RCU. */
	rcu_barrier();
	destroy_workqueue(queue);
	rcu_barrier();
}
