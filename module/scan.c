// SPDX-License-Identifier: GPL-2.0
/*
 * One scan: the only file that takes mmap_lock.
 *
 * The lock is held for a batch: as many page-table entries as BATCH_ENTRIES
 * says, fewer if somebody waits for it. Between batches the address space may
 * change. A VMA that was left in the middle is gone on with if its start is still
 * the same; else its record ends where it was left, and what lies there now gets
 * a record of its own. So records never overlap, and no page is counted twice.
 */
#include "scan.h"

#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "mm_table.h"
#include "process.h"
#include "record.h"
#include "summary.h"
#include "sysfs_thread.h"
#include "sysfs_vma.h"
#include "trace.h"

/*
 * 32 MiB of 4 KiB pages. At 1 to 2 ns an entry, cold, the lock is held for 8 to 16 us;
 * where struct page must be looked at, for up to 130 us.
 */
#define BATCH_ENTRIES	8192

/* For so long a scan stands back, at the most, when somebody waits for mmap_lock. */
#define GIVE_WAY_NS	(1 * NSEC_PER_MSEC)

/* So long without going to sleep: who spins has had the lock by then. */
#define GIVE_WAY_SPIN_NS	(5 * NSEC_PER_USEC)

/* An exec or a node that comes makes a scan begin again, so many times. */
#define SCAN_TRIES	5

/*
 * There is always a next VMA where a process maps ahead of the scan and unmaps behind it:
 * a scan that has found so many more than twice those that there are breaks off.
 */
#define SPARE_VMAS	4096

/* Strings that one VMA may bring: a path and a policy. */
#define VMA_CHARS	(PATH_MAX + NUMALENS_POLICY_LEN)

/* Room that there is, at the least, when the lock is taken. */
#define ROOM_VMAS	16
#define ROOM_CHARS	(VMA_CHARS + 1024)

/* Return: false if the VMA was left in the middle. */
static bool scan_vma(struct numalens_scan *scan, struct vm_area_struct *vma)
{
	bool same = scan->vma_is_open && vma->vm_start == scan->vma_start;

	if (scan->vma_is_open && !same)
		numalens_record_close(scan);
	if (!same)
		numalens_record_open(scan, vma);

	scan->addr = numalens_walk_vma(&scan->walk, vma, max(vma->vm_start, scan->addr));
	if (scan->addr < vma->vm_end)
		return false;
	numalens_record_close(scan);
	return true;
}

/* Return: true if the end of the address space was reached. */
static bool scan_batch(struct numalens_scan *scan)
{
	VMA_ITERATOR(vmi, scan->mm, scan->addr);
	struct vm_area_struct *vma;

	numalens_mmap_assert_locked(scan->mm);

	scan->walk.budget = BATCH_ENTRIES;
	for_each_vma(vmi, vma) {
		if (!numalens_draft_has_room(&scan->draft, VMA_CHARS))
			return false;
		if (!scan_vma(scan, vma))
			return false;
		if (scan->walk.budget <= 0 || numalens_mmap_is_wanted(scan->mm))
			return false;
	}
	if (scan->vma_is_open)
		numalens_record_close(scan);
	return true;
}

/*
 * A writer that was woken is slower than a reader that takes the lock again at once.
 * The kernel lets the reader have it, until the writer has waited for 4 ms.
 */
static void give_way(struct mm_struct *mm)
{
	u64 begin = ktime_get_ns(), waited = 0;

	while (numalens_mmap_is_wanted(mm) && waited < GIVE_WAY_NS) {
		if (waited < GIVE_WAY_SPIN_NS && !need_resched())
			cpu_relax();
		else
			usleep_range(20, 50);
		waited = ktime_get_ns() - begin;
	}
}

/* Return: 1 at the end of the address space, 0 if there is more, or an errno. */
static int locked_batch(struct numalens_scan *scan)
{
	struct numalens_snapshot_header *header = &scan->draft.header;
	u64 begin, held;
	bool done;
	int ret;

	ret = numalens_draft_reserve(&scan->draft, ROOM_VMAS, ROOM_CHARS);
	if (ret)
		return ret;
	give_way(scan->mm);
	/* Held for the batch only, so that an exit frees the memory at once. */
	if (!mmget_not_zero(scan->mm))
		return -EAGAIN;
	ret = mmap_read_lock_killable(scan->mm);
	if (ret)
		goto put_mm;
	begin = ktime_get_ns();
	done = scan_batch(scan);
	mmap_read_unlock(scan->mm);
	held = ktime_get_ns() - begin;

	/* What the path belongs to may be gone, and another in its place. */
	memset(&scan->path, 0, sizeof(scan->path));
	header->walk_ns += held;
	header->lock_hold_max_ns = max(header->lock_hold_max_ns, held);
	ret = done;
	if (!done && header->nr_vmas / 2 > (u32)READ_ONCE(scan->mm->map_count) + SPARE_VMAS / 2)
		ret = -EAGAIN;

put_mm:
	mmput(scan->mm);
	return ret;
}

static int walk_all(struct numalens_scan *scan)
{
	int ret;

	do {
		if (numalens_process_is_dead(scan->process))
			return -ESRCH;
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = locked_batch(scan);
		if (scan->pace)
			numalens_process_keep_pace(scan->process, scan->pace);
		cond_resched();
	} while (!ret);

	return ret < 0 ? ret : 0;
}

/* A node that came online during the scan has no column, and pages perhaps. */
static bool nodes_came(const struct numalens_draft *draft)
{
	int nid;

	for_each_online_node(nid)
		if (draft->columns[nid] < 0)
			return true;
	return false;
}

static void trace_vmas(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *header = &snapshot->header;
	u32 i;

	if (!trace_vma_enabled())
		return;
	for (i = 0; i < header->nr_vmas; i++) {
		const struct numalens_vma *vma = numalens_snapshot_vma(snapshot, i);

		trace_vma(header->pid, header->generation, vma,
			  numalens_vma_array(header, vma, NUMALENS_VMA_PAGES), header->nr_nodes,
			  numalens_snapshot_string(snapshot, vma->policy),
			  numalens_snapshot_string(snapshot, vma->path));
	}
}

static u64 next_generation(const struct numalens_process *process)
{
	struct numalens_snapshot *last;

	last = rcu_dereference_protected(process->snapshot,
					 lockdep_is_held(&process->scan_lock));
	return last ? last->header.generation + 1 : 1;
}

static void publish(struct numalens_process *process, struct numalens_snapshot *snapshot)
{
	struct numalens_snapshot *old;

	old = rcu_dereference_protected(process->snapshot,
					lockdep_is_held(&process->scan_lock));
	snapshot->header.generation = next_generation(process);
	snapshot->header.pid = process->nr;
	snapshot->header.watch_ns = process->watch_ns;
	rcu_assign_pointer(process->snapshot, snapshot);
	numalens_snapshot_put(old);
}

static void update_dirs(struct numalens_process *process)
{
	numalens_vma_dirs_update(process);
	numalens_thread_dirs_update(process);
}

static void settle(struct numalens_process *process)
{
	struct numalens_snapshot *last, *snapshot;

	last = rcu_dereference_protected(process->snapshot,
					 lockdep_is_held(&process->scan_lock));
	snapshot = numalens_summary_of_exited(process, last);
	/* It is the last one that its structure is held for. */
	if (numalens_process_exited(process))
		numalens_mm_remove(process);
	if (!snapshot)
		return;
	publish(process, snapshot);
	update_dirs(process);
}

/* Return: a snapshot with one reference, or an ERR_PTR(). */
static struct numalens_snapshot *draw_up(struct numalens_scan *scan)
{
	struct numalens_snapshot *snapshot;
	struct task_struct *task;
	int ret;

	task = numalens_process_task(scan->process);
	/* Gone meanwhile: the next try finds no address space, and settles what there is. */
	if (!task)
		return ERR_PTR(-EAGAIN);
	ret = numalens_draft_reserve(&scan->draft, READ_ONCE(scan->mm->map_count) + ROOM_VMAS,
				     2 * ROOM_CHARS);
	if (!ret)
		numalens_summary_of_task(scan, task);
	put_task_struct(task);

	ret = ret ?: walk_all(scan);
	ret = ret ?: numalens_summary_of_process(scan);
	if (ret)
		return ERR_PTR(ret);
	if (nodes_came(&scan->draft))
		return ERR_PTR(-EAGAIN);

	scan->draft.header.walk_pages = scan->walk.nr_entries;
	snapshot = numalens_draft_finish(&scan->draft);
	return snapshot ?: ERR_PTR(-ENOMEM);
}

static int scan_mm(struct numalens_process *process, struct mm_struct *mm,
		   struct numalens_pace *pace)
{
	bool by_order = READ_ONCE(process->settings.folio_orders);
	struct numalens_snapshot *snapshot = ERR_PTR(-ENOMEM);
	struct numalens_scan *scan = kzalloc(sizeof(*scan), GFP_KERNEL);

	if (!scan)
		return -ENOMEM;
	scan->process = process;
	scan->mm = mm;
	scan->pace = pace;
	scan->buf = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!scan->buf)
		goto free_scan;
	if (numalens_walk_init(&scan->walk, by_order))
		goto free_buf;
	if (numalens_draft_init(&scan->draft, by_order ? NUMALENS_NR_ORDERS : 0))
		goto exit_walk;
	if (numalens_sample_init(&scan->sample))
		goto exit_draft;

	trace_scan_start(process->nr, next_generation(process));
	snapshot = draw_up(scan);
	scan->draft.header.generation = next_generation(process);
	trace_scan_end(process->nr, &scan->draft.header, PTR_ERR_OR_ZERO(snapshot));
	if (!IS_ERR(snapshot)) {
		publish(process, snapshot);
		/* Nobody can replace it meanwhile. */
		trace_vmas(snapshot);
	}

	numalens_sample_exit(&scan->sample);
exit_draft:
	numalens_draft_exit(&scan->draft);
exit_walk:
	numalens_walk_exit(&scan->walk);
free_buf:
	kfree(scan->buf);
free_scan:
	kfree(scan);
	return PTR_ERR_OR_ZERO(snapshot);
}

/**
 * numalens_scan - scan a process and publish what was found
 * @process: the process
 * @pace: keep to the pace of background scans; NULL for a scan that is asked for
 *
 * Context: may sleep; the process's scan lock.
 * Return: 0; -ESRCH if it has exited (its counters are settled then) or is being
 * unwatched; -EINTR after a fatal signal; -EAGAIN if it changes its address space
 * or nodes come faster than they can be scanned; -ENOMEM. On an error the last
 * snapshot stays.
 */
int numalens_scan(struct numalens_process *process, struct numalens_pace *pace)
{
	int tries = SCAN_TRIES, ret;

	lockdep_assert_held(&process->scan_lock);

	do {
		struct mm_struct *mm;

		if (numalens_process_is_dead(process))
			return -ESRCH;
		mm = numalens_process_mm(process);
		if (!mm) {
			settle(process);
			return -ESRCH;
		}
		mmgrab(mm);
		mmput(mm);
		ret = scan_mm(process, mm, pace);
		mmdrop(mm);
	} while (ret == -EAGAIN && --tries);

	if (!ret)
		update_dirs(process);
	return ret;
}
