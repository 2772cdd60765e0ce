// SPDX-License-Identifier: GPL-2.0
/*
 * lab run migrate: three ways to move pages, and what can't be moved.
 */
#include "experiment.h"

#include <errno.h>
#include <inttypes.h>
#include <numa.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "actor.h"
#include "actor_policy.h"
#include "alloc.h"
#include "area.h"
#include "error.h"
#include "event.h"
#include "experiment_migrate.h"
#include "matrix.h"
#include "undo.h"

#define PAGES		1024	/* of the area that is moved about */
#define FEW_PAGES	16
#define TRIES		10

/**
 * numalens_experiment_move() - move pages of an actor by move_pages(2)
 * @actor: actor
 * @area: area
 * @each: move only each so manieth page
 * @nid: where they are to go
 * @flags: MPOL_MF_MOVE or MPOL_MF_MOVE_ALL
 * @answer: gets the kernel's answer for the first page, or for all: 0 or an errno;
 *	if it could not move some, their negative count
 */
void numalens_experiment_move(struct numalens_actor *actor, const struct numalens_area *area,
			      unsigned int each, unsigned int nid, int flags, int *answer)
{
	uint64_t size = sysconf(_SC_PAGESIZE), nr = numalens_area_pages(area) / each, i;
	void **pages = numalens_alloc(nr, sizeof(*pages));
	int *status = numalens_alloc(nr, sizeof(*status));
	int *nodes = numalens_alloc(nr, sizeof(*nodes));
	long ret;

	for (i = 0; i < nr; i++) {
		pages[i] = (void *)(uintptr_t)(area->start + i * each * size);
		nodes[i] = nid;
		status[i] = nid;
	}
	ret = move_pages(actor->pid, nr, pages, nodes, status, flags);
	if (ret < 0)
		*answer = errno;
	else if (status[0] < 0)
		*answer = -status[0];
	else
		*answer = -ret;
	free(nodes);
	free(status);
	free(pages);
}

/* A row and a claim: how many pages of the area must be on the far node now. */
static int moved_show(struct numalens_lab *lab, struct numalens_actor *actor,
		      const struct numalens_area *area, const char *what, uint64_t expected)
{
	struct numalens_view view;
	char *expect;
	uint64_t far;
	int ret = numalens_area_look(actor, area, &view);

	if (ret)
		return ret;
	far = numalens_view_on(&view, lab->far);
	numalens_lab_table_nodes(lab, "pages now", "by", &view.process.snapshot);
	numalens_lab_row(lab);
	numalens_lab_cell(lab, "%s", what);
	numalens_view_row(lab, &view);
	expect = numalens_strf("%s: %" PRIu64 " of %d pages on node %u", what, expected, PAGES,
			       lab->far);
	numalens_lab_claim(lab, far == expected, expect, "%" PRIu64, far);
	free(expect);
	numalens_view_free(&view);
	return NUMALENS_OK;
}

static int by_process(struct numalens_lab *lab, struct numalens_actor *actor,
		      const struct numalens_area *area)
{
	struct bitmask *from = numa_allocate_nodemask(), *to = numa_allocate_nodemask();
	int left, err;

	numalens_lab_phase(lab, "migrate_pages", "all pages of the process that are on node %u are "
			   "asked to go to node %u, from outside, as migratepages(8) does.",
			   lab->near, lab->far);
	numa_bitmask_setbit(from, lab->near);
	numa_bitmask_setbit(to, lab->far);
	left = numa_migrate_pages(actor->pid, from, to);
	err = errno;
	numa_bitmask_free(from);
	numa_bitmask_free(to);
	if (left < 0)
		return numalens_lab_fail(lab, "migrate_pages(2): %s", strerror(err));
	return moved_show(lab, actor, area, "migrate_pages", PAGES);
}

static int by_pages(struct numalens_lab *lab, struct numalens_actor *actor,
		    const struct numalens_area *area)
{
	int answer;

	numalens_lab_phase(lab, "move_pages", "each second page of the memory is asked to come back "
			   "to node %u, one by one.", lab->near);
	numalens_experiment_move(actor, area, 2, lab->near, MPOL_MF_MOVE, &answer);
	if (answer > 0)
		return numalens_lab_fail(lab, "move_pages(2): %s", strerror(answer));
	return moved_show(lab, actor, area, "move_pages", PAGES / 2);
}

static int by_policy(struct numalens_lab *lab, struct numalens_actor *actor,
		     const struct numalens_area *area)
{
	struct numalens_order_policy policy = {
		.mode = MPOL_BIND, .nids = { lab->far }, .nr = 1, .flags = MPOL_MF_MOVE,
	};
	int ret;

	numalens_lab_phase(lab, "mbind", "the process binds the memory to node %u, with MPOL_MF_MOVE: "
			   "what is elsewhere is moved.", lab->far);
	ret = numalens_actor_policy_area(actor, 0, area, &policy);
	if (!ret && policy.err)
		ret = numalens_lab_fail(lab, "mbind(2): %s", strerror(policy.err));
	return ret ? ret : moved_show(lab, actor, area, "mbind", PAGES);
}

/* What must have moved the area's pages: each by one way, and how many. */
static const struct {
	enum numalens_event event;
	const char *name;
	uint64_t pages;
} ways[] = {
	{ NUMALENS_MIGRATE_MIGRATE_PAGES, "migrate_pages", PAGES },
	{ NUMALENS_MIGRATE_MOVE_PAGES, "move_pages", PAGES / 2 },
	{ NUMALENS_MIGRATE_MEMPOLICY_MBIND, "mbind", PAGES / 2 },
};

/*
 * What we have in common with the actor, whom we forked, NUMA balancing may just
 * have moved when we used it: then that was the last move, and we do ours again.
 */
static int caller_find(struct numalens_lab *lab, struct numalens_actor *actor,
		       struct numalens_process *process)
{
	struct numalens_area area;
	int answer, try, ret = numalens_area_map(actor, 0, &area, FEW_PAGES, NUMALENS_AREA_SMALL);

	if (!ret)
		ret = numalens_area_touch(actor, 0, &area, true);
	for (try = 0; try < TRIES && !ret; try++) {
		numalens_experiment_move(actor, &area, 1, try % 2 ? lab->near : lab->far,
					 MPOL_MF_MOVE, &answer);
		ret = numalens_actor_look(actor, process);
		if (ret || process->snapshot.header.caller_event == NUMALENS_MIGRATE_MOVE_PAGES)
			break;
		if (try + 1 < TRIES)
			numalens_reader_process_free(process);
	}
	return ret;
}

static int caller_show(struct numalens_lab *lab, struct numalens_actor *actor)
{
	char caller[NUMALENS_COMM_LEN + 1] = "", own[NUMALENS_COMM_LEN + 1] = "";
	const struct numalens_event_name *reason;
	const struct numalens_snapshot_header *header;
	struct numalens_process process;
	int ret;

	numalens_lab_phase(lab, "who", "a few pages more are moved by move_pages(2), from outside: by "
			   "this program.");
	ret = caller_find(lab, actor, &process);
	if (ret)
		return ret;
	header = &process.snapshot.header;
	reason = numalens_event_reason(header->caller_event);
	memcpy(caller, header->caller_comm, NUMALENS_COMM_LEN);
	prctl(PR_GET_NAME, own);
	numalens_lab_claim(lab, !strcmp(caller, own) &&
			   header->caller_event == NUMALENS_MIGRATE_MOVE_PAGES,
			   "the last who moved pages from outside was this program, by move_pages(2)",
			   "%s (pid %" PRIu32 "), by %s", *caller ? caller : "nobody",
			   (uint32_t)header->caller_pid, reason ? reason->words : "nothing");
	numalens_reader_process_free(&process);
	return NUMALENS_OK;
}

/* What the module counted, by reason. */
static int reasons_show(struct numalens_lab *lab, struct numalens_actor *actor,
			const struct numalens_area *area)
{
	struct numalens_matrix all;
	struct numalens_view view;
	size_t i;
	int ret;

	numalens_lab_phase(lab, "why", "what the module counted of that memory, by reason.");
	ret = numalens_area_look(actor, area, &view);
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		char *expect = numalens_strf("%s moved %" PRIu64 " pages", ways[i].name,
					     ways[i].pages);
		struct numalens_matrix matrix;

		numalens_matrix_init(&matrix, view.place.nr);
		numalens_area_matrix_add(&matrix, area, &view.process.snapshot,
					 NUMALENS_EVENT(ways[i].event));
		numalens_lab_matrix(lab, ways[i].name, "from", "to", "pages", &matrix,
				    &view.process.snapshot);
		numalens_lab_claim(lab, numalens_matrix_sum(&matrix) == ways[i].pages, expect,
				   "the module counted %" PRIu64, numalens_matrix_sum(&matrix));
		numalens_matrix_free(&matrix);
		free(expect);
	}
	numalens_matrix_init(&all, view.place.nr);
	numalens_area_matrix_add(&all, area, &view.process.snapshot, NUMALENS_EVENTS_MIGRATE);
	numalens_lab_matrix(lab, "all together", "from", "to", "pages", &all,
			    &view.process.snapshot);
	numalens_matrix_free(&all);
	numalens_view_free(&view);
	return NUMALENS_OK;
}

static int run(struct numalens_lab *lab)
{
	struct numalens_actor *actor;
	struct numalens_area area;
	int ret;

	numalens_undo_setting("proc/sys/kernel", "numa_balancing", "0");
	actor = numalens_actor_start(lab, "lab-moved", 1);
	if (!actor)
		return NUMALENS_FAILED;
	numalens_lab_phase(lab, "before", "a thread on node %u writes to %d pages.", lab->near, PAGES);
	ret = numalens_actor_run_on(actor, 0, lab->near);
	if (!ret)
		ret = numalens_area_map(actor, 0, &area, PAGES, NUMALENS_AREA_SMALL);
	if (!ret)
		ret = numalens_area_touch(actor, 0, &area, true);
	if (!ret)
		ret = moved_show(lab, actor, &area, "first touch", 0);
	if (!ret)
		ret = by_process(lab, actor, &area);
	if (!ret)
		ret = by_pages(lab, actor, &area);
	if (!ret)
		ret = by_policy(lab, actor, &area);
	if (!ret)
		ret = reasons_show(lab, actor, &area);
	if (!ret)
		ret = caller_show(lab, actor);
	return ret ? ret : numalens_experiment_migrate_stuck(lab);
}

const struct numalens_experiment numalens_experiment_migrate = {
	.name = "migrate",
	.title = "three ways to move pages, who used them, and what can't be moved",
	.expects = "migrate_pages(2) moves all of a process, move_pages(2) single pages, mbind(2) with "
		   "MPOL_MF_MOVE what its policy misplaces; the module says which it was, and who "
		   "asked. Pages that another process maps move only with MPOL_MF_MOVE_ALL; what is "
		   "pinned, and the zero page, does not move.",
	.why = "A page moves if all references to it are known (migrate_pages() in mm/migrate.c, "
	       "folio_migrate_mapping()). One that a device or a pipe holds as well has one more: "
	       "after ten tries the kernel leaves it. One that others map, too, is theirs as well "
	       "(EACCES, move_pages(2)); the zero page is everybody's (EFAULT).",
	.missing = numalens_lab_missing_memory,
	.run = run,
};
