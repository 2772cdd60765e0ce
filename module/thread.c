// SPDX-License-Identifier: GPL-2.0
/*
 * Every thread of a watched process: its CPU time by node, and what it caused.
 *
 * A thread's CPU time is credited to the node it was spent on when the thread
 * is about to leave it: the scheduler has brought sum_exec_runtime up to date by
 * then, so the credit is exact. What a thread has run since its last move is
 * credited by each scan; of a running thread that is up to a tick old. What is
 * left at its death is credited when the kernel frees it, after its last switch.
 *
 * A record says how much of a thread's runtime has been credited. A thread
 * without a record (none could be allocated when it was born) has had nothing
 * credited: the next scan makes up for it. Its events until then are the process's.
 *
 * Credit is exchanged, not locked: whoever finds more runtime than was credited
 * takes the difference. Two at once may each take a part, even a negative one;
 * the sum is right.
 */
#include "thread.h"

#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "callback.h"
#include "first_touch.h"
#include "follow.h"
#include "process.h"
#include "task_move.h"

struct hlist_head numalens_thread_table[1 << NUMALENS_THREAD_BITS];

/* Protects: changes of numalens_thread_table. Whoever removes a record from it frees it. */
static DEFINE_RAW_SPINLOCK(table_lock);

/* Return: false if there is one already. */
static bool insert(struct numalens_thread_state *thread)
{
	bool is_new;

	raw_spin_lock_bh(&table_lock);
	is_new = !numalens_thread_find(thread->task);
	if (is_new)
		hlist_add_head_rcu(&thread->node,
				   &numalens_thread_table[hash_ptr(thread->task,
								   NUMALENS_THREAD_BITS)]);
	raw_spin_unlock_bh(&table_lock);
	return is_new;
}

/**
 * numalens_thread_cpu_nid - the node that a CPU's time is counted for
 * @cpu: the CPU
 */
int numalens_thread_cpu_nid(unsigned int cpu)
{
	int nid = cpu_to_node(cpu);

	return nid == NUMA_NO_NODE ? first_online_node : nid;
}

/**
 * numalens_thread_credit - bring a thread's CPU time up to date
 * @thread: its record
 * @task: the thread
 */
void numalens_thread_credit(struct numalens_thread_state *thread, struct task_struct *task)
{
	unsigned int cpu;
	u64 runtime;
	s64 ns;
	int nid;

	/* A move in between has credited the old node: then the time is the new one's. */
	do {
		cpu = task_cpu(task);
		runtime = READ_ONCE(task->se.sum_exec_runtime);
	} while (cpu != task_cpu(task));

	nid = numalens_thread_cpu_nid(cpu);
	ns = runtime - atomic64_xchg(&thread->credited_ns, runtime);
	atomic64_add(ns, &thread->time_ns[nid]);
	atomic64_add(ns, &thread->process->time_ns[nid]);
}

static void free_rcu_cb(struct rcu_head *rcu)
{
	struct numalens_thread_state *thread = container_of(rcu, struct numalens_thread_state,
							    rcu);

	numalens_tally_exit(&thread->tally);
	kfree(thread);
}

static void drop(struct numalens_thread_state *thread)
{
	bool is_mine;

	raw_spin_lock_bh(&table_lock);
	is_mine = !hlist_unhashed(&thread->node);
	hlist_del_init_rcu(&thread->node);
	raw_spin_unlock_bh(&table_lock);
	if (is_mine)
		call_rcu(&thread->rcu, free_rcu_cb);
}

/*
 * A move is counted under the scheduler's locks, where nothing can be allocated:
 * its matrices come with the record.
 */
static struct numalens_thread_state *make(struct numalens_process *process,
					  struct task_struct *task, u64 credited_ns)
{
	size_t nr_cells = nr_node_ids * nr_node_ids;
	struct numalens_thread_state *thread = NULL;
	unsigned int event;
	atomic64_t *cell;

	if (numalens_may_lock())
		thread = kzalloc(struct_size(thread, time_ns,
					     nr_node_ids + NUMALENS_NR_MOVES * nr_cells),
				 GFP_ATOMIC | __GFP_NOWARN);
	if (!thread)
		return NULL;
	cell = thread->time_ns + nr_node_ids;
	for (event = NUMALENS_MOVE_NUMA_MOVE; event <= NUMALENS_MOVE_LOAD_BALANCE; event++) {
		numalens_tally_lend(&thread->tally, event, cell);
		cell += nr_cells;
	}
	thread->task = task;
	thread->process = process;
	thread->numa_cpu = -1;
	/* No VMA begins there. */
	thread->stash.vma_start = 1;
	thread->stash.hint_vma_start = 1;
	INIT_LIST_HEAD(&thread->sibling);
	raw_spin_lock_init(&thread->pending_lock);
	atomic64_set(&thread->credited_ns, credited_ns);
	return thread;
}

/**
 * numalens_thread_adopt - count for a thread from now on
 * @process: whose it is
 * @task: the thread
 * @credited_ns: what it has run before that is not to be counted
 *
 * Context: RCU.
 * Return: the record that there is now, or NULL.
 */
struct numalens_thread_state *numalens_thread_adopt(struct numalens_process *process,
						    struct task_struct *task, u64 credited_ns)
{
	struct numalens_thread_state *thread = make(process, task, credited_ns);
	bool closed;

	if (!thread)
		return NULL;
	if (!insert(thread)) {
		kfree(thread);
		return numalens_thread_find(task);
	}

	raw_spin_lock_bh(&process->threads_lock);
	closed = process->threads_closed;
	if (!closed)
		list_add(&thread->sibling, &process->threads);
	raw_spin_unlock_bh(&process->threads_lock);
	if (closed) {
		drop(thread);
		return NULL;
	}
	return thread;
}

/**
 * numalens_threads_adopt - count for all threads of a process from now on
 * @process: newly watched, with the hooks armed
 *
 * Return: 0 or -ENOMEM; numalens_threads_abandon() undoes either.
 */
int numalens_threads_adopt(struct numalens_process *process)
{
	struct task_struct *leader, *task;
	int ret = 0;

	rcu_read_lock();
	leader = pid_task(process->pid, PIDTYPE_TGID);
	if (leader)
		for_each_thread(leader, task)
			if (!numalens_thread_adopt(process, task,
						   READ_ONCE(task->se.sum_exec_runtime)))
				ret = -ENOMEM;
	rcu_read_unlock();

	return ret;
}

/**
 * numalens_threads_abandon - forget all threads of a process
 * @process: no longer watched
 *
 * Callbacks in flight may still see the records, and the process, until an RCU
 * grace period has passed.
 */
void numalens_threads_abandon(struct numalens_process *process)
{
	struct numalens_thread_state *thread;

	rcu_read_lock();
	raw_spin_lock_bh(&process->threads_lock);
	process->threads_closed = true;
	while ((thread = list_first_entry_or_null(&process->threads,
						  struct numalens_thread_state, sibling))) {
		list_del_init(&thread->sibling);
		raw_spin_unlock_bh(&process->threads_lock);
		drop(thread);
		raw_spin_lock_bh(&process->threads_lock);
	}
	raw_spin_unlock_bh(&process->threads_lock);
	rcu_read_unlock();
}

/**
 * numalens_threads_settle - count what threads have pending, before counts are read
 * @process: the process
 */
void numalens_threads_settle(struct numalens_process *process)
{
	struct numalens_thread_state *thread;

	raw_spin_lock_bh(&process->threads_lock);
	list_for_each_entry(thread, &process->threads, sibling)
		numalens_first_touch_settle(thread);
	raw_spin_unlock_bh(&process->threads_lock);
}

/**
 * numalens_threads_clear - let events of its threads count from zero
 * @process: the process
 */
void numalens_threads_clear(struct numalens_process *process)
{
	struct numalens_thread_state *thread;

	raw_spin_lock_bh(&process->threads_lock);
	list_for_each_entry(thread, &process->threads, sibling) {
		numalens_tally_clear(&thread->tally);
		/* Of a fault of which the end was not told. */
		thread->stash.hint_addr = 0;
	}
	raw_spin_unlock_bh(&process->threads_lock);
}

/**
 * numalens_thread_forked - a process or thread was born
 * @parent: who made it
 * @child: it has not run yet
 *
 * Context: a tracepoint's callback.
 */
void numalens_thread_forked(struct task_struct *parent, struct task_struct *child)
{
	struct numalens_thread_state *thread;

	rcu_read_lock();
	thread = numalens_thread_find(parent);
	if (thread && child->signal == parent->signal)
		numalens_thread_adopt(thread->process, child, 0);
	else if (thread)
		numalens_follow_forked(thread->process, child);
	rcu_read_unlock();
}

/**
 * numalens_thread_moved - a thread is about to change its CPU
 * @task: the thread; task_cpu() is still the old one
 * @dest_cpu: the new one
 *
 * Context: tracepoint, with the scheduler's locks held and interrupts off.
 */
void numalens_thread_moved(struct task_struct *task, int dest_cpu)
{
	struct numalens_thread_state *thread;

	rcu_read_lock();
	thread = numalens_thread_find(task);
	if (thread) {
		numalens_thread_credit(thread, task);
		numalens_task_moved(thread, task, dest_cpu);
	}
	rcu_read_unlock();
}

/**
 * numalens_thread_execed - a thread has begun a new program
 * @task: the thread, the only one of its process
 *
 * Context: a tracepoint's callback.
 */
void numalens_thread_execed(struct task_struct *task)
{
	struct numalens_thread_state *thread;

	rcu_read_lock();
	thread = numalens_thread_find(task);
	if (thread)
		numalens_process_execed(thread->process, task);
	rcu_read_unlock();
}

/**
 * numalens_thread_freed - a thread has run for the last time
 * @task: the thread
 *
 * Its counts become the process's under the lock under which they are summed up,
 * so that a scan has them once, wherever they are.
 *
 * Context: tracepoint, in an RCU callback.
 */
void numalens_thread_freed(struct task_struct *task)
{
	struct numalens_thread_state *thread;
	struct numalens_process *process;
	bool last;

	rcu_read_lock();
	thread = numalens_thread_find(task);
	if (thread) {
		numalens_thread_credit(thread, task);
		process = thread->process;
		raw_spin_lock_bh(&process->threads_lock);
		numalens_first_touch_settle(thread);
		numalens_tally_fold(&thread->tally, &process->tally);
		list_del_init(&thread->sibling);
		last = list_empty(&process->threads) && !process->threads_closed;
		raw_spin_unlock_bh(&process->threads_lock);
		drop(thread);
		if (last)
			numalens_process_ended(process);
	}
	rcu_read_unlock();
}
