// SPDX-License-Identifier: GPL-2.0
/*
 * Who is watched. The first watch arms the hooks, the last unwatch disarms them.
 */
#include "registry.h"

#include <linux/atomic.h>
#include <linux/err.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "follow.h"
#include "probe.h"
#include "sysfs_process.h"

struct numalens_settings numalens_defaults = {
	.refresh_ms = 1000,
	.max_vma_dirs = 32,
	.max_thread_dirs = 32,
	.events = true,
};

unsigned int numalens_max_watched = 4096;

/* The registry lock. Protects: processes, nr_watched, closed, and the hooks' state. */
static DEFINE_MUTEX(registry_lock);
static LIST_HEAD(processes);
static unsigned int nr_watched;
static bool closed;

/* Places taken among numalens_max_watched, also by children that are not listed yet. */
static atomic_t nr_taken = ATOMIC_INIT(0);
static atomic_t nr_missed = ATOMIC_INIT(0);

unsigned int numalens_registry_nr_watched(void)
{
	return READ_ONCE(nr_watched);
}

/**
 * numalens_registry_nr_missed - children that follow_forks could not watch
 */
unsigned int numalens_registry_nr_missed(void)
{
	return atomic_read(&nr_missed);
}

/**
 * numalens_registry_miss - a child can't be watched
 */
void numalens_registry_miss(void)
{
	atomic_inc(&nr_missed);
}

/**
 * numalens_registry_reserve - take a place for one more watch
 *
 * Context: any.
 * Return: false if there is none.
 */
bool numalens_registry_reserve(void)
{
	if (atomic_inc_return(&nr_taken) <= READ_ONCE(numalens_max_watched))
		return true;
	atomic_dec(&nr_taken);
	return false;
}

/**
 * numalens_registry_release - give a place back
 */
void numalens_registry_release(void)
{
	atomic_dec(&nr_taken);
}

static struct numalens_process *find(pid_t nr)
{
	struct numalens_process *process;

	lockdep_assert_held(&registry_lock);

	list_for_each_entry(process, &processes, node)
		if (process->nr == nr)
			return process;
	return NULL;
}

/* Return: a reference to the pid of a process that can be watched, or an ERR_PTR(). */
static struct pid *get_pid_of(pid_t nr)
{
	struct pid *pid = find_get_pid(nr);
	struct task_struct *task;
	int ret = 0;

	if (!pid)
		return ERR_PTR(-ESRCH);

	task = get_pid_task(pid, PIDTYPE_TGID);
	if (task) {
		if (task->flags & PF_KTHREAD)
			ret = -EOPNOTSUPP;
		put_task_struct(task);
	} else {
		/* The number of a thread names no process; a dead one names nothing. */
		task = get_pid_task(pid, PIDTYPE_PID);
		ret = task ? -EINVAL : -ESRCH;
		if (task)
			put_task_struct(task);
	}
	if (!ret)
		return pid;

	put_pid(pid);
	return ERR_PTR(ret);
}

/* Return: 0 or an errno; then remove() must not be called. */
static int list(struct numalens_process *process)
{
	int ret;

	lockdep_assert_held(&registry_lock);

	ret = nr_watched ? 0 : numalens_probe_arm();
	if (ret)
		return ret;
	list_add_tail(&process->node, &processes);
	WRITE_ONCE(nr_watched, nr_watched + 1);
	return 0;
}

static void remove(struct numalens_process *process)
{
	lockdep_assert_held(&registry_lock);

	numalens_process_stop(process);
	numalens_process_sysfs_remove(process);
	list_del(&process->node);
	WRITE_ONCE(nr_watched, nr_watched - 1);
	if (!nr_watched)
		numalens_probe_disarm();
	numalens_registry_release();
	kobject_put(&process->kobj);
}

/* Return: a watched process that is not to be seen yet, or an ERR_PTR(). */
static struct numalens_process *add(struct pid *pid)
{
	struct numalens_process *process;
	int ret;

	lockdep_assert_held(&registry_lock);

	if (closed)
		return ERR_PTR(-ENODEV);
	if (find(pid_nr(pid)) || numalens_follow_has(pid))
		return ERR_PTR(-EEXIST);
	if (!numalens_registry_reserve())
		return ERR_PTR(-ENOSPC);

	process = numalens_process_alloc(pid, &numalens_defaults, GFP_KERNEL);
	if (!process) {
		ret = -ENOMEM;
		goto release;
	}
	get_pid(pid);
	numalens_process_sysfs_init(process);
	ret = list(process);
	if (ret)
		goto put_process;

	ret = numalens_process_start(process);
	if (ret) {
		remove(process);
		return ERR_PTR(ret);
	}
	return process;

put_process:
	kobject_put(&process->kobj);
release:
	numalens_registry_release();
	return ERR_PTR(ret);
}

/* Scanned without the lock: a terabyte takes a while. Nobody can unwatch it yet. */
static int scan_and_show(struct numalens_process *process)
{
	int ret = numalens_process_scan(process);

	/* A child that has exited has left an account of what it did. */
	if (ret == -ESRCH && process->parent && rcu_access_pointer(process->snapshot))
		ret = 0;

	mutex_lock(&registry_lock);
	ret = ret ?: numalens_process_sysfs_add(process);
	if (ret)
		remove(process);
	mutex_unlock(&registry_lock);
	return ret;
}

/**
 * numalens_registry_adopt - a child that counts already is to be listed and seen
 * @process: the child, with a place reserved; taken over
 *
 * Context: may sleep.
 */
void numalens_registry_adopt(struct numalens_process *process)
{
	int ret;

	mutex_lock(&registry_lock);
	if (closed)
		ret = -ENODEV;
	else if (find(process->nr))
		ret = -EEXIST;
	else
		ret = list(process);
	mutex_unlock(&registry_lock);

	if (ret) {
		numalens_process_stop(process);
		numalens_registry_release();
		kobject_put(&process->kobj);
	} else {
		ret = scan_and_show(process);
	}
	if (ret && ret != -ENODEV)
		numalens_registry_miss();
}

/**
 * numalens_registry_watch - watch a process
 * @nr: process id in the caller's pid namespace
 *
 * The process is scanned once, and shows up under processes/ when that is done.
 *
 * Context: may sleep, long for a large process; a fatal signal ends it.
 * Return: 0; -ESRCH no such process, -EINVAL a thread that leads no group,
 * -EOPNOTSUPP a kernel thread, -EEXIST watched already, or one with the same
 * number that has exited is, -ENOSPC max_watched reached, -EAGAIN as numalens_scan(),
 * -EINTR, -ENOMEM.
 */
int numalens_registry_watch(pid_t nr)
{
	struct pid *pid = get_pid_of(nr);
	struct numalens_process *process;

	if (IS_ERR(pid))
		return PTR_ERR(pid);

	mutex_lock(&registry_lock);
	process = add(pid);
	mutex_unlock(&registry_lock);
	put_pid(pid);
	if (IS_ERR(process))
		return PTR_ERR(process);

	/* Nor is the lock held while hooks are armed. Without them the rest still works. */
	if (process->settings.events && numalens_process_set_events(process, true))
		WRITE_ONCE(process->settings.events, false);
	return scan_and_show(process);
}

/**
 * numalens_registry_unwatch - no longer watch a process
 * @nr: its number under processes/, also if it has exited
 *
 * Context: may sleep: waits for readers of its files.
 * Return: 0; -ESRCH not watched, -EBUSY still scanned for the first time.
 */
int numalens_registry_unwatch(pid_t nr)
{
	struct numalens_process *process;
	int ret = 0;

	mutex_lock(&registry_lock);
	process = find(nr);
	if (!process)
		ret = -ESRCH;
	else if (!numalens_process_sysfs_is_added(process))
		ret = -EBUSY;
	else
		remove(process);
	mutex_unlock(&registry_lock);
	return ret;
}

/**
 * numalens_registry_close - accept no more watches, and break off scans
 *
 * Writers of `watch` that are under way return soon, with everything undone.
 */
void numalens_registry_close(void)
{
	struct numalens_process *process;

	mutex_lock(&registry_lock);
	closed = true;
	list_for_each_entry(process, &processes, node)
		numalens_process_halt(process);
	mutex_unlock(&registry_lock);
}

/**
 * numalens_registry_exit - unwatch all
 *
 * Context: no writer of `watch` is left.
 */
void numalens_registry_exit(void)
{
	struct numalens_process *process, *next;

	mutex_lock(&registry_lock);
	list_for_each_entry_safe(process, next, &processes, node)
		remove(process);
	mutex_unlock(&registry_lock);
}
