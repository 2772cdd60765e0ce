// SPDX-License-Identifier: GPL-2.0
#include "crossings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "node.h"
#include "puppet.h"
#include "text.h"
#include "tracer.h"

#define CPUS_MAX	256
#define OURS		"comm == \"" PUPPET_COMM "\""

const char *const crossing_files[NR_CROSSING_CAUSES] = {
	[CROSSED_BY_NUMA_MOVE] = "task_moves/numa_move",
	[CROSSED_BY_NUMA_SWAP] = "task_moves/numa_swap",
	[CROSSED_BY_AFFINITY] = "task_moves/affinity",
	[CROSSED_BY_WAKEUP] = "task_moves/wakeup",
	[CROSSED_BY_LOAD_BALANCE] = "task_moves/load_balance",
};

static const struct {
	const char *event, *filter;
} events[] = {
	{ "sched/sched_migrate_task", OURS },
	{ "sched/sched_waking", OURS },
	{ "sched/sched_wakeup", OURS },
	{ "sched/sched_move_numa", NULL },
	{ "sched/sched_swap_numa", NULL },
};

/* Those that are offline later must be known too. */
static int cpu_node[CPUS_MAX];

static void nodes_learn(void)
{
	int ids[NODES_MAX];
	int i, cpu, nr = nodes_with_cpu(ids, NODES_MAX);
	cpu_set_t set;

	memset(cpu_node, -1, sizeof(cpu_node));
	for (i = 0; i < nr; i++) {
		node_cpus(ids[i], &set);
		for (cpu = 0; cpu < CPUS_MAX; cpu++)
			if (CPU_ISSET(cpu, &set))
				cpu_node[cpu] = ids[i];
	}
}

bool crossings_begin(void)
{
	size_t i;

	nodes_learn();
	if (!tracer_open())
		return false;
	for (i = 0; i < ARRAY_SIZE(events); i++)
		if (tracer_enable(events[i].event, events[i].filter))
			return false;
	tracer_on();
	return true;
}

int crossings_node(int cpu)
{
	return cpu < 0 || cpu >= CPUS_MAX ? -1 : cpu_node[cpu];
}

static struct mover *mover_find(struct crossings *crossings, pid_t tid)
{
	struct mover *mover = crossings->mover;
	int i;

	for (i = 0; i < crossings->nr_movers; i++, mover++)
		if (mover->tid == tid)
			return mover;
	if (i == MOVERS_MAX)
		return NULL;
	crossings->nr_movers++;
	*mover = (struct mover){ .tid = tid, .move_to = -1, .swap_to = -1 };
	return mover;
}

/* Was that a thread migration/N? They stay as long as their CPU is there. */
static bool is_stopper(pid_t pid)
{
	char path[64];
	char *comm;
	bool is;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	comm = text_read(path, NULL);
	is = comm && !strncmp(comm, "migration/", 10);
	free(comm);
	return is;
}

/*
 * A thread is not on a run queue between sched_waking and sched_wakeup. On one, it is
 * migration/N that brings it where NUMA balancing wants to have it.
 */
static enum crossing_cause cause_of(const struct crossings *crossings,
				    const struct mover *mover, pid_t by, int to)
{
	if (crossings->pinned)
		return CROSSED_BY_AFFINITY;
	if (mover->waking || is_stopper(by)) {
		if (mover->move_to == to)
			return CROSSED_BY_NUMA_MOVE;
		if (mover->swap_to == to)
			return CROSSED_BY_NUMA_SWAP;
	}
	return mover->waking ? CROSSED_BY_WAKEUP : CROSSED_BY_LOAD_BALANCE;
}

static void migrated(struct crossings *crossings, struct mover *mover,
		     const struct tracer_event *event)
{
	enum crossing_cause cause;
	int64_t from, to;

	if (!event_number(event, "orig_cpu", &from) ||
	    !event_number(event, "dest_cpu", &to))
		return;
	cause = cause_of(crossings, mover, event->pid, to);
	mover->move_to = -1;
	mover->swap_to = -1;
	from = crossings_node(from);
	to = crossings_node(to);
	if (from == to || from < 0 || to < 0)
		return;
	crossings->matrix.at[from][to]++;
	crossings->cause[cause].at[from][to]++;
	mover->matrix.at[from][to]++;
}

/* The events that say of a thread where NUMA balancing wants to have it. */
static void intended(struct crossings *crossings, const struct tracer_event *event,
		     const char *who, const char *where, bool swap)
{
	struct mover *mover;
	int64_t tid, cpu;

	if (!event_number(event, who, &tid) ||
	    !event_number(event, where, &cpu))
		return;
	mover = mover_find(crossings, tid);
	if (mover && swap)
		mover->swap_to = cpu;
	else if (mover)
		mover->move_to = cpu;
}

static void see(const struct tracer_event *event, void *arg)
{
	struct crossings *crossings = arg;
	struct mover *mover;
	int64_t tid;

	if (!strcmp(event->name, "sched_move_numa")) {
		intended(crossings, event, "pid", "dst_cpu", false);
	} else if (!strcmp(event->name, "sched_swap_numa")) {
		intended(crossings, event, "src_pid", "dst_cpu", true);
		intended(crossings, event, "dst_pid", "src_cpu", true);
	} else if (event_number(event, "pid", &tid)) {
		mover = mover_find(crossings, tid);
		if (!mover)
			return;
		if (!strcmp(event->name, "sched_migrate_task"))
			migrated(crossings, mover, event);
		else
			mover->waking = !strcmp(event->name, "sched_waking");
	}
}

int crossings_end(struct crossings *crossings, bool pinned)
{
	int ret;

	tracer_off();
	memset(crossings, 0, sizeof(*crossings));
	crossings->pinned = pinned;
	ret = tracer_each(see, crossings);
	tracer_close();
	return ret < 0 ? ret : 0;
}
