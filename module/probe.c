// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks: armed while something is watched, and not a moment longer.
 *
 * What tells of threads is hooked with the first watch, which is quick. What events
 * are counted by takes a while to arm, and longer to disarm. So that is done by a
 * work item: only the first who wants events waits for it, nobody waits for the end,
 * and no lock is held meanwhile that another watch or a reader needs.
 */
#include "probe.h"

#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/mutex.h>
#include <linux/nodemask.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "migration.h"
#include "probe_entry.h"
#include "probe_trace.h"
#include "tally.h"

/* Who unwatches one process often watches the next. */
#define DISARM_DELAY	(HZ / 2)

/* How many processes count events. */
static atomic_t nr_users = ATOMIC_INIT(0);

/* Since when the hooks are armed, CLOCK_MONOTONIC; 0 if they are not. */
static u64 armed_ns;
static int armed_err;
static DECLARE_WAIT_QUEUE_HEAD(armed_wait);

/**
 * numalens_probe_arm - hook what tells of threads
 *
 * Context: may sleep; the registry lock.
 * Return: 0 or an errno of the tracepoint's, with nothing armed.
 */
int numalens_probe_arm(void)
{
	return numalens_probe_trace_arm(NUMALENS_PROBE_THREADS);
}

/**
 * numalens_probe_disarm - unhook it
 *
 * Callbacks in flight may go on for an RCU grace period.
 *
 * Context: may sleep; the registry lock.
 */
void numalens_probe_disarm(void)
{
	numalens_probe_trace_disarm(NUMALENS_PROBE_THREADS);
}

/**
 * numalens_events_supported - whether this machine and kernel have events at all
 */
bool numalens_events_supported(void)
{
	return IS_ENABLED(CONFIG_DYNAMIC_FTRACE) && nr_node_ids <= NUMALENS_MAX_NIDS;
}

static int arm(void)
{
	int ret;

	numalens_migration_reset();
	ret = numalens_probe_trace_arm(NUMALENS_PROBE_EVENTS);
	if (ret)
		goto sync;
	ret = numalens_probe_entry_arm();
	if (!ret)
		return 0;

	numalens_probe_trace_disarm(NUMALENS_PROBE_EVENTS);
sync:
	tracepoint_synchronize_unregister();
	return ret;
}

static void disarm(void)
{
	numalens_probe_entry_disarm();
	numalens_probe_trace_disarm(NUMALENS_PROBE_EVENTS);
	/* Before calls of migrate_pages() are forgotten by the next arming. */
	tracepoint_synchronize_unregister();
}

/* Brings the hooks to what is wanted now; queued anew by whoever changes that. */
static void hooks_work(struct work_struct *work)
{
	bool wanted = atomic_read(&nr_users);
	u64 since_ns = armed_ns;

	if (wanted && !since_ns) {
		WRITE_ONCE(armed_err, arm());
		if (!armed_err)
			WRITE_ONCE(armed_ns, ktime_get_ns());
	} else if (!wanted && since_ns) {
		WRITE_ONCE(armed_ns, 0);
		/* Pairs with that of atomic_inc_return(): one of the two sees the other. */
		smp_mb();
		if (atomic_read(&nr_users))
			WRITE_ONCE(armed_ns, since_ns);
		else
			disarm();
	}
	wake_up_all(&armed_wait);
}

static DECLARE_DELAYED_WORK(hooks, hooks_work);

/**
 * numalens_probe_events_ns - since when the hooks of events are armed
 *
 * Return: CLOCK_MONOTONIC, or 0 while they are not.
 */
u64 numalens_probe_events_ns(void)
{
	return READ_ONCE(armed_ns);
}

/**
 * numalens_probe_events_get - another process wants its events counted
 *
 * The first one waits until the hooks are armed. Who comes meanwhile does not.
 *
 * Context: may sleep.
 * Return: 0, or an errno if the hooks can't be armed; put it all the same.
 */
int numalens_probe_events_get(void)
{
	if (atomic_inc_return(&nr_users) > 1)
		return READ_ONCE(armed_err);
	WRITE_ONCE(armed_err, 0);
	mod_delayed_work(system_dfl_wq, &hooks, 0);
	wait_event(armed_wait, READ_ONCE(armed_ns) || READ_ONCE(armed_err));
	return READ_ONCE(armed_err);
}

/**
 * numalens_probe_events_hold - the same where somebody has got them already
 *
 * Context: any.
 */
void numalens_probe_events_hold(void)
{
	atomic_inc(&nr_users);
}

/**
 * numalens_probe_events_put - a process no longer wants its events counted
 *
 * Context: any. The hooks go a little later, if it was the last.
 */
void numalens_probe_events_put(void)
{
	if (atomic_dec_and_test(&nr_users))
		mod_delayed_work(system_dfl_wq, &hooks, DISARM_DELAY);
}

int numalens_probe_init(void)
{
	return numalens_probe_trace_init();
}

/**
 * numalens_probe_sync - wait for callbacks in flight
 *
 * Context: may sleep.
 */
void numalens_probe_sync(void)
{
	tracepoint_synchronize_unregister();
}

/**
 * numalens_probe_exit - wait until nothing is hooked and no callback runs
 *
 * Context: may sleep; nobody wants events.
 */
void numalens_probe_exit(void)
{
	mod_delayed_work(system_dfl_wq, &hooks, 0);
	flush_delayed_work(&hooks);
	numalens_probe_sync();
	numalens_probe_entry_exit();
}
