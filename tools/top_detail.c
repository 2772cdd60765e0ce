// SPDX-License-Identifier: GPL-2.0
/*
 * A look into one process: its threads, its VMAs. Of these the whole snapshot
 * is read, once for each that is published.
 */
#include "top_detail.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "event.h"
#include "file.h"
#include "frame.h"
#include "matrix.h"
#include "rank.h"
#include "reader.h"
#include "thread.h"
#include "tiers.h"
#include "top.h"
#include "top_view.h"
#include "vma.h"

enum {
	THREAD_TID,
	THREAD_COMM,
	THREAD_CPU,
	THREAD_NODE,
	THREAD_PREFERRED,
	THREAD_LOCAL,
	THREAD_REMOTE,
	THREAD_MOVES,
	THREAD_TIME,
	NR_THREAD_COLUMNS,
};

static const struct numalens_column thread_columns[NR_THREAD_COLUMNS] = {
	[THREAD_TID]	= { "TID", "tid", NUMALENS_COLUMN_RIGHT },
	[THREAD_COMM]	= { "NAME", "comm", NUMALENS_COLUMN_CUT },
	[THREAD_CPU]	= { "CPU", "cpu", NUMALENS_COLUMN_RIGHT },
	[THREAD_NODE]	= { "NODE", "nid", NUMALENS_COLUMN_RIGHT },
	[THREAD_PREFERRED] = { "PREF", "preferred_nid", NUMALENS_COLUMN_RIGHT },
	[THREAD_LOCAL]	= { "HINT-L", "hint_faults_local", NUMALENS_COLUMN_RIGHT },
	[THREAD_REMOTE]	= { "-R", "hint_faults_remote", NUMALENS_COLUMN_RIGHT },
	[THREAD_MOVES]	= { "MOVES", "task_moves", NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_FOLD },
	[THREAD_TIME]	= { "SEC", "time_ns", NUMALENS_COLUMN_NODES },
};

enum {
	VMA_START,
	VMA_PERMS,
	VMA_KIND,
	VMA_RESIDENT,
	VMA_REMOTE,
	VMA_NODES,
	VMA_POLICY,
	VMA_PATH,
	NR_VMA_COLUMNS,
};

static const struct numalens_column vma_columns[NR_VMA_COLUMNS] = {
	[VMA_START]	= { "START", "start", NUMALENS_COLUMN_RIGHT },
	[VMA_PERMS]	= { "PERM", "perms", NUMALENS_COLUMN_FOLD },
	[VMA_KIND]	= { "KIND", "kind", NUMALENS_COLUMN_FOLD },
	[VMA_RESIDENT]	= { "RESIDENT", "resident_pages",
			    NUMALENS_COLUMN_RIGHT | NUMALENS_COLUMN_SUM },
	[VMA_REMOTE]	= { "REMOTE", "remote_pages", NUMALENS_COLUMN_RIGHT },
	[VMA_NODES]	= { "N", "pages", NUMALENS_COLUMN_NODES },
	[VMA_POLICY]	= { "POLICY", "policy", 0 },
	[VMA_PATH]	= { "PATH", "path", NUMALENS_COLUMN_CUT },
};

/**
 * numalens_top_detail_update() - read the snapshot of the process that is looked at
 * @view: how it is looked at
 * @process: the process
 */
void numalens_top_detail_update(struct numalens_top_view *view,
				const struct numalens_top_process *process)
{
	struct numalens_snapshot fresh;
	struct numalens_dir dir;
	const char *why;
	int ret;

	if (view->detail.data && view->detail.header.pid == process->pid &&
	    view->detail.header.snapshot_ns == process->now.header.snapshot_ns)
		return;
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", process->pid);
	ret = numalens_snapshot_read(&fresh, &dir, &why);
	if (ret) {
		free(view->note);
		view->note = numalens_strf("%s/snapshot can't be used: %s", dir.path,
					   ret == -EBADMSG ? why : strerror(-ret));
		return;
	}
	numalens_snapshot_free(&view->detail);
	view->detail = fresh;
}

/**
 * numalens_top_view_clamp() - find out which rows are seen
 * @view: how it is looked at; its first row is moved to where there are some
 * @nr_rows: rows that there are
 *
 * Return: the row behind the last one that is seen.
 */
size_t numalens_top_view_clamp(struct numalens_top_view *view, size_t nr_rows)
{
	view->nr_rows = nr_rows;
	if (!view->height)
		view->room = nr_rows;
	if (view->first + view->room > nr_rows)
		view->first = nr_rows > view->room ? nr_rows - view->room : 0;
	return view->first + view->room < nr_rows ? view->first + view->room : nr_rows;
}

static void number_set(struct numalens_sheet *sheet, size_t column, uint64_t value)
{
	numalens_sheet_set(sheet, column, 0, numalens_strf("%" PRIu64, value));
}

static void pages_set(struct numalens_sheet *sheet, size_t column, size_t node,
		      const struct numalens_snapshot *s, uint64_t pages)
{
	numalens_sheet_set(sheet, column, node,
			   numalens_output_pages(pages, s->header.page_size));
}

static void thread_put(struct numalens_sheet *sheet, const struct numalens_snapshot *s,
		       size_t index)
{
	struct numalens_thread thread;
	struct numalens_matrix matrix;
	struct numalens_hints hints;
	char comm[NUMALENS_COMM_LEN + 1] = "";
	size_t node;

	numalens_snapshot_thread(s, index, &thread);
	memcpy(comm, thread.comm, NUMALENS_COMM_LEN);
	numalens_sheet_row(sheet, NUMALENS_TONE_PLAIN);
	number_set(sheet, THREAD_TID, thread.tid);
	numalens_sheet_set(sheet, THREAD_COMM, 0, numalens_output_clean(comm));
	number_set(sheet, THREAD_CPU, thread.cpu);
	number_set(sheet, THREAD_NODE, thread.nid);
	if (thread.preferred_nid != NUMALENS_NO_NODE)
		number_set(sheet, THREAD_PREFERRED, thread.preferred_nid);
	numalens_matrix_read(&matrix, s, NUMALENS_SCOPE_THREAD, index,
			     NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	numalens_tiers_hints(&hints, &matrix, s);
	numalens_matrix_free(&matrix);
	number_set(sheet, THREAD_LOCAL, hints.local);
	number_set(sheet, THREAD_REMOTE, hints.remote);
	number_set(sheet, THREAD_MOVES, numalens_matrix_sum_of(s, NUMALENS_SCOPE_THREAD, index,
							       NUMALENS_EVENTS_MOVE));
	for (node = 0; node < s->header.nr_nodes; node++)
		numalens_sheet_set(sheet, THREAD_TIME, node,
				   numalens_strf("%.1f", numalens_snapshot_thread_value(s, index,
						 NUMALENS_THREAD_TIME_NS, node) / 1e9));
}

/**
 * numalens_top_detail_threads() - draw the threads of the process, most CPU time first
 * @view: how it is looked at
 * @frame: gets the lines
 * @part: which nodes are seen
 */
void numalens_top_detail_threads(struct numalens_top_view *view, struct numalens_frame *frame,
				 struct numalens_sheet_part *part)
{
	const struct numalens_snapshot *s = &view->detail;
	struct numalens_rank *ranks = numalens_thread_ranks(s, NUMALENS_THREAD_BY_CPU);
	uint32_t *nids = numalens_snapshot_nids(s);
	struct numalens_sheet *sheet = numalens_sheet_alloc(thread_columns, NR_THREAD_COLUMNS,
							    nids, s->header.nr_nodes);
	size_t end = numalens_top_view_clamp(view, s->header.nr_threads), i;

	for (i = view->first; i < end; i++)
		thread_put(sheet, s, ranks[i].index);
	numalens_sheet_put(sheet, frame, part);
	numalens_sheet_free(sheet);
	free(nids);
	free(ranks);
}

static void vma_put(struct numalens_sheet *sheet, const struct numalens_snapshot *s, size_t index)
{
	struct numalens_vma vma;
	const char *kind;
	char perms[5], *policy;
	size_t node;

	numalens_snapshot_vma(s, index, &vma);
	numalens_vma_perms(perms, vma.perms);
	kind = numalens_vma_kind_name(vma.kind);
	policy = numalens_vma_policy(s, &vma);
	numalens_sheet_row(sheet, NUMALENS_TONE_PLAIN);
	numalens_sheet_set(sheet, VMA_START, 0, numalens_strf("%" PRIx64, (uint64_t)vma.start));
	numalens_sheet_set(sheet, VMA_PERMS, 0, numalens_strdup(perms));
	numalens_sheet_set(sheet, VMA_KIND, 0, numalens_strdup(kind ? kind : "?"));
	pages_set(sheet, VMA_RESIDENT, 0, s, numalens_snapshot_vma_pages(s, index));
	pages_set(sheet, VMA_REMOTE, 0, s, vma.remote_pages);
	for (node = 0; node < s->header.nr_nodes; node++)
		pages_set(sheet, VMA_NODES, node, s,
			  numalens_snapshot_vma_value(s, index, NUMALENS_VMA_PAGES, node));
	numalens_sheet_set(sheet, VMA_POLICY, 0, numalens_output_clean(policy));
	numalens_sheet_set(sheet, VMA_PATH, 0,
			   numalens_output_clean(numalens_snapshot_string(s, vma.path)));
	free(policy);
}

static struct numalens_rank *vma_ranks(const struct numalens_snapshot *s)
{
	size_t nr = s->header.nr_vmas, i;
	struct numalens_rank *ranks = numalens_alloc(nr, sizeof(*ranks));
	struct numalens_vma vma;

	for (i = 0; i < nr; i++) {
		numalens_snapshot_vma(s, i, &vma);
		ranks[i].weight = vma.remote_pages;
		ranks[i].then = numalens_snapshot_vma_pages(s, i);
		ranks[i].index = i;
	}
	numalens_rank_sort(ranks, nr);
	return ranks;
}

/**
 * numalens_top_detail_vmas() - draw the VMAs of the process, most remote pages first
 * @view: how it is looked at
 * @frame: gets the lines
 * @part: which nodes are seen
 */
void numalens_top_detail_vmas(struct numalens_top_view *view, struct numalens_frame *frame,
			      struct numalens_sheet_part *part)
{
	const struct numalens_snapshot *s = &view->detail;
	struct numalens_rank *ranks = vma_ranks(s);
	uint32_t *nids = numalens_snapshot_nids(s);
	struct numalens_sheet *sheet = numalens_sheet_alloc(vma_columns, NR_VMA_COLUMNS, nids,
							    s->header.nr_nodes);
	size_t end = numalens_top_view_clamp(view, s->header.nr_vmas), i;

	for (i = view->first; i < end; i++)
		vma_put(sheet, s, ranks[i].index);
	numalens_sheet_put(sheet, frame, part);
	numalens_sheet_free(sheet);
	free(nids);
	free(ranks);
}
