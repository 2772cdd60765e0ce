// SPDX-License-Identifier: GPL-2.0
/*
 * Children that are watched because their parent is.
 *
 * A child counts from before its first instruction, so all that counting needs is made
 * where it is forked, without waiting for memory. Its first scan and its directory
 * follow by a work item. Its place among max_watched is taken at once: children that
 * come faster than they are dealt with can't take more memory than watches may.
 */
#include "follow.h"

#include <linux/list.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "callback.h"
#include "mm_table.h"
#include "probe.h"
#include "process.h"
#include "registry.h"
#include "sysfs_process.h"
#include "thread.h"

#define GFP_BIRTH	(GFP_ATOMIC | __GFP_NOWARN)

/* Protects: newborn. */
static DEFINE_SPINLOCK(newborn_lock);
static LIST_HEAD(newborn);

static struct numalens_process *take_newborn(void)
{
	struct numalens_process *process;

	spin_lock(&newborn_lock);
	process = list_first_entry_or_null(&newborn, struct numalens_process, node);
	if (process)
		list_del_init(&process->node);
	spin_unlock(&newborn_lock);
	return process;
}

static void newborn_work(struct work_struct *work)
{
	struct numalens_process *process;

	while ((process = take_newborn())) {
		numalens_registry_adopt(process);
		cond_resched();
	}
}

static DECLARE_WORK(work, newborn_work);

static struct numalens_process *make(struct numalens_process *parent, struct task_struct *child)
{
	struct numalens_process *process;

	process = numalens_process_alloc(task_tgid(child), &parent->settings, GFP_BIRTH);
	if (!process)
		return NULL;
	get_pid(process->pid);
	process->parent = parent->nr;
	get_task_comm(process->comm, child);
	numalens_process_sysfs_init(process);
	return process;
}

static void start_events(struct numalens_process *parent, struct numalens_process *process,
			 struct task_struct *child)
{
	process->settings.events = READ_ONCE(parent->is_counting);
	if (!process->settings.events)
		return;
	/* The parent has got them: the hooks are there. */
	numalens_probe_events_hold();
	process->events_ns = process->watch_ns;
	process->is_counting = true;
	/* vfork(): the address space is the parent's, until an exec. */
	numalens_mm_add(process, child->mm, GFP_BIRTH);
}

/**
 * numalens_follow_forked - a watched process has a child
 * @parent: the process
 * @child: its child; it has not run yet
 *
 * Context: a tracepoint's callback.
 */
void numalens_follow_forked(struct numalens_process *parent, struct task_struct *child)
{
	struct numalens_process *process;

	if (!READ_ONCE(parent->settings.follow_forks) || numalens_process_is_dead(parent))
		return;
	if (!numalens_may_lock() || !numalens_registry_reserve()) {
		numalens_registry_miss();
		return;
	}
	process = make(parent, child);
	if (!process) {
		numalens_registry_release();
		numalens_registry_miss();
		return;
	}
	start_events(parent, process, child);
	numalens_thread_adopt(process, child, 0);

	spin_lock(&newborn_lock);
	list_add_tail(&process->node, &newborn);
	spin_unlock(&newborn_lock);
	queue_work(system_dfl_wq, &work);
}

/**
 * numalens_follow_has - whether a process is a child that is still to be listed
 * @pid: the process
 */
bool numalens_follow_has(const struct pid *pid)
{
	struct numalens_process *process;
	bool found = false;

	spin_lock(&newborn_lock);
	list_for_each_entry(process, &newborn, node)
		found |= process->pid == pid;
	spin_unlock(&newborn_lock);
	return found;
}

/**
 * numalens_follow_flush - wait until all who were born have been dealt with
 *
 * Context: may sleep; nobody is followed any more.
 */
void numalens_follow_flush(void)
{
	flush_work(&work);
}
