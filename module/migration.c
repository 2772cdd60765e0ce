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
 * Only those of NUMA balancing are not: it makes one for each page, and a task that
 * migrates without a call that is known is in one. What it moves for the thread that
 * took the hinting fault is counted when the fault is over.
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
#include <linux/rmap.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include <asm/syscall.h>
#include <asm/unistd.h>

#include "count.h"
#include "hint_fault.h"
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
 * @process: whose mapping was the last that moved; only compared
 * @vma_start: its VMA
 * @vma_gen: the process's vma_gen when it was looked up where they are counted
 * @matrix: where the process's are, by the reason of the call
 * @vma_matrix: where the VMA's are; both valid while all three are the same
 */
struct call {
	struct task_struct *task;
	unsigned int depth;
	enum numalens_event event[MAX_DEPTH];
	unsigned int nr_put_back;
	struct put_back put_back[NR_PUT_BACK];
	struct numalens_process *process;
	unsigned long vma_start;
	long vma_gen;
	atomic64_t *matrix;
	atomic64_t *vma_matrix;
};

static struct call calls[NR_CALLS];

/* Entries that are not free: most of the time none, and there is nothing to look for. */
static atomic_t nr_calls = ATOMIC_INIT(0);

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

static enum numalens_event event_of_syscall(enum numalens_event otherwise)
{
	int nr = syscall_nr();

	if (nr == __NR_migrate_pages)
		return NUMALENS_MIGRATE_MIGRATE_PAGES;
	if (nr == __NR_move_pages)
		return NUMALENS_MIGRATE_MOVE_PAGES;
	if (nr == __NR_mbind)
		return NUMALENS_MIGRATE_MEMPOLICY_MBIND;
	return otherwise;
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
	return event_of_syscall(NUMALENS_MIGRATE_SYSCALL_OR_CPUSET);
}

static enum numalens_event failed_of(enum numalens_event event)
{
	return event - NUMALENS_MIGRATE_COMPACTION + NUMALENS_FAILED_COMPACTION;
}

/* How far from where it belongs an entry may be: it is all of the table, if ever need be. */
static unsigned int nr_probes = MAX_PROBES;

static struct call *search(struct task_struct *task, unsigned int nr)
{
	unsigned int i, first = hash_ptr(current, CALL_BITS);

	for (i = first; i < first + nr; i++)
		if (READ_ONCE(calls[i % NR_CALLS].task) == task)
			return &calls[i % NR_CALLS];
	return NULL;
}

static struct call *find(void)
{
	return unlikely(atomic_read(&nr_calls)) ? search(current, READ_ONCE(nr_probes)) : NULL;
}

static struct call *claim(void)
{
	struct call *call;

	for (;;) {
		call = search(NULL, READ_ONCE(nr_probes));
		if (!call && READ_ONCE(nr_probes) == NR_CALLS)
			return NULL;
		if (!call) {
			WRITE_ONCE(nr_probes, NR_CALLS);
		} else if (!cmpxchg(&call->task, NULL, current)) {
			atomic_inc(&nr_calls);
			return call;
		}
	}
}

/**
 * numalens_migration_begin - the thread that runs begins to migrate pages
 * @reason: enum migrate_reason
 *
 * Context: a callback of a tracepoint.
 */
void numalens_migration_begin(int reason)
{
	struct call *call = NULL;

	/* A kernel thread may be in a fault in memory that it serves, as vhost's are. */
	if (reason == MR_NUMA_MISPLACED && !(current->flags & PF_KTHREAD))
		return;
	/* Only who allocates memory may be in a call already: it may compact, then. */
	if (current->flags & PF_MEMALLOC)
		call = find();
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

/* Whoever was in a call already when the hooks were armed, is in no fault either. */
static enum numalens_event event_without_call(void)
{
	if (current->flags & PF_KTHREAD)
		return NUMALENS_MIGRATE_OTHER;
	return event_of_syscall(NUMALENS_MIGRATE_NUMA_MISPLACED);
}

static enum numalens_event event_now(const struct call *call)
{
	if (!call || !call->depth)
		return event_without_call();
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

/* Pages of one VMA come one after the other: where they are counted is looked up once. */
static bool is_known(const struct call *call, const struct numalens_process *process,
		     const struct vm_area_struct *vma)
{
	return call->process == process && call->vma_start == vma->vm_start &&
	       call->vma_gen == atomic_long_read(&process->vma_gen);
}

static void count(struct numalens_process *process, struct call *call, unsigned long vma_start,
		  enum numalens_event event, int from, int to, unsigned long nr)
{
	/* Read first, see numalens_count_vma_slow(). */
	long gen = atomic_long_read_acquire(&process->vma_gen);
	struct numalens_vma_tally *tally = numalens_vma_tally_get(process, vma_start);

	numalens_tally_add(&process->tally, event, from, to, nr);
	if (!tally || !numalens_tally_add(&tally->tally, event, from, to, nr) || !call)
		return;
	call->process = process;
	call->vma_start = vma_start;
	call->vma_gen = gen;
	call->matrix = numalens_tally_matrix(&process->tally, event);
	call->vma_matrix = numalens_tally_matrix(&tally->tally, event);
}

/*
 * Is the thread that runs in a hinting fault at this address? What moves there is counted
 * when the fault is over.
 */
static bool is_by_fault(const struct vm_area_struct *vma, unsigned long addr)
{
	struct numalens_thread_state *thread = numalens_count_current(vma);

	return thread && numalens_hint_fault_is_at(thread, addr);
}

static void moved(struct numalens_process *process, struct call *call, struct vm_area_struct *vma,
		  unsigned long addr, int from, int to, unsigned long nr)
{
	enum numalens_event event = NUMALENS_MIGRATE_NUMA_MISPLACED;

	if (call && call->nr_put_back)
		forget_put_back(call, vma->vm_mm, addr);
	if (call || !is_by_fault(vma, addr)) {
		event = event_now(call);
		count(process, call, vma->vm_start, event, from, to, nr);
		if (current->mm != vma->vm_mm)
			note_caller(process, event);
	}
	trace_migrate(process->nr, addr, vma->vm_start, nr, from, to, event);
}

static noinline void mapping_slow(struct folio *new, struct vm_area_struct *vma,
				  unsigned long addr, struct folio *old)
{
	struct numalens_process *process = numalens_mm_find(vma->vm_mm);
	struct call *call = find();
	unsigned long nr;

	if (!process)
		return;
	nr = numalens_walk_migrating(vma, addr, folio_pfn(old), folio_nr_pages(old));
	if (!nr)
		return;
	if (new != old)
		moved(process, call, vma, addr, folio_nid(old), folio_nid(new), nr);
	else if (call)
		note_put_back(call, vma->vm_mm, addr, nr);
}

/*
 * Of a page that one VMA alone can have mapped there is nothing to look up: what the reverse
 * mapping names is it. The tree has all that can, and is locked, unless @folio is the old one
 * or of hugetlbfs. How many children an anon_vma has does not tell: one may be used again.
 */
static bool is_sole(const struct folio *folio, const struct vm_area_struct *vma)
{
	const struct anon_vma *anon_vma = vma->anon_vma;
	const struct rb_node *root;

	if (!anon_vma || (void *)folio->mapping != (void *)anon_vma + FOLIO_MAPPING_ANON)
		return false;
	root = anon_vma->rb_root.rb_root.rb_node;
	return root && !root->rb_left && !root->rb_right;
}

static void count_known(const struct call *call, int from, int to)
{
	unsigned int cell = numalens_matrix_cell(from, to);

	atomic64_inc(&call->matrix[cell]);
	atomic64_inc(&call->vma_matrix[cell]);
}

/**
 * numalens_migration_mapping - a mapping of a page that was migrated is to be restored
 * @new: the page that it will have; the old one if it could not be migrated
 * @vma: where
 * @addr: where
 * @old: the page that it had
 *
 * What most are is done here: a base page of its own that the process itself moves, and
 * there was another one of the VMA; or what the hinting fault of a thread moves for it.
 *
 * Context: a callback, the reverse mapping locked.
 */
void notrace numalens_migration_mapping(struct folio *new, struct vm_area_struct *vma,
					unsigned long addr, struct folio *old)
{
	struct numalens_process *process;
	struct call *call;

	if (trace_migrate_enabled()) {
		mapping_slow(new, vma, addr, old);
		return;
	}
	call = find();
	if (!call && is_by_fault(vma, addr))
		return;
	process = call ? numalens_mm_find(vma->vm_mm) : NULL;
	if (process && is_known(call, process, vma) && current->mm == vma->vm_mm &&
	    new != old && !folio_test_large(old) && !call->nr_put_back && is_sole(new, vma))
		count_known(call, folio_nid(old), folio_nid(new));
	else
		mapping_slow(new, vma, addr, old);
}

/**
 * numalens_migration_by_fault - the thread that runs had a page moved by its hinting fault
 * @thread: the thread; the fault is not over
 * @from: nid
 * @to: nid
 * @nr: base pages
 *
 * Context: a callback.
 */
void numalens_migration_by_fault(struct numalens_thread_state *thread, int from, int to,
				 unsigned long nr)
{
	enum numalens_event event = NUMALENS_MIGRATE_NUMA_MISPLACED;
	struct numalens_process *process = thread->process;
	const struct numalens_thread_stash *stash = &thread->stash;

	if (unlikely(!numalens_count_knows(thread, stash->hint_vma_start))) {
		count(process, NULL, stash->hint_vma_start, event, from, to, nr);
		return;
	}
	numalens_tally_add(&process->tally, event, from, to, nr);
	numalens_tally_add(stash->vma_tally, event, from, to, nr);
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
 * Context: a callback of a tracepoint.
 */
void numalens_migration_end(unsigned long nr_failed)
{
	struct call *call = find();

	if (!call)
		return;
	if (nr_failed) {
		rcu_read_lock();
		settle_failed(call, event_now(call), nr_failed);
		rcu_read_unlock();
	}
	call->nr_put_back = 0;
	call->process = NULL;
	if (--call->depth)
		return;
	/* Whoever claims the entry next begins with what was written to it here. */
	smp_store_release(&call->task, NULL);
	atomic_dec(&nr_calls);
}

/**
 * numalens_migration_reset - forget calls that were under way when the hooks went
 *
 * Context: no hook is armed.
 */
void numalens_migration_reset(void)
{
	memset(calls, 0, sizeof(calls));
	atomic_set(&nr_calls, 0);
	nr_probes = MAX_PROBES;
}
