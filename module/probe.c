// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks: armed while something is watched, and not a moment longer.
 *
 * Tracepoints are found by name, since most are not exported. Each callback is
 * one look-up and a return for a thread that nobody watches.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "probe.h"

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "thread.h"

/* include/trace/events/sched.h has the arguments, after the first. */
static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
	numalens_thread_forked(parent, child);
}

static void on_migrate(void *data, struct task_struct *task, int dest_cpu)
{
	numalens_thread_moved(task);
}

static void on_free(void *data, struct task_struct *task)
{
	numalens_thread_freed(task);
}

static struct probe {
	const char *name;
	void *callback;
	struct tracepoint *tracepoint;
} probes[] = {
	{ "sched_process_fork", on_fork },
	{ "sched_migrate_task", on_migrate },
	{ "sched_process_free", on_free },
};

static void disarm(unsigned int nr)
{
	while (nr--)
		tracepoint_probe_unregister(probes[nr].tracepoint, probes[nr].callback, NULL);
}

/**
 * numalens_probe_arm - hook what tells of watched processes
 *
 * Context: may sleep; the registry lock.
 * Return: 0 or an errno of the tracepoint's, with nothing armed.
 */
int numalens_probe_arm(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(probes); i++) {
		ret = tracepoint_probe_register(probes[i].tracepoint, probes[i].callback, NULL);
		if (ret) {
			disarm(i);
			return ret;
		}
	}
	return 0;
}

/**
 * numalens_probe_disarm - unhook, and wait for callbacks in flight
 *
 * Context: may sleep; the registry lock.
 */
void numalens_probe_disarm(void)
{
	disarm(ARRAY_SIZE(probes));
	tracepoint_synchronize_unregister();
}

static void find(struct tracepoint *tracepoint, void *data)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tracepoint->name, probes[i].name))
			probes[i].tracepoint = tracepoint;
}

int numalens_probe_init(void)
{
	unsigned int i;

	for_each_kernel_tracepoint(find, NULL);
	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!probes[i].tracepoint) {
			pr_err("this kernel has no tracepoint %s\n", probes[i].name);
			return -ENOENT;
		}
	return 0;
}
