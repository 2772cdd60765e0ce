// SPDX-License-Identifier: GPL-2.0
/*
 * Threads that change their node, and why.
 */
#include "task_move.h"

#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/sched/prio.h>
#include <linux/topology.h>

#include "count.h"
#include "trace.h"

/**
 * numalens_task_move_announced - NUMA balancing is about to move a thread
 * @task: the thread
 * @dest_cpu: where to
 * @event: how
 *
 * Context: a callback of a tracepoint. The move itself follows, or does not.
 */
void numalens_task_move_announced(struct task_struct *task, int dest_cpu,
				  enum numalens_event event)
{
	struct numalens_thread_state *thread = numalens_thread_find(task);

	if (!thread)
		return;
	thread->numa_event = event;
	WRITE_ONCE(thread->numa_cpu, dest_cpu);
}

/* Has @task the class of migration/N? sched_set_stop_task() gives it this priority. */
static bool is_stopper(struct task_struct *task)
{
	return (task->flags & PF_KTHREAD) && task->rt_priority == MAX_RT_PRIO - 1;
}

/*
 * What NUMA balancing has announced is done by migration/N, or when the thread wakes if
 * it sleeps by then. Anyone else who moves it meanwhile does so for a reason of his own,
 * even to the same CPU: a CPU that waits for a swap may pull what it is to be given.
 *
 * A thread that may no longer run where it is, is moved for that. One that is being
 * woken is in a state of its own; whatever else moves one is balancing.
 */
static enum numalens_event cause_of(struct numalens_thread_state *thread,
				    struct task_struct *task, int dest_cpu)
{
	bool is_waking = READ_ONCE(task->__state) == TASK_WAKING;
	bool announced = READ_ONCE(thread->numa_cpu) == dest_cpu;

	WRITE_ONCE(thread->numa_cpu, -1);
	if (announced && (is_waking || is_stopper(current)))
		return thread->numa_event;
	if (!cpumask_test_cpu(task_cpu(task), task->cpus_ptr) || !cpu_active(task_cpu(task)))
		return NUMALENS_MOVE_AFFINITY;
	return is_waking ? NUMALENS_MOVE_WAKEUP : NUMALENS_MOVE_LOAD_BALANCE;
}

/**
 * numalens_task_moved - a thread is about to change its CPU
 * @thread: its record
 * @task: the thread; task_cpu() is still the old one
 * @dest_cpu: the new one
 *
 * Context: tracepoint, with the scheduler's locks held and interrupts off: its
 * matrices exist, nothing is allocated.
 */
void numalens_task_moved(struct numalens_thread_state *thread, struct task_struct *task,
			 int dest_cpu)
{
	int from = numalens_thread_cpu_nid(task_cpu(task));
	int to = numalens_thread_cpu_nid(dest_cpu);
	struct numalens_process *process = thread->process;
	enum numalens_event event = cause_of(thread, task, dest_cpu);

	if (from == to || !READ_ONCE(process->is_counting))
		return;
	numalens_count(process, thread, event, from, to, 1);
	trace_task_move(process->nr, task, task_cpu(task), from, dest_cpu, to, event);
}
