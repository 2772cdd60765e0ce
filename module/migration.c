// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations: which pages moved from node to node, for which reason, at whose hands.
 *
 * A call of the kernel's migrate_pages() has a reason, and migrates a list of pages
 * that may be anybody's. For each mapping of a page remove_migration_pte() is called
 * when it is over: with the new page where it went well, with the old one where it did
 * not and may be tried again. So the calls under way are kept by the task that makes
 * them; a task may sleep in one, and reclaim may begin another inside of it.
 *
 * Who failed to be moved: of system calls, the target is known, and the kernel says
 * how many pages it could not move. NUMA balancing says so at the end of the hinting
 * fault. Of the rest (compaction, hotplug, cpusets, …) it is known from the mappings
 * that were put back and did not go at a later try.
 */
#include "migration.h"

#include <linux/compat.h>
#include <linux/hash.h>
#include <linux/migrate_mode.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include <asm/syscall.h>
#include <asm/unistd.h>

#include "count.h"
#include "mm_table.h"
#include "pagewalk.h"
#include "trace.h"
#include "vma_tally.h"

#define CALL_BITS	8
#define NR_CALLS	(1 << CALL_BITS)
#define MAX_PROBES	8
#define MAX_DEPTH	3

/* Compaction takes as many pages at a time; of a larger call the rest is not told. */
#define NR_PUT_BACK	32

/**
 * struct put_back - a mapping that was put back
 * @mm: whose; only compared
 * @addr: where
 * @nr: base pages
 */
struct put_back {
	struct mm_struct *mm;
	unsigned long addr;
	unsigned long nr;
};

/**
 * struct call - calls of migrate_pages() that a task is in; used by it alone
 * @task: who; NULL if the entry is free
 * @depth: how many it is in
 * @event: why, by depth
 * @nr_put_back: how many of the next
 * @put_back: mappings that were put back by the innermost call
 * @process: whose mapping was the last; only compared
 * @vma_start: its VMA
 * @vma_gen: the process's vma_gen when a tally was looked up for them
 * @vma_tally: what was found; valid while all three are the same
 */
struct call {
	struct task_struct *task;
	unsigned int depth;
	enum numalens_event event[MAX_DEPTH];
	unsigned int nr_put_back;
	struct put_back put_back[NR_PUT_BACK];
	struct numalens_process *process;
	unsigned long vma_start;
	unsigned long vma_gen;
	struct numalens_tally *vma_tally;
};

static struct call calls[NR_CALLS];

/* What the kernel's reason is counted as. */
static const enum numalens_event events[] = {
	[MR_COMPACTION] = NUMALENS_MIGRATE_COMPACTION,
	[MR_MEMORY_FAILURE] = NUMALENS_MIGRATE_MEMORY_FAILURE,
	[MR_MEMORY_HOTPLUG] = NUMALENS_MIGRATE_MEMORY_HOTPLUG,
	[MR_SYSCALL] = NUMALENS_MIGRATE_SYSCALL_OR_CPUSET,
	[MR_MEMPOLICY_MBIND] = NUMALENS_MIGRATE_MEMPOLICY_MBIND,
	[MR_NUMA_MISPLACED] = NUMALENS_MIGRATE_NUMA_MISPLACED,
	[MR_CONTIG_RANGE] = NUMALENS_MIGRATE_CONTIG_RANGE,
	[MR_LONGTERM_PIN] = NUMALENS_MIGRATE_LONGTERM_PIN,
	[MR_DEMOTION] = NUMALENS_MIGRATE_DEMOTION,
};

static int syscall_nr(void)
{
	if (current->flags & PF_KTHREAD || in_compat_syscall())
		return -1;
	return syscall_get_nr(current, task_pt_regs(current));
}

/* The kernel has one reason for two system calls and the cpusets, who use a kworker. */
static enum numalens_event event_of(int reason)
{
	if (reason < 0 || reason >= ARRAY_SIZE(events))
		return NUMALENS_MIGRATE_OTHER;
	if (reason != MR_SYSCALL)
		return events[reason];
	if (current->flags & PF_WQ_WORKER)
		return NUMALENS_MIGRATE_CPUSET;
	if (syscall_nr() == __NR_migrate_pages)
		return NUMALENS_MIGRATE_MIGRATE_PAGES;
	if (syscall_nr() == __NR_move_pages)
		return NUMALENS_MIGRATE_MOVE_PAGES;
	return NUMALENS_MIGRATE_SYSCALL_OR_CPUSET;
}

static enum numalens_event failed_of(enum numalens_event event)
{
	return event - NUMALENS_MIGRATE_COMPACTION + NUMALENS_FAILED_COMPACTION;
}

static struct call *find(struct task_struct *task)
{
	unsigned int i, first = hash_ptr(current, CALL_BITS);

	for (i = first; i < first + MAX_PROBES; i++)
		if (READ_ONCE(calls[i % NR_CALLS].task) == task)
			return &calls[i % NR_CALLS];
	return NULL;
}

static struct call *claim(void)
{
	struct call *call;

	while ((call = find(NULL)))
		if (!cmpxchg(&call->task, NULL, current))
			return call;
	return NULL;
}

/**
 * numalens_migration_begin - the thread that runs begins to migrate pages
 * @reason: enum migrate_reason
 *
 * Context: tracepoint, preemption disabled.
 */
void numalens_migration_begin(int reason)
{
	/* Only who allocates memory may be in a call already: it may compact, then. */
	struct call *call = current->flags & PF_MEMALLOC ? find(current) : NULL;

	if (!call)
		call = claim();
	if (!call)
		return;
	if (call->depth < MAX_DEPTH)
		call->event[call->depth] = event_of(reason);
	call->depth++;
	call->nr_put_back = 0;
	call->process = NULL;
}

static enum numalens_event event_now(const struct call *call)
{
	if (!call || !call->depth)
		return NUMALENS_MIGRATE_OTHER;
	return call->event[min_t(unsigned int, call->depth, MAX_DEPTH) - 1];
}

static struct put_back *find_put_back(struct call *call, struct mm_struct *mm,
				      unsigned long addr)
{
	unsigned int i;

	for (i = 0; i < call->nr_put_back; i++)
		if (call->put_back[i].mm == mm && call->put_back[i].addr == addr)
			return &call->put_back[i];
	return NULL;
}

static void note_put_back(struct call *call, struct mm_struct *mm, unsigned long addr,
			  unsigned long nr)
{
	struct put_back *put_back = find_put_back(call, mm, addr);

	if (put_back || call->nr_put_back == NR_PUT_BACK)
		return;
	put_back = &call->put_back[call->nr_put_back++];
	put_back->mm = mm;
	put_back->addr = addr;
	put_back->nr = nr;
}

static void forget_put_back(struct call *call, struct mm_struct *mm, unsigned long addr)
{
	struct put_back *put_back = find_put_back(call, mm, addr);

	if (put_back)
		*put_back = call->put_back[--call->nr_put_back];
}

static void note_caller(struct numalens_process *process, enum numalens_event event)
{
	struct numalens_caller *caller = &process->caller;
	pid_t pid = task_tgid_nr(current);

	if (READ_ONCE(caller->pid) == pid && READ_ONCE(caller->event) == event)
		return;
	raw_spin_lock(&process->caller_lock);
	caller->pid = pid;
	caller->event = event;
	strscpy_pad(caller->comm, current->comm, sizeof(caller->comm));
	raw_spin_unlock(&process->caller_lock);
}

/*
 * Pages of one VMA come one after the other: that look-up is saved. NUMA balancing has a
 * call for each page, but is in a fault, whose VMA the thread knows.
 */
static struct numalens_tally *find_tally(struct numalens_process *process, struct call *call,
					 unsigned long vma_start)
{
	struct numalens_thread_state *thread = numalens_count_thread(process);
	unsigned long gen = READ_ONCE(process->vma_gen);
	struct numalens_vma_tally *tally;

	if (thread && thread->stash.vma_start == vma_start && thread->stash.vma_gen == gen)
		return thread->stash.vma_tally;
	if (call && call->process == process && call->vma_start == vma_start &&
	    call->vma_gen == gen)
		return call->vma_tally;
	tally = numalens_vma_tally_get(process, vma_start);
	if (!tally)
		return NULL;
	if (call) {
		call->vma_tally = &tally->tally;
		call->vma_start = vma_start;
		call->vma_gen = gen;
		call->process = process;
	}
	return &tally->tally;
}

static void count(struct numalens_process *process, struct call *call, struct vm_area_struct *vma,
		  int from, int to, unsigned long nr)
{
	struct numalens_tally *tally = find_tally(process, call, vma->vm_start);
	enum numalens_event event = event_now(call);

	numalens_tally_add(&process->tally, event, from, to, nr);
	if (tally)
		numalens_tally_add(tally, event, from, to, nr);
	if (current->mm != vma->vm_mm)
		note_caller(process, event);
}

/**
 * numalens_migration_mapping - a mapping of a page that was migrated is to be restored
 * @new: the page that it will have; the old one if it could not be migrated
 * @vma: where
 * @addr: where
 * @old: the page that it had
 *
 * Context: preemption disabled, the reverse mapping locked.
 */
void numalens_migration_mapping(struct folio *new, struct vm_area_struct *vma,
				unsigned long addr, struct folio *old)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	struct call *call;
	unsigned long nr;

	if (likely(!process))
		return;
	nr = numalens_walk_migrating(vma, addr, folio_pfn(old), folio_nr_pages(old));
	if (!nr)
		return;
	call = find(current);
	if (new != old) {
		if (call && call->nr_put_back)
			forget_put_back(call, vma->vm_mm, addr);
		count(process, call, vma, folio_nid(old), folio_nid(new), nr);
		trace_migrate(process->nr, addr, vma->vm_start, nr, folio_nid(old),
			      folio_nid(new), event_now(call));
	} else if (call) {
		note_put_back(call, vma->vm_mm, addr, nr);
	}
}

static void count_failed(struct mm_struct *mm, enum numalens_event event, unsigned long nr)
{
	struct numalens_process *process = numalens_mm_find(mm);

	if (!process || !nr)
		return;
	numalens_count(process, NULL, failed_of(event), 0, 0, nr);
	if (current->mm != mm)
		note_caller(process, event);
	trace_migrate_failed(process->nr, nr, event);
}

/* Whom the system call is about: its first argument, 0 is the caller. */
static struct mm_struct *target_of_syscall(void)
{
	unsigned long args[6];
	struct task_struct *task;

	syscall_get_arguments(current, task_pt_regs(current), args);
	if (!(pid_t)args[0])
		return current->mm;
	task = pid_task(find_vpid(args[0]), PIDTYPE_PID);
	/* Only compared. */
	return task ? READ_ONCE(task->mm) : NULL;
}

static void settle_failed(struct call *call, enum numalens_event event, unsigned long nr_failed)
{
	unsigned int i;

	if (event == NUMALENS_MIGRATE_MEMPOLICY_MBIND) {
		count_failed(current->mm, event, nr_failed);
	} else if (event == NUMALENS_MIGRATE_MIGRATE_PAGES ||
		   event == NUMALENS_MIGRATE_MOVE_PAGES) {
		count_failed(target_of_syscall(), event, nr_failed);
	} else if (event != NUMALENS_MIGRATE_NUMA_MISPLACED) {
		for (i = 0; i < call->nr_put_back; i++)
			count_failed(call->put_back[i].mm, event, call->put_back[i].nr);
	}
}

/**
 * numalens_migration_end - the thread that runs has migrated pages
 * @nr_failed: base pages that it could not migrate
 *
 * Context: tracepoint, preemption disabled.
 */
void numalens_migration_end(unsigned long nr_failed)
{
	struct call *call = find(current);

	if (!call)
		return;
	if (nr_failed)
		settle_failed(call, event_now(call), nr_failed);
	call->nr_put_back = 0;
	if (--call->depth)
		return;
	/* Whoever claims the entry next begins with what was written to it here. */
	smp_store_release(&call->task, NULL);
}

/**
 * numalens_migration_reset - forget calls that were under way when the hooks went
 *
 * Context: no hook is armed.
 */
void numalens_migration_reset(void)
{
	memset(calls, 0, sizeof(calls));
}
