// SPDX-License-Identifier: GPL-2.0
/*
 * CPU time by node, of every thread of a watched process.
 *
 * A thread's CPU time is credited to the node it was spent on when the thread
 * is about to leave it: the scheduler has brought sum_exec_runtime up to date by
 * then, so the credit is exact. What a thread has run since its last move is
 * credited by each scan; of a running thread that is up to a tick old. What is
 * left at its death is credited when the kernel frees it, after its last switch.
 *
 * A record says how much of a thread's runtime has been credited. A thread
 * without a record (none could be allocated when it was born) has had nothing
 * credited: the next scan makes up for it.
 *
 * Credit is exchanged, not locked: whoever finds more runtime than was credited
 * takes the difference. Two at once may each take a part, even a negative one;
 * the sum is right.
 */
#include "thread.h"

#include <linux/rhashtable.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "process.h"

/**
 * struct thread - what is known of one thread
 * @hash: in records, by @task
 * @task: identity only: no reference; the record goes before the task does
 * @process: whose it is
 * @sibling: in the process's threads
 * @credited_ns: runtime that was credited to a node
 * @rcu: to free it
 */
struct thread {
	struct rhash_head hash;
	struct task_struct *task;
	struct numalens_process *process;
	struct list_head sibling;
	atomic64_t credited_ns;
	struct rcu_head rcu;
};

static const struct rhashtable_params params = {
	.head_offset = offsetof(struct thread, hash),
	.key_offset = offsetof(struct thread, task),
	.key_len = sizeof_field(struct thread, task),
	.automatic_shrinking = true,
};

/* Whoever removes a record from here frees it. */
static struct rhashtable records;

static struct thread *find(struct task_struct *task)
{
	return rhashtable_lookup(&records, &task, params);
}

static int cpu_nid(unsigned int cpu)
{
	int nid = cpu_to_node(cpu);

	return nid == NUMA_NO_NODE ? first_online_node : nid;
}

static void credit(struct thread *thread, struct task_struct *task)
{
	unsigned int cpu;
	u64 runtime;

	/* A move in between has credited the old node: then the time is the new one's. */
	do {
		cpu = task_cpu(task);
		runtime = READ_ONCE(task->se.sum_exec_runtime);
	} while (cpu != task_cpu(task));

	atomic64_add(runtime - atomic64_xchg(&thread->credited_ns, runtime),
		     &thread->process->time_ns[cpu_nid(cpu)]);
}

static void drop(struct thread *thread)
{
	if (!rhashtable_remove_fast(&records, &thread->hash, params))
		kfree_rcu(thread, rcu);
}

/* Return: the record that there is now, or NULL. Context: RCU. */
static struct thread *adopt(struct numalens_process *process, struct task_struct *task,
			    u64 credited_ns)
{
	struct thread *thread = kzalloc(sizeof(*thread), GFP_ATOMIC | __GFP_NOWARN);
	bool closed;

	if (!thread)
		return NULL;
	thread->task = task;
	thread->process = process;
	INIT_LIST_HEAD(&thread->sibling);
	atomic64_set(&thread->credited_ns, credited_ns);
	if (rhashtable_lookup_insert_fast(&records, &thread->hash, params)) {
		kfree(thread);
		return find(task);
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
 * numalens_threads_adopt - count the CPU time of a process from now on
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
			if (!adopt(process, task, READ_ONCE(task->se.sum_exec_runtime)))
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
	struct thread *thread;

	rcu_read_lock();
	raw_spin_lock_bh(&process->threads_lock);
	process->threads_closed = true;
	while ((thread = list_first_entry_or_null(&process->threads, struct thread, sibling))) {
		list_del_init(&thread->sibling);
		raw_spin_unlock_bh(&process->threads_lock);
		drop(thread);
		raw_spin_lock_bh(&process->threads_lock);
	}
	raw_spin_unlock_bh(&process->threads_lock);
	rcu_read_unlock();
}

/**
 * numalens_sample_init - make room for a sample
 * @sample: zeroed by the caller
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_sample_init(struct numalens_sample *sample)
{
	sample->time_ns = kcalloc(nr_node_ids, sizeof(*sample->time_ns), GFP_KERNEL);
	sample->threads = kcalloc(nr_node_ids, sizeof(*sample->threads), GFP_KERNEL);
	if (sample->time_ns && sample->threads &&
	    zalloc_cpumask_var(&sample->allowed, GFP_KERNEL))
		return 0;

	kfree(sample->threads);
	kfree(sample->time_ns);
	return -ENOMEM;
}

void numalens_sample_exit(struct numalens_sample *sample)
{
	free_cpumask_var(sample->allowed);
	kfree(sample->threads);
	kfree(sample->time_ns);
}

/**
 * numalens_threads_sample - bring CPU time up to date and look at the threads
 * @process: the process; of one that exited, only the time is known
 * @sample: filled in
 */
void numalens_threads_sample(struct numalens_process *process, struct numalens_sample *sample)
{
	struct task_struct *leader, *task;
	struct thread *thread;
	int nid;

	memset(sample->threads, 0, nr_node_ids * sizeof(*sample->threads));
	cpumask_clear(sample->allowed);

	rcu_read_lock();
	leader = pid_task(process->pid, PIDTYPE_TGID);
	if (leader)
		for_each_thread(leader, task) {
			thread = find(task) ?: adopt(process, task, 0);
			if (thread)
				credit(thread, task);
			if (task->flags & PF_EXITING)
				continue;
			sample->threads[cpu_nid(task_cpu(task))]++;
			cpumask_or(sample->allowed, sample->allowed, &task->cpus_mask);
		}
	rcu_read_unlock();

	for (nid = 0; nid < nr_node_ids; nid++)
		sample->time_ns[nid] = atomic64_read(&process->time_ns[nid]);
}

/**
 * numalens_thread_forked - a process or thread was born
 * @parent: who made it
 * @child: it has not run yet
 *
 * Context: tracepoint, preemption disabled.
 */
void numalens_thread_forked(struct task_struct *parent, struct task_struct *child)
{
	struct thread *thread;

	if (child->signal != parent->signal)
		return;
	rcu_read_lock();
	thread = find(parent);
	if (thread)
		adopt(thread->process, child, 0);
	rcu_read_unlock();
}

/**
 * numalens_thread_moved - a thread is about to change its CPU
 * @task: the thread; task_cpu() is still the old one
 *
 * Context: tracepoint, with the scheduler's locks held and interrupts off.
 */
void numalens_thread_moved(struct task_struct *task)
{
	struct thread *thread;

	rcu_read_lock();
	thread = find(task);
	if (thread)
		credit(thread, task);
	rcu_read_unlock();
}

/**
 * numalens_thread_freed - a thread has run for the last time
 * @task: the thread
 *
 * Context: tracepoint, in an RCU callback.
 */
void numalens_thread_freed(struct task_struct *task)
{
	struct numalens_process *process;
	struct thread *thread;
	bool last;

	rcu_read_lock();
	thread = find(task);
	if (thread) {
		credit(thread, task);
		process = thread->process;
		raw_spin_lock_bh(&process->threads_lock);
		list_del_init(&thread->sibling);
		last = list_empty(&process->threads) && !process->threads_closed;
		raw_spin_unlock_bh(&process->threads_lock);
		drop(thread);
		if (last)
			numalens_process_ended(process);
	}
	rcu_read_unlock();
}

int numalens_thread_init(void)
{
	return rhashtable_init(&records, &params);
}

void numalens_thread_exit(void)
{
	rhashtable_destroy(&records);
}
