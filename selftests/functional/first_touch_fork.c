// SPDX-License-Identifier: GPL-2.0
/*
 * First touches after a fork(2): a write to a page that parent and child share
 * makes a copy, which is counted for whoever wrote, as such; who writes last
 * has the page for itself, and makes none.
 *
 * Oracle: the number of pages, and move_pages(2) for where the copies are.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/mixkinds.h"
#include "../lib/touch.h"

#define PAGES		400
#define HUGE_PAGES	512

/* Made and touched by this program, and inherited by the process. */
static struct act inherited[3];

static long inherit(struct act *act, const struct act *from)
{
	act->addr = from->addr;
	act->span = from->span;
	return ACT_DONE;
}

static long inherit_anon(void *arg)
{
	return inherit(arg, &inherited[0]);
}

static long inherit_huge(void *arg)
{
	return inherit(arg, &inherited[1]);
}

static long inherit_shared(void *arg)
{
	return inherit(arg, &inherited[2]);
}

static long load(void *arg)
{
	struct act *act = arg;

	mix_touch((void *)(uintptr_t)act->addr, act->pages, false);
	return ACT_DONE;
}

/* The process as a parent: its child sleeps, and holds the pages. */
static long prepare_parent(void *arg)
{
	struct act *act = arg;

	if (!act_map(act, PAGES, MAP_PRIVATE | MAP_ANONYMOUS, -1))
		return ACT_BROKEN;
	act_touch(act);
	switch (fork()) {
	case -1:
		return ACT_BROKEN;
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return ACT_DONE;
}

static const struct way ways[] = {
	{ "a child writes", TOUCH_COW, PAGES, inherit_anon, act_touch },
	{ "a child writes to huge pages", TOUCH_COW,
	  HUGE_PAGES, inherit_huge, act_touch },
	{ "a parent writes", TOUCH_COW, PAGES, prepare_parent, act_touch },
	{ "no touch: a child reads", NR_TOUCH_KINDS,
	  PAGES, inherit_anon, load },
	{ "no touch: a child writes to shared memory", NR_TOUCH_KINDS,
	  PAGES, inherit_shared, act_touch },
};

static void make_inherited(void)
{
	int i;

	act_map(&inherited[0], PAGES, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	act_map(&inherited[1], HUGE_PAGES, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	act_map(&inherited[2], PAGES, MAP_SHARED | MAP_ANONYMOUS, -1);
	madvise((void *)(uintptr_t)inherited[1].addr,
		HUGE_PAGES * getpagesize(), MADV_HUGEPAGE);
	for (i = 0; i < 3; i++) {
		inherited[i].pages = inherited[i].span;
		act_touch(&inherited[i]);
	}
}

int main(void)
{
	need(2);
	balancing_off();
	make_inherited();
	return ways_run(ways, ARRAY_SIZE(ways), true, 120);
}
