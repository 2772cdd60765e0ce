// SPDX-License-Identifier: GPL-2.0
/*
 * The process as a whole: who it is, the sums over its VMAs, where its threads
 * are at home and how much of its memory is not, what events there were.
 */
#include "summary.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "balancing.h"
#include "cells.h"
#include "process.h"
#include "scan.h"
#include "thread_record.h"

static void add_row(struct numalens_scan *scan, u32 row, u32 column, u64 value)
{
	scan->draft.totals[row * scan->draft.header.nr_nodes + column] += value;
}

static enum numalens_total row_of_kind(u32 kind)
{
	static const enum numalens_total rows[] = {
		[NUMALENS_KIND_ANON] = NUMALENS_TOTAL_FILE,
		[NUMALENS_KIND_FILE] = NUMALENS_TOTAL_FILE,
		[NUMALENS_KIND_SHMEM] = NUMALENS_TOTAL_SHMEM,
		[NUMALENS_KIND_HUGETLB] = NUMALENS_TOTAL_HUGETLB,
		[NUMALENS_KIND_SPECIAL] = NUMALENS_TOTAL_FILE,
	};

	return rows[kind];
}

static void add_vma(struct numalens_scan *scan, struct numalens_vma *record,
		    const struct numalens_shares *shares)
{
	struct numalens_snapshot_header *header = &scan->draft.header;
	const u64 *pages = numalens_vma_array(header, record, NUMALENS_VMA_PAGES);
	const u64 *anon = numalens_vma_array(header, record, NUMALENS_VMA_ANON);
	const u64 *thp = numalens_vma_array(header, record, NUMALENS_VMA_THP);
	u32 i;

	record->remote_pages = numalens_shares_remote(shares, pages);
	header->zero += record->zero;
	header->swap += record->swap;
	header->migrating += record->migrating;
	header->untouched += record->untouched;
	for (i = 0; i < header->nr_nodes; i++) {
		add_row(scan, NUMALENS_TOTAL_PAGES, i, pages[i]);
		add_row(scan, NUMALENS_TOTAL_ANON, i, anon[i]);
		add_row(scan, row_of_kind(record->kind), i, pages[i] - anon[i]);
		add_row(scan, NUMALENS_TOTAL_THP, i, thp[i]);
	}
}

/* The walk has summed them up; they are the last rows. */
static void add_orders(struct numalens_scan *scan)
{
	const struct numalens_snapshot_header *header = &scan->draft.header;
	u32 order, i;

	for (order = 0; order < header->nr_orders; order++)
		for (i = 0; i < header->nr_nodes; i++)
			add_row(scan, NUMALENS_NR_TOTALS + order, i,
				scan->walk.counts.orders[order * nr_node_ids +
							 scan->draft.nids[i]]);
}

static int add_home(struct numalens_scan *scan)
{
	struct numalens_snapshot_header *header = &scan->draft.header;
	struct numalens_sample *sample = &scan->sample;
	struct numalens_shares shares = {
		.nr_nodes = header->nr_nodes,
		.nids = scan->draft.nids,
	};
	u32 i;

	shares.share = kcalloc(header->nr_nodes, sizeof(*shares.share), GFP_KERNEL);
	if (!shares.share)
		return -ENOMEM;
	header->snapshot_ns = ktime_get_ns();
	numalens_home_shares(&scan->process->home, header->snapshot_ns, sample->time_ns,
			     sample->threads, &shares);

	for (i = 0; i < header->nr_vmas; i++)
		add_vma(scan, numalens_draft_vma(&scan->draft, i), &shares);
	for (i = 0; i < header->nr_nodes; i++) {
		add_row(scan, NUMALENS_TOTAL_TIME_NS, i, sample->time_ns[scan->draft.nids[i]]);
		add_row(scan, NUMALENS_TOTAL_THREADS, i, sample->threads[scan->draft.nids[i]]);
		add_row(scan, NUMALENS_TOTAL_HOME_BP, i, numalens_shares_bp(&shares, i));
	}
	add_orders(scan);
	header->remote_pages = numalens_shares_remote(&shares, scan->draft.totals);
	header->remote_bp = numalens_shares_remote_bp(&shares, scan->draft.totals);
	header->mean_distance = numalens_shares_distance(&shares, scan->draft.totals);

	kfree(shares.share);
	return 0;
}

/**
 * numalens_summary_of_task - name, policy and cpuset of the thread group leader
 * @scan: the scan; its draft's header and its task_policy are filled in
 * @task: the leader
 *
 * Context: takes task_lock.
 */
void numalens_summary_of_task(struct numalens_scan *scan, struct task_struct *task)
{
	struct numalens_snapshot_header *header = &scan->draft.header;
	nodemask_t mems;

	get_task_comm(header->comm, task);
	memcpy(scan->process->comm, header->comm, sizeof(header->comm));
	task_lock(task);
	mems = task->mems_allowed;
	task_unlock(task);
	numalens_policy_of_task(&scan->task_policy, task);

	numalens_policy_print(&scan->task_policy, scan->buf, NUMALENS_POLICY_LEN);
	scan->task_policy_string = numalens_draft_string(&scan->draft, scan->buf);
	header->policy = scan->task_policy_string;
	scnprintf(scan->buf, PATH_MAX, "%*pbl", nodemask_pr_args(&mems));
	header->mems_allowed = numalens_draft_string(&scan->draft, scan->buf);
	numalens_balancing_of_leader(&scan->draft, task, scan->mm);
}

static int describe_threads(struct numalens_scan *scan)
{
	if (numalens_sample_take(&scan->sample, scan->process) ||
	    numalens_draft_reserve(&scan->draft, 0, PATH_MAX))
		return -ENOMEM;
	scan->draft.header.allowed_nodes = numalens_nodes_string(scan, scan->sample.allowed);
	return numalens_thread_records(scan);
}

/**
 * numalens_summary_of_process - end a draft: threads, home, sums
 * @scan: the scan, with all VMAs recorded
 *
 * Context: the process's scan lock.
 * Return: 0 or -ENOMEM.
 */
int numalens_summary_of_process(struct numalens_scan *scan)
{
	int ret = numalens_cells_of_vmas(&scan->draft, scan->process) ?:
		  describe_threads(scan) ?:
		  add_home(scan);

	if (!ret)
		numalens_cells_of_process(&scan->draft, scan->process);
	return ret;
}

/* One that exited before it was scanned: nobody knows what its address space was. */
static int begin_unseen(struct numalens_draft *draft)
{
	int ret = numalens_draft_init(draft, 0);

	if (ret)
		return ret;
	draft->header.snapshot_ns = ktime_get_ns();
	return 0;
}

/*
 * The tallies of its VMAs outlive them. Where they are gone, the counts of the last
 * snapshot are the last that there were.
 */
static int vma_cells(struct numalens_draft *draft, struct numalens_process *process,
		     const struct numalens_snapshot *last)
{
	if (!last || !xa_empty(&process->vma_tallies) ||
	    last->header.events_ns != numalens_process_events_ns(process))
		return numalens_cells_of_vmas(draft, process);
	return numalens_draft_keep_cells(draft, last, NUMALENS_SCOPE_VMA);
}

static struct numalens_snapshot *settled(struct numalens_draft *draft,
					 struct numalens_process *process,
					 const struct numalens_snapshot *last)
{
	u64 *time_ns = draft->totals + NUMALENS_TOTAL_TIME_NS * draft->header.nr_nodes;
	u64 *threads = draft->totals + NUMALENS_TOTAL_THREADS * draft->header.nr_nodes;
	u32 i;

	if (vma_cells(draft, process, last))
		return NULL;
	/* It may have begun another program since it was scanned. */
	strscpy_pad(draft->header.comm, process->comm, sizeof(draft->header.comm));
	for (i = 0; i < draft->header.nr_nodes; i++) {
		time_ns[i] = atomic64_read(&process->time_ns[draft->nids[i]]);
		threads[i] = 0;
	}
	numalens_cells_of_process(draft, process);
	return numalens_draft_finish(draft);
}

/**
 * numalens_summary_of_exited - the last snapshot, with the counters as they ended
 * @process: a process without an address space
 * @last: its last snapshot, or NULL if it was never scanned
 *
 * Context: may sleep; the process's scan lock.
 * Return: a snapshot to be published, or NULL if nothing is to be settled or
 * there is no memory.
 */
struct numalens_snapshot *numalens_summary_of_exited(struct numalens_process *process,
						     const struct numalens_snapshot *last)
{
	struct numalens_draft *draft = kzalloc(sizeof(*draft), GFP_KERNEL);
	struct numalens_snapshot *snapshot = NULL;

	if (!draft)
		return NULL;
	if (last ? numalens_draft_revive(draft, last) : begin_unseen(draft))
		goto free_draft;
	snapshot = settled(draft, process, last);
	numalens_draft_exit(draft);
	if (snapshot && last && numalens_snapshot_equal(snapshot, last)) {
		numalens_snapshot_put(snapshot);
		snapshot = NULL;
	}

free_draft:
	kfree(draft);
	return snapshot;
}
