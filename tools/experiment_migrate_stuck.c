// SPDX-License-Identifier: GPL-2.0
/*
 * lab run migrate: pages that can't be moved, or not by everybody.
 */
#include "experiment_migrate.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "area.h"
#include "error.h"
#include "event.h"
#include "lab.h"
#include "matrix.h"

#define PAGES	64	/* of each area; a pipe has to hold them */

/* In the actor: the pages go into a pipe, which nobody reads. */
static int pin(void *context)
{
	const struct numalens_area *area = context;
	struct iovec memory = { (void *)(uintptr_t)area->start, area->size };
	ssize_t done;
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) || fcntl(fds[1], F_SETPIPE_SZ, area->size) < 0)
		return errno;
	while (memory.iov_len) {
		done = vmsplice(fds[1], &memory, 1, SPLICE_F_NONBLOCK);
		if (done < 0)
			return errno;
		memory.iov_base = (char *)memory.iov_base + done;
		memory.iov_len -= done;
	}
	return 0;
}

/* Not refused, but left where they are */
#define LEFT	(-1)

/* A row and a claim: what came of asking for them to go to the far node. */
static int ask(struct numalens_lab *lab, struct numalens_actor *actor,
	       const struct numalens_area *area, const char *what, int flags, int refusal)
{
	bool moves = !refusal;
	static const char * const columns[] = { "asked to move", "answer", "have moved" };
	struct numalens_view view;
	uint64_t far;
	char *expect;
	int answer, ret;

	numalens_experiment_move(actor, area, 1, lab->far, flags, &answer);
	ret = numalens_area_look(actor, area, &view);
	if (ret)
		return ret;
	far = numalens_view_on(&view, lab->far);
	numalens_lab_table(lab, "", columns, ARRAY_SIZE(columns));
	numalens_lab_row(lab);
	numalens_lab_cell(lab, "%d pages, %s", PAGES, what);
	if (answer < 0)
		numalens_lab_cell(lab, "%d were left", -answer);
	else
		numalens_lab_cell(lab, "%s", answer ? strerrorname_np(answer) : "done");
	numalens_lab_number(lab, far);
	expect = numalens_strf("%s: %s", what, moves ? "all move" : "none moves");
	/* That they are not there is no proof: the zero page never is. */
	numalens_lab_claim(lab, far == (moves ? PAGES : 0) &&
			   (refusal == LEFT ? answer == -PAGES : answer == refusal), expect,
			   "%" PRIu64 " of %d", far, PAGES);
	free(expect);
	numalens_view_free(&view);
	return NUMALENS_OK;
}

static int shared_ask(struct numalens_lab *lab, struct numalens_actor *actor,
		      struct numalens_actor *other)
{
	struct numalens_area here, there;
	int ret = numalens_area_map_same(actor, &here, other, &there, PAGES);

	if (!ret)
		ret = numalens_area_touch(actor, 0, &here, true);
	if (!ret)
		ret = numalens_area_touch(other, 0, &there, false);
	if (!ret)
		ret = ask(lab, actor, &here, "shared, MPOL_MF_MOVE", MPOL_MF_MOVE, EACCES);
	if (ret)
		return ret;
	numalens_lab_phase(lab, "shared, for all", "the same once more, with MPOL_MF_MOVE_ALL: that is "
			   "asked for all who map them, and takes CAP_SYS_NICE.");
	return ask(lab, actor, &here, "shared, MPOL_MF_MOVE_ALL", MPOL_MF_MOVE_ALL, 0);
}

static int pinned_ask(struct numalens_lab *lab, struct numalens_actor *actor)
{
	struct numalens_area area;
	int ret;

	numalens_lab_phase(lab, "pinned", "a process has written to memory, and put its pages into a "
			   "pipe by vmsplice(2). A device that is to write to them, as that of a "
			   "virtual machine does by VFIO, holds them in the same way.");
	ret = numalens_area_map(actor, 0, &area, PAGES, NUMALENS_AREA_SMALL);
	if (!ret)
		ret = numalens_area_touch(actor, 0, &area, true);
	if (!ret)
		ret = numalens_actor_do(actor, 0, "pin pages", pin, &area, sizeof(area));
	return ret ? ret : ask(lab, actor, &area, "pinned", MPOL_MF_MOVE, LEFT);
}

static int zero_ask(struct numalens_lab *lab, struct numalens_actor *actor)
{
	struct numalens_area area;
	int ret;

	numalens_lab_phase(lab, "zero page", "a process has only read memory: what it maps is one page "
			   "for all, which is not its own.");
	ret = numalens_area_map(actor, 0, &area, PAGES, NUMALENS_AREA_SMALL);
	if (!ret)
		ret = numalens_area_touch(actor, 0, &area, false);
	return ret ? ret : ask(lab, actor, &area, "zero page", MPOL_MF_MOVE_ALL, EFAULT);
}

/* Those that were tried, and failed: the others were refused before. */
static int failures_show(struct numalens_lab *lab, struct numalens_actor *actor)
{
	struct numalens_process process;
	uint64_t failed;
	int ret = numalens_actor_look(actor, &process);

	if (!ret) {
		failed = numalens_matrix_sum_of(&process.snapshot, NUMALENS_SCOPE_PROCESS, 0,
						NUMALENS_EVENT(NUMALENS_FAILED_MOVE_PAGES));
		numalens_lab_claim(lab, failed == PAGES,
				   "the pinned ones were tried, and are counted as failed",
				   "the module counted %" PRIu64 " of %d", failed, PAGES);
	}
	numalens_reader_process_free(&process);
	return ret;
}

/**
 * numalens_experiment_migrate_stuck() - ask for what can't be moved
 * @lab: lab
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_experiment_migrate_stuck(struct numalens_lab *lab)
{
	struct numalens_actor *actor, *other;
	int ret;

	numalens_lab_phase(lab, "shared", "two processes map the same memory; pages are asked to go "
			   "from node %u to node %u with MPOL_MF_MOVE, that is for one of them.",
			   lab->near, lab->far);
	actor = numalens_actor_start(lab, "lab-stuck", 1);
	other = numalens_actor_start(lab, "lab-sharer", 1);
	if (!actor || !other)
		return NUMALENS_FAILED;
	ret = numalens_actor_run_on(actor, 0, lab->near);
	if (!ret)
		ret = numalens_actor_run_on(other, 0, lab->near);
	if (!ret)
		ret = shared_ask(lab, actor, other);
	if (!ret)
		ret = pinned_ask(lab, actor);
	if (!ret)
		ret = failures_show(lab, actor);
	return ret ? ret : zero_ask(lab, actor);
}
