// SPDX-License-Identifier: GPL-2.0
/*
 * First touches and the VMA they belong to: counts go with a VMA that grows,
 * merges or moves; those of one that is gone stay with the process as no_vma,
 * and what is mapped there next starts from zero. And: what events off and on
 * do to them, and what an exit leaves.
 *
 * Oracle: the number of pages touched, all from one node under a policy that
 * binds them to one.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/mixkinds.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/proc.h"
#include "../lib/text.h"
#include "../lib/touch.h"

#define PAGES		300
/* tenths of a second */
#define TRIES		600
#define FLAGS		(MAP_PRIVATE | MAP_ANONYMOUS)
#define PROT		(PROT_READ | PROT_WRITE)

static struct toucher toucher;
static struct touches first, now, want;

static char *at(const struct act *act)
{
	return (char *)(uintptr_t)act->addr;
}

/* --- steps of the process --------------------------------------------------- */

/* Bound by the task's policy: a VMA of its own would not merge. */
static long map(void *arg)
{
	struct act *act = arg;

	act->policy = NULL;
	policy_set_task(policy_find("bind1"));
	return act_map(act, PAGES, FLAGS, -1) ? ACT_DONE : ACT_BROKEN;
}

static long unmap(void *arg)
{
	return munmap(at(arg), PAGES * getpagesize()) ? ACT_BROKEN : ACT_DONE;
}

static long map_again(void *arg)
{
	return mmap(at(arg), PAGES * getpagesize(), PROT, FLAGS |
		    MAP_FIXED_NOREPLACE, -1, 0) == at(arg) ? ACT_DONE :
		ACT_BROKEN;
}

/* The way is free for the second half to join the first. */
static long map_half(void *arg)
{
	struct act *act = arg;
	size_t half = PAGES / 2 * getpagesize();

	return map(act) ?: munmap(at(act) + half, half) ? ACT_BROKEN : ACT_DONE;
}

static long map_other_half(void *arg)
{
	struct act *act = arg;
	size_t half = PAGES / 2 * getpagesize();
	char *addr = at(act) + half;

	return mmap(addr, half, PROT, FLAGS | MAP_FIXED_NOREPLACE, -1, 0) ==
		addr ? ACT_DONE : ACT_BROKEN;
}

static long touch_other_half(void *arg)
{
	struct act *act = arg;

	mix_touch(at(act) + PAGES / 2 * getpagesize(), act->pages, true);
	return ACT_DONE;
}

static long split(void *arg)
{
	return mprotect(at(arg) + PAGES / 2 * getpagesize(), getpagesize(),
			PROT_READ) ? ACT_BROKEN : ACT_DONE;
}

static long move(void *arg)
{
	struct act *act = arg;
	size_t size = PAGES * getpagesize();
	char *to = mix_map(2 * size, PROT_NONE, FLAGS, -1);

	to = mremap(at(act), size, 2 * size, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	if (to == MAP_FAILED)
		return ACT_BROKEN;
	act->addr = (uintptr_t)to;
	return ACT_DONE;
}

static long touch_behind(void *arg)
{
	struct act *act = arg;

	mix_touch(at(act) + PAGES * getpagesize(), act->pages, true);
	return ACT_DONE;
}

/* The page below the lowest, and so on: the VMA begins further down. */
static long map_stack(void *arg)
{
	struct act *act = arg;
	size_t page = getpagesize(), room = (PAGES + 1024) * page;
	char *addr = mmap(NULL, room, PROT_NONE, FLAGS | MAP_NORESERVE, -1, 0);
	char *top = addr + room - page;

	policy_set_task(policy_find("bind1"));
	act->addr = (uintptr_t)top;
	return addr == MAP_FAILED || munmap(addr, room) ||
	       mmap(top, page, PROT, FLAGS | MAP_GROWSDOWN |
		    MAP_FIXED_NOREPLACE, -1, 0) != top ? ACT_BROKEN : ACT_DONE;
}

/* From the top down, what is there already too. */
static long touch_down(void *arg)
{
	struct act *act = arg;
	size_t i;

	for (i = 0; i < act->pages; i++)
		at(act)[-(ssize_t)(i * getpagesize())] = 1;
	return ACT_DONE;
}

/* --- what is counted -------------------------------------------------------- */

static int begin(void)
{
	int ret = toucher_start(&toucher, 1);

	/* what the steps cost by themselves is there before it counts */
	toucher.act->pages = 0;
	return ret ?: toucher_call(&toucher, 0, map) ||
		toucher_call(&toucher, 0, act_touch) ||
		toucher_call(&toucher, 0, touch_other_half) ||
		toucher_call(&toucher, 0, move) ||
		toucher_call(&toucher, 0, touch_behind) ||
		toucher_call(&toucher, 0, unmap) ||
		toucher_call(&toucher, 0, map_stack) ||
		toucher_call(&toucher, 0, touch_down) ||
		touches_read(toucher.pid, &first) ?
		fail("can't be started") : CASE_PASS;
}

static int step(long (*call)(void *act), size_t pages)
{
	toucher.act->pages = pages;
	return toucher_call(&toucher, 0, call) ? fail("the workload failed") :
		CASE_PASS;
}

/* @pages: counted since begin(), of which @no_vma in VMAs that are gone. */
static int process_has(const char *when, uint64_t pages, uint64_t no_vma)
{
	memset(&want, 0, sizeof(want));
	want.kind[TOUCH_ANON].at[toucher.nids[0]][policy_node(1)] = pages;
	want.no_vma = no_vma;
	if (touches_read(toucher.pid, &now))
		return fail("can't be read");
	touches_sub(&now, &first);
	return touches_differ(when, &now, &want) ? CASE_FAIL : CASE_PASS;
}

static int vma_has(const char *when, uint64_t addr, uint64_t pages)
{
	struct matrix vma, truth = { 0 };

	truth.at[toucher.nids[0]][policy_node(1)] = pages;
	if (vma_matrix(toucher.pid, addr, "first_touch", &vma))
		return fail("%s: the VMA can't be read", when);
	return matrix_differ(when, &vma, &truth) ? CASE_FAIL : CASE_PASS;
}

/* What the directories of all VMAs hold, and no_vma, is what there is. */
static int sums(void)
{
	struct matrix sum = { 0 }, vma;
	struct touches all;
	struct dirent *entry;
	DIR *dir;

	if (touches_read(toucher.pid, &all))
		return CASE_FAIL;
	dir = opendir(lens_path(toucher.pid, "vmas"));
	while (dir && (entry = readdir(dir))) {
		uint64_t start;

		if (sscanf(entry->d_name, "%" SCNx64 "-", &start) == 1 &&
		    !vma_matrix(toucher.pid, start, "first_touch", &vma))
			matrix_add(&sum, &vma);
	}
	if (dir)
		closedir(dir);
	if (matrix_sum(&sum) + all.no_vma == matrix_sum(&all.all))
		return CASE_PASS;
	return fail("VMAs %" PRIu64 " + no_vma %" PRIu64 ", all %" PRIu64,
		    matrix_sum(&sum), all.no_vma, matrix_sum(&all.all));
}

/* --- cases ------------------------------------------------------------------ */

static int unmapped(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, PAGES);

	ret = ret ?: process_has("touched", PAGES, 0);
	ret = ret ?: vma_has("touched", toucher.act->addr, PAGES);
	ret = ret ?: step(unmap, 0);
	ret = ret ?: process_has("unmapped", PAGES, PAGES);
	ret = ret ?: step(map_again, 0);
	ret = ret ?: process_has("mapped again", PAGES, PAGES);
	ret = ret ?: vma_has("mapped again", toucher.act->addr, 0);
	ret = ret ?: step(act_touch, 100);
	ret = ret ?: process_has("touched again", PAGES + 100, PAGES);
	ret = ret ?: vma_has("touched again", toucher.act->addr, 100);
	return ret ?: sums();
}

/* No scan sees that there was nothing in between. */
static int replaced_unseen(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, PAGES);

	ret = ret ?: process_has("touched", PAGES, 0);
	ret = ret ?: step(unmap, 0) ?: step(map_again, 0);
	ret = ret ?: step(act_touch, 100);
	ret = ret ?: process_has("replaced", PAGES + 100, PAGES);
	ret = ret ?: vma_has("replaced", toucher.act->addr, 100);
	return ret ?: sums();
}

static int never_seen(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, PAGES);

	ret = ret ?: step(unmap, 0);
	ret = ret ?: process_has("gone before a scan", PAGES, PAGES);
	return ret ?: sums();
}

static int grown(void)
{
	int ret = begin() ?: step(map_stack, 0) ?: step(touch_down, 10);

	ret = ret ?: process_has("small", 10, 0);
	ret = ret ?: vma_has("small", toucher.act->addr, 10);
	ret = ret ?: step(touch_down, PAGES);
	ret = ret ?: process_has("grown", PAGES, 0);
	ret = ret ?: vma_has("grown", toucher.act->addr, PAGES);
	return ret ?: sums();
}

static int merged(void)
{
	int ret = begin() ?: step(map_half, 0) ?: step(act_touch, 100);

	ret = ret ?: process_has("a half", 100, 0);
	ret = ret ?: step(map_other_half, 0) ?: step(touch_other_half, 50);
	ret = ret ?: process_has("both halves", 150, 0);
	ret = ret ?: vma_has("both halves", toucher.act->addr, 150);
	return ret ?: sums();
}

/* How much each part has is not promised; that it is all there is. */
static int split_up(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, PAGES);

	ret = ret ?: process_has("whole", PAGES, 0) ?: step(split, 0);
	ret = ret ?: process_has("split", PAGES, 0);
	return ret ?: sums();
}

static int moved(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, PAGES);

	ret = ret ?: process_has("here", PAGES, 0) ?: step(move, 0);
	ret = ret ?: process_has("there", PAGES, 0);
	ret = ret ?: vma_has("there", toucher.act->addr, PAGES);
	ret = ret ?: step(touch_behind, 100);
	ret = ret ?: process_has("there, longer", PAGES + 100, 0);
	ret = ret ?: vma_has("there, longer", toucher.act->addr, PAGES + 100);
	return ret ?: sums();
}

static int events_set(const char *value)
{
	return text_puts(lens_path(toucher.pid, "events"), value) ?
		fail("events can't be set") : CASE_PASS;
}

static int off_and_on(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, 100);
	uint64_t since = lens_value(toucher.pid, "events_since_ns");

	ret = ret ?: process_has("on", 100, 0) ?: events_set("off\n");
	ret = ret ?: step(act_touch, 200);
	ret = ret ?: process_has("off", 100, 0);
	ret = ret ?: vma_has("off", toucher.act->addr, 100);
	memset(&first, 0, sizeof(first));
	ret = ret ?: events_set("on\n");
	ret = ret ?: process_has("on again", 0, 0);
	ret = ret ?: vma_has("on again", toucher.act->addr, 0);
	ret = ret ?: step(act_touch, PAGES);
	ret = ret ?: process_has("on again, touched", PAGES - 200, 0);
	ret = ret ?: vma_has("on again, touched", toucher.act->addr,
			     PAGES - 200);
	if (!ret && lens_value(toucher.pid, "events_since_ns") <= since)
		ret = fail("events_since_ns is as before");
	return ret;
}

/* The snapshot that an exit publishes is the last. */
static bool last_snapshot(uint64_t generation)
{
	char *state = NULL;
	int tries;

	for (tries = 0; tries < TRIES; tries++) {
		free(state);
		state = lens_word(toucher.pid, "state");
		if (state && !strcmp(state, "exited") &&
		    lens_value(toucher.pid, "generation") > generation)
			break;
		sleep_ms(100);
	}
	free(state);
	return tries < TRIES;
}

static int exited(void)
{
	int ret = begin() ?: step(map, 0) ?: step(act_touch, PAGES);
	uint64_t generation = lens_value(toucher.pid, "generation");

	if (ret)
		return ret;
	proc_end(toucher.pid);
	if (!last_snapshot(generation))
		return fail("no snapshot after the exit");
	memset(&want, 0, sizeof(want));
	ret = lens_matrix(toucher.pid, "first_touch/matrix", &now.all);
	if (ret)
		return fail("can't be read: %s", strerror(-ret));
	matrix_sub(&now.all, &first.all);
	want.all.at[toucher.nids[0]][policy_node(1)] = PAGES;
	return matrix_differ("exited", &now.all, &want.all) ? CASE_FAIL :
		CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "unmapped, and mapped anew", unmapped },
		{ "replaced between two scans", replaced_unseen },
		{ "gone before a scan saw it", never_seen },
		{ "grown downwards", grown },
		{ "merged with its neighbour", merged },
		{ "split up", split_up },
		{ "moved by mremap(2)", moved },
		{ "events off and on", off_and_on },
		{ "after the exit", exited },
	};

	need(2);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
