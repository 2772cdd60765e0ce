// SPDX-License-Identifier: GPL-2.0
/*
 * The process as a whole: who it is, the sums over its VMAs, where its threads
 * are at home and how much of its memory is not.
 */
#include "summary.h"

#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "process.h"
#include "scan.h"

static void add_row(struct numalens_scan *scan, enum numalens_total row, u32 column, u64 value)
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
	task_lock(task);
	mems = task->mems_allowed;
	task_unlock(task);
	numalens_policy_of_task(&scan->task_policy, task);

	numalens_policy_print(&scan->task_policy, scan->buf, NUMALENS_POLICY_LEN);
	scan->task_policy_string = numalens_draft_string(&scan->draft, scan->buf);
	header->policy = scan->task_policy_string;
	scnprintf(scan->buf, PATH_MAX, "%*pbl", nodemask_pr_args(&mems));
	header->mems_allowed = numalens_draft_string(&scan->draft, scan->buf);
}

static void describe_threads(struct numalens_scan *scan)
{
	nodemask_t nodes = NODE_MASK_NONE;
	int nid;

	numalens_threads_sample(scan->process, &scan->sample);
	for_each_online_node(nid)
		if (cpumask_intersects(cpumask_of_node(nid), scan->sample.allowed))
			node_set(nid, nodes);
	scnprintf(scan->buf, PATH_MAX, "%*pbl", nodemask_pr_args(&nodes));
	scan->draft.header.allowed_nodes = numalens_draft_string(&scan->draft, scan->buf);
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
	describe_threads(scan);
	return add_home(scan);
}

/**
 * numalens_summary_of_exited - the last snapshot, with CPU time as it ended
 * @process: a process without an address space
 * @last: its last snapshot
 *
 * Context: the process's scan lock.
 * Return: a snapshot to be published, or NULL if nothing is to be settled or
 * there is no memory.
 */
struct numalens_snapshot *numalens_summary_of_exited(struct numalens_process *process,
						     const struct numalens_snapshot *last)
{
	const u32 *nids = numalens_snapshot_nids(last);
	struct numalens_snapshot *snapshot;
	u64 *time_ns, *threads;
	bool settled = true;
	u32 i;

	snapshot = numalens_snapshot_copy(last);
	if (!snapshot)
		return NULL;
	time_ns = (u64 *)numalens_snapshot_total(snapshot, NUMALENS_TOTAL_TIME_NS);
	threads = (u64 *)numalens_snapshot_total(snapshot, NUMALENS_TOTAL_THREADS);
	for (i = 0; i < snapshot->header.nr_nodes; i++) {
		u64 now = atomic64_read(&process->time_ns[nids[i]]);

		settled &= !threads[i] && time_ns[i] == now;
		threads[i] = 0;
		time_ns[i] = now;
	}
	if (!settled)
		return snapshot;

	numalens_snapshot_put(snapshot);
	return NULL;
}
