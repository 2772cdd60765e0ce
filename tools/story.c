// SPDX-License-Identifier: GPL-2.0
/*
 * How the memory of a process came to lie where it lies, in one paragraph.
 *
 * Nothing is guessed. What was touched before events were counted has no first
 * toucher here, and a thread is named only if the counts leave no other choice.
 */
#include "story.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "event.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"
#include "tiers.h"
#include "vma.h"

/* VMAs that a paragraph tells of, and the remote pages that make one worth it: a tenth. */
#define MAX_TOLD	2
#define WORTH		10
/* Page cache is others' as well, and never touched first: it must be half of all. */
#define WORTH_FILE	2
/* A process with less than 1 % remote pages is told of as if it had none. */
#define FEW_BP		100
/* That nothing was moved in less time than that is no news. */
#define SHORT_NS	1000000000ULL
#define PATH_WIDTH	40

/* A VMA that is told of. */
struct told {
	const struct numalens_snapshot *s;
	struct numalens_vma vma;
	size_t index;
	uint64_t pages;			/* resident */
	size_t node;			/* the one of which is told */
	struct numalens_matrix touches;
	uint64_t touched;
};

static uint32_t nid(const struct told *told, size_t node)
{
	return numalens_snapshot_nid(told->s, node);
}

static char *amount(const struct told *told, uint64_t pages)
{
	char *number = numalens_output_pages(pages, told->s->header.page_size);
	char *text = numalens_strf("%s %s", number, numalens_output_unit_name());

	free(number);
	return text;
}

static char *name_of(const struct told *told)
{
	static const char * const what[] = {
		[NUMALENS_KIND_ANON] = "anonymous memory",
		[NUMALENS_KIND_FILE] = "file",
		[NUMALENS_KIND_SHMEM] = "shared memory",
		[NUMALENS_KIND_HUGETLB] = "hugetlb memory",
	};
	const char *path = numalens_snapshot_string(told->s, told->vma.path);
	const char *kind = told->vma.kind < ARRAY_SIZE(what) ? what[told->vma.kind] : "memory";
	char *clean, *cut, *text;

	if (!strcmp(path, "[heap]"))
		return numalens_strdup("the heap");
	if (!strcmp(path, "[stack]"))
		return numalens_strdup("the stack");
	if (!*path)
		return numalens_strf("the %s at %" PRIx64, kind, (uint64_t)told->vma.start);
	clean = numalens_output_clean(path);
	cut = numalens_output_cut(clean, PATH_WIDTH);
	text = numalens_strf("the %s %s", kind, cut);
	free(cut);
	free(clean);
	return text;
}

static void tell_place(char **text, const struct told *told)
{
	uint64_t there = numalens_snapshot_vma_value(told->s, told->index, NUMALENS_VMA_PAGES,
						     told->node);
	char *share = numalens_output_percent(numalens_event_bp(there, told->pages));
	char *name = name_of(told), *size = amount(told, told->pages);

	share[0] = toupper((unsigned char)share[0]);
	if (there == told->pages)
		numalens_append(text, "All of %s (%s) lies on node %" PRIu32, name, size,
				nid(told, told->node));
	else
		numalens_append(text, "%s %% of %s (%s) lies on node %" PRIu32, share, name, size,
				nid(told, told->node));
	free(size);
	free(name);
	free(share);
}

/*
 * How much of what was counted of the VMA between two nodes a thread must have
 * done: what it did, less all that was done elsewhere. Threads have no counts
 * by VMA.
 */
static uint64_t thread_share(const struct told *told, size_t thread, size_t row, size_t column,
			     uint64_t elsewhere)
{
	struct numalens_matrix own;
	uint64_t count;

	numalens_matrix_read(&own, told->s, NUMALENS_SCOPE_THREAD, thread, NUMALENS_EVENTS_TOUCH);
	count = numalens_matrix_get(&own, row, column);
	numalens_matrix_free(&own);
	return count > elsewhere ? count - elsewhere : 0;
}

/* The thread that did most of it, if there must be one; returns how much it did. */
static uint64_t thread_find(const struct told *told, size_t row, size_t column,
			    struct numalens_thread *thread)
{
	uint64_t count = numalens_matrix_get(&told->touches, row, column), share = 0;
	struct numalens_matrix all;
	uint64_t elsewhere;
	size_t i;

	numalens_matrix_read(&all, told->s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	elsewhere = numalens_matrix_get(&all, row, column);
	elsewhere = elsewhere > count ? elsewhere - count : 0;
	numalens_matrix_free(&all);
	for (i = 0; i < told->s->header.nr_threads && share * 2 <= count; i++) {
		share = thread_share(told, i, row, column, elsewhere);
		numalens_snapshot_thread(told->s, i, thread);
	}
	return share * 2 > count ? share : 0;
}

/* Where the most was counted. */
static void largest(const struct numalens_matrix *matrix, size_t *row, size_t *column)
{
	size_t i, best = 0;

	for (i = 0; i < matrix->nr * matrix->nr; i++)
		if (matrix->counts[i] > matrix->counts[best])
			best = i;
	*row = best / matrix->nr;
	*column = best % matrix->nr;
}

static void tell_policy(char **text, const struct told *told)
{
	const char *source = numalens_vma_source_name(told->vma.policy_source);
	char *policy;

	if (told->vma.policy_source == NUMALENS_SOURCE_SYSTEM || !source)
		return;
	policy = numalens_output_clean(numalens_snapshot_string(told->s, told->vma.policy));
	numalens_append(text, ", under the policy %s (%s)", policy, source);
	free(policy);
}

/* Of what lies where most lies; or of all, if that was touched elsewhere. */
static void touch_find(const struct told *told, size_t *row, size_t *column)
{
	uint64_t there = numalens_snapshot_vma_value(told->s, told->index, NUMALENS_VMA_PAGES,
						     told->node);
	size_t i;

	if (numalens_matrix_column(&told->touches, told->node) * 2 < there) {
		largest(&told->touches, row, column);
		return;
	}
	*row = 0;
	*column = told->node;
	for (i = 0; i < told->touches.nr; i++)
		if (numalens_matrix_get(&told->touches, i, *column) >
		    numalens_matrix_get(&told->touches, *row, *column))
			*row = i;
}

static void tell_thread(char **text, const struct told *told, size_t row, size_t column)
{
	struct numalens_thread thread;
	uint64_t share = thread_find(told, row, column, &thread);
	char comm[NUMALENS_COMM_LEN + 1] = "", *clean;

	if (!share) {
		numalens_append(text, " by CPUs of node %" PRIu32, nid(told, row));
		return;
	}
	memcpy(comm, thread.comm, NUMALENS_COMM_LEN);
	clean = numalens_output_clean(comm);
	numalens_append(text, "%s by thread %" PRIu32 " (%s), which was on node %" PRIu32,
			share < numalens_matrix_get(&told->touches, row, column) ? ", mostly" : "",
			(uint32_t)thread.tid, clean, nid(told, row));
	free(clean);
}

static void tell_toucher(char **text, const struct told *told)
{
	uint64_t seen = told->touched < told->pages ? told->touched : told->pages;
	size_t row, column;
	uint64_t count;
	char *share;

	touch_find(told, &row, &column);
	count = numalens_matrix_get(&told->touches, row, column);
	share = numalens_output_percent(numalens_event_bp(count, told->touched));
	if (count < told->touched)
		numalens_append(text, ": %s %% of it was first touched ", share);
	else
		numalens_append(text, ": it was first touched ");
	free(share);
	if (column == told->node)
		numalens_append(text, "there");
	else
		numalens_append(text, "on node %" PRIu32, nid(told, column));
	tell_thread(text, told, row, column);
	tell_policy(text, told);
	if (seen * 2 < told->pages) {
		share = numalens_output_percent(numalens_event_bp(seen, told->pages));
		numalens_append(text, "; that is of the %s %% that were touched since events are "
				"counted, of the rest it is not known", share);
		free(share);
	}
}

static void tell_touch(char **text, const struct told *told)
{
	if (told->touched)
		tell_toucher(text, told);
	else if (told->vma.kind != NUMALENS_KIND_FILE)
		numalens_append(text, ": it was watched after it was touched, and so it is not known "
				"by whom");
	numalens_append(text, ". ");
}

static void tell_hints(char **text, const struct told *told)
{
	struct numalens_matrix faults;
	uint64_t sum;
	size_t node, most = 0;
	char *share;

	numalens_matrix_read(&faults, told->s, NUMALENS_SCOPE_VMA, told->index,
			     NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	sum = numalens_matrix_sum(&faults);
	for (node = 0; node < faults.nr; node++)
		if (numalens_matrix_row(&faults, node) > numalens_matrix_row(&faults, most))
			most = node;
	if (sum) {
		share = numalens_output_percent(numalens_event_bp(
				numalens_matrix_row(&faults, most), sum));
		numalens_append(text, "Of %" PRIu64 " hinting faults on it, %s%s came from node %"
				PRIu32 ". ", sum, strcmp(share, "100") ? share : "all",
				strcmp(share, "100") ? " %" : "", nid(told, most));
		free(share);
	}
	numalens_matrix_free(&faults);
}

/* Where all of it went up from slow memory, the kernel has a word for that. */
static const char *verb(const struct told *told, const struct numalens_event_name *reason,
			const struct numalens_matrix *moved)
{
	uint64_t promoted = 0;
	size_t from;

	for (from = 0; from < moved->nr; from++)
		promoted += numalens_tiers_promoted(moved, from, told->s);
	return reason->event == NUMALENS_MIGRATE_NUMA_MISPLACED &&
	       promoted == numalens_matrix_sum(moved) ? "promoted" : "moved";
}

static void tell_moved(char **text, const struct told *told,
		       const struct numalens_event_name *reason,
		       const struct numalens_matrix *moved)
{
	uint64_t sum = numalens_matrix_sum(moved);
	char *share = numalens_output_percent(numalens_event_bp(sum, told->pages));
	char *size = amount(told, sum);
	size_t from, to;

	largest(moved, &from, &to);
	numalens_append(text, "%s %s ", reason->words, verb(told, reason, moved));
	/* Pages that went to and fro can be more than there are. */
	if (sum <= told->pages)
		numalens_append(text, "%s %% of it (%s)", share, size);
	else
		numalens_append(text, "%s of it", size);
	numalens_append(text, "%s from node %" PRIu32 " to node %" PRIu32,
			numalens_matrix_get(moved, from, to) == sum ? "" : ", most of that",
			nid(told, from), nid(told, to));
	free(size);
	free(share);
}

static void tell_time(char **text, const struct numalens_snapshot *s)
{
	double seconds = (s->header.snapshot_ns - s->header.events_ns) / 1e9;

	if (s->header.events && s->header.snapshot_ns > s->header.events_ns)
		numalens_append(text, "In %.*f s ", seconds < 10, seconds);
	else
		numalens_append(text, "While events were counted ");
}

static void tell_moves(char **text, const struct told *told)
{
	struct numalens_matrix moved;
	const struct numalens_snapshot_header *h = &told->s->header;
	bool any = numalens_matrix_sum_of(told->s, NUMALENS_SCOPE_VMA, told->index,
					  NUMALENS_EVENTS_MIGRATE);
	size_t i;

	if (!any && h->snapshot_ns < h->events_ns + SHORT_NS)
		return;
	tell_time(text, told->s);
	any = false;
	for (i = 0; i < numalens_event_reasons.nr; i++) {
		const struct numalens_event_name *reason = &numalens_event_reasons.names[i];

		numalens_matrix_read(&moved, told->s, NUMALENS_SCOPE_VMA, told->index,
				     NUMALENS_EVENT(reason->event));
		if (numalens_matrix_sum(&moved)) {
			numalens_append(text, "%s", any ? ", " : "");
			tell_moved(text, told, reason, &moved);
			any = true;
		}
		numalens_matrix_free(&moved);
	}
	numalens_append(text, any ? ". " : "nothing of it was moved. ");
}

/*
 * What is told of is the node on which most remote pages lie; where there is
 * none, most pages.
 */
static size_t node_find(const struct told *told, bool remote)
{
	double weight, most = 0;
	size_t node, found = 0;

	for (node = 0; node < told->s->header.nr_nodes; node++) {
		weight = numalens_snapshot_vma_value(told->s, told->index, NUMALENS_VMA_PAGES, node);
		if (remote)
			weight *= 10000 - numalens_snapshot_total(told->s, NUMALENS_TOTAL_HOME_BP,
								  node);
		if (weight > most) {
			most = weight;
			found = node;
		}
	}
	return found;
}

static void tell_vma(char **text, const struct numalens_snapshot *s, size_t index, bool remote)
{
	struct told told = { .s = s, .index = index };

	numalens_snapshot_vma(s, index, &told.vma);
	told.pages = numalens_snapshot_vma_pages(s, index);
	told.node = node_find(&told, remote);
	numalens_matrix_read(&told.touches, s, NUMALENS_SCOPE_VMA, index, NUMALENS_EVENTS_TOUCH);
	told.touched = numalens_matrix_sum(&told.touches);
	tell_place(text, &told);
	tell_touch(text, &told);
	tell_hints(text, &told);
	tell_moves(text, &told);
	numalens_matrix_free(&told.touches);
}

/* Remote pages, or where the process has none, resident ones; 0 if they are not worth it. */
static uint64_t weight_of(const struct numalens_snapshot *s, size_t index, bool remote)
{
	uint64_t all = remote ? s->header.remote_pages :
		       numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES), weight;
	struct numalens_vma vma;

	numalens_snapshot_vma(s, index, &vma);
	weight = remote ? vma.remote_pages : numalens_snapshot_vma_pages(s, index);
	return weight < all / (vma.kind == NUMALENS_KIND_FILE ? WORTH_FILE : WORTH) ? 0 : weight;
}

/* The VMA of the largest weight below a limit, or what is not one. */
static size_t next_of(const struct numalens_snapshot *s, bool remote, size_t last)
{
	uint64_t limit = last < s->header.nr_vmas ? weight_of(s, last, remote) : UINT64_MAX;
	size_t i, best = s->header.nr_vmas;
	uint64_t weight, most = 0;

	for (i = 0; i < s->header.nr_vmas; i++) {
		weight = weight_of(s, i, remote);
		/* Of equal ones those behind the last are still to come. */
		if (weight > most && (weight < limit || (weight == limit && i > last))) {
			most = weight;
			best = i;
		}
	}
	return best;
}

static void tell_caller(char **text, const struct numalens_snapshot *s)
{
	const struct numalens_event_name *reason = numalens_event_reason(s->header.caller_event);
	char comm[NUMALENS_COMM_LEN + 1] = "", *clean;

	if (!s->header.caller_pid || !reason)
		return;
	memcpy(comm, s->header.caller_comm, NUMALENS_COMM_LEN);
	clean = numalens_output_clean(comm);
	numalens_append(text, "The last to move pages from outside was %s (pid %" PRIu32 "), by %s.",
			clean, (uint32_t)s->header.caller_pid, reason->words);
	free(clean);
}

/* What is told of remote pages, or where remote is false, of most pages. */
static void tell_largest(char **text, const struct numalens_snapshot *s, bool remote)
{
	size_t at = SIZE_MAX, nr;

	for (nr = 0; nr < (remote ? MAX_TOLD : 1); nr++) {
		at = next_of(s, remote, at);
		if (at >= s->header.nr_vmas)
			break;
		tell_vma(text, s, at, remote);
	}
}

/**
 * numalens_story_tell() - tell how memory came to lie where it lies
 * @snapshot: snapshot of a process
 *
 * Return: sentences; free() them. NULL if there is nothing to tell.
 */
char *numalens_story_tell(const struct numalens_snapshot *snapshot)
{
	char *text;

	if (!numalens_event_known(snapshot) || snapshot->header.nr_nodes == 1 ||
	    !numalens_snapshot_sum(snapshot, NUMALENS_TOTAL_PAGES))
		return NULL;
	if (!numalens_event_counted(snapshot))
		return numalens_strdup("Events are off: who touched it first, and what was moved, "
				       "is not known.");
	text = numalens_strdup("");
	if (snapshot->header.remote_bp >= FEW_BP)
		tell_largest(&text, snapshot, true);
	if (!*text)
		tell_largest(&text, snapshot, false);
	tell_caller(&text, snapshot);
	while (*text && text[strlen(text) - 1] == ' ')
		text[strlen(text) - 1] = '\0';
	if (*text)
		return text;
	free(text);
	return NULL;
}
