// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at tracepoints, found by name, since most are not exported. Each callback is
 * one look-up and a return for a thread that nobody watches.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "probe_trace.h"

#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "callback.h"
#include "first_touch.h"
#include "migration.h"
#include "task_move.h"
#include "thread.h"
#include "vma_skip.h"

/* include/trace/events/{sched,migrate,filemap}.h have the arguments, after the first. */
static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	bool entered = numalens_callback_enter();

	numalens_thread_forked(parent, child);
	numalens_callback_leave(entered);
}

static void on_exec(void *data, struct task_struct *task, pid_t old_pid,
		    struct linux_binprm *bprm)
{
	bool entered = numalens_callback_enter();

	numalens_thread_execed(task);
	numalens_callback_leave(entered);
}

static void on_migrate(void *data, struct task_struct *task, int dest_cpu)
{
	numalens_thread_moved(task, dest_cpu);
}

static void on_free(void *data, struct task_struct *task)
{
	bool entered = numalens_callback_enter();

	numalens_thread_freed(task);
	numalens_callback_leave(entered);
}

static void on_move_numa(void *data, struct task_struct *task, int src_cpu, int dst_cpu)
{
	rcu_read_lock();
	numalens_task_move_announced(task, dst_cpu, NUMALENS_MOVE_NUMA_MOVE);
	rcu_read_unlock();
}

static void on_swap_numa(void *data, struct task_struct *src, int src_cpu,
			 struct task_struct *dst, int dst_cpu)
{
	rcu_read_lock();
	numalens_task_move_announced(src, dst_cpu, NUMALENS_MOVE_NUMA_SWAP);
	numalens_task_move_announced(dst, src_cpu, NUMALENS_MOVE_NUMA_SWAP);
	rcu_read_unlock();
}

static void on_migrate_pages_start(void *data, int mode, int reason)
{
	bool entered = numalens_callback_enter();

	numalens_migration_begin(reason);
	numalens_callback_leave(entered);
}

static void on_migrate_pages(void *data, unsigned long nr_succeeded, unsigned long nr_failed)
{
	bool entered = numalens_callback_enter();

	numalens_migration_end(nr_failed);
	numalens_callback_leave(entered);
}

static void on_add_to_page_cache(void *data, struct folio *folio)
{
	bool entered = numalens_callback_enter();

	numalens_first_touch_file(folio);
	numalens_callback_leave(entered);
}

static void on_skip_vma(void *data, struct mm_struct *mm, struct vm_area_struct *vma, int reason)
{
	rcu_read_lock();
	numalens_vma_skipped(vma, reason);
	rcu_read_unlock();
}

static struct probe {
	enum numalens_probe_set set;
	const char *name;
	void *callback;
	struct tracepoint *tracepoint;
	bool armed;
} probes[] = {
	{ NUMALENS_PROBE_THREADS, "sched_process_fork", on_fork },
	{ NUMALENS_PROBE_THREADS, "sched_process_exec", on_exec },
	{ NUMALENS_PROBE_THREADS, "sched_migrate_task", on_migrate },
	{ NUMALENS_PROBE_THREADS, "sched_process_free", on_free },
	{ NUMALENS_PROBE_EVENTS, "sched_move_numa", on_move_numa },
	{ NUMALENS_PROBE_EVENTS, "sched_swap_numa", on_swap_numa },
	/* The end first: a call whose end is not told would be one for ever. */
	{ NUMALENS_PROBE_EVENTS, "mm_migrate_pages", on_migrate_pages },
	{ NUMALENS_PROBE_EVENTS, "mm_migrate_pages_start", on_migrate_pages_start },
	{ NUMALENS_PROBE_EVENTS, "mm_filemap_add_to_page_cache", on_add_to_page_cache },
	{ NUMALENS_PROBE_EVENTS, "sched_skip_vma_numa", on_skip_vma },
};

/**
 * numalens_probe_trace_disarm - unhook a set
 * @set: which; some of it need not be armed
 *
 * Callbacks in flight may go on until tracepoint_synchronize_unregister(), or until
 * an RCU grace period has passed: by that they let go of what they use.
 *
 * Context: may sleep; who arms and disarms takes care of order.
 */
void numalens_probe_trace_disarm(enum numalens_probe_set set)
{
	unsigned int i;

	for (i = ARRAY_SIZE(probes); i-- > 0;)
		if (probes[i].set == set && probes[i].armed) {
			tracepoint_probe_unregister(probes[i].tracepoint, probes[i].callback,
						    NULL);
			probes[i].armed = false;
		}
}

/**
 * numalens_probe_trace_arm - hook a set; what this kernel lacks is left out
 * @set: which
 *
 * Context: may sleep; who arms and disarms takes care of order.
 * Return: 0 or an errno of the tracepoint's, with nothing armed.
 */
int numalens_probe_trace_arm(enum numalens_probe_set set)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		if (probes[i].set != set || !probes[i].tracepoint)
			continue;
		ret = tracepoint_probe_register(probes[i].tracepoint, probes[i].callback, NULL);
		if (ret) {
			numalens_probe_trace_disarm(set);
			return ret;
		}
		probes[i].armed = true;
	}
	return 0;
}

static void find(struct tracepoint *tracepoint, void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

/**
 * numalens_probe_trace_init - find the tracepoints
 *
 * Return: 0; -ENOENT if one is missing without which nothing can be watched.
 */
int numalens_probe_trace_init(void)
{
	unsigned int i;

	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!probes[i].tracepoint && probes[i].set == NUMALENS_PROBE_THREADS) {
			pr_err("this kernel has no tracepoint %s\n", probes[i].name);
			return -ENOENT;
		}
	return 0;
}

/**
 * numalens_probe_trace_tells_skips - whether this kernel tells which VMAs it passes over
 *
 * Context: any.
 */
bool numalens_probe_trace_tells_skips(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (probes[i].callback == on_skip_vma)
			return probes[i].tracepoint;
	return false;
}
