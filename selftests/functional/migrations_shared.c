// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations of pages that two watched processes map: they are counted in
 * both, whoever was meant. What only one maps is counted there alone.
 *
 * Oracle: move_pages(2) as a question, for every resident page of both, before
 * and after.
 */
#include <errno.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/mixkinds.h"
#include "../lib/moving.h"
#include "../lib/policy.h"
#include "../lib/touch.h"

#define PAGES		600
#define HUGE_PAGES	512

static struct toucher touchers[2];
static struct moving movings[2];

/* Made by this program, which is not watched, and inherited by both. */
static struct act common;

static long load_common(void *arg)
{
	struct act *act = arg;

	act->addr = common.addr;
	act->span = common.span;
	mix_touch((void *)(uintptr_t)act->addr, act->span, false);
	return ACT_DONE;
}

static void make_common(size_t pages, int flags)
{
	char *addr;

	common.policy = policy_find("bind0");
	common.pages = pages;
	addr = act_map(&common, pages, flags | MAP_ANONYMOUS, -1);
	madvise(addr, pages * getpagesize(), pages == HUGE_PAGES ?
		MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	act_touch(&common);
	policy_set_range(policy_find("default"), addr, pages * getpagesize());
}

static int move_range(pid_t pid, uint64_t addr, size_t nr, int nid)
{
	static uint64_t addrs[ACT_PAGES];
	static int nodes[ACT_PAGES], status[ACT_PAGES];
	size_t i;

	for (i = 0; i < nr; i++) {
		addrs[i] = addr + i * getpagesize();
		nodes[i] = nid;
	}
	return syscall(SYS_move_pages, pid, nr, addrs, nodes, status,
		       MPOL_MF_MOVE_ALL) ?
		fail("move_pages: %s", strerror(errno)) : CASE_PASS;
}

static int begin(void)
{
	int i, ret = CASE_PASS;

	for (i = 0; i < 2 && !ret; i++) {
		ret = toucher_start(&touchers[i], 1);
		if (!ret && toucher_call(&touchers[i], 0, load_common))
			ret = fail("the range can't be read");
	}
	for (i = 0; i < 2 && !ret; i++)
		ret = moving_begin(&movings[i], touchers[i].pid, common.addr,
				   common.span);
	return ret;
}

static int end(void)
{
	int i, ret = CASE_PASS;

	for (i = 0; i < 2; i++) {
		ret = moving_end(&movings[i], MOVE_MOVE_PAGES, 0) ?: ret;
		ret = moving_caller(&movings[i], "move_pages") ?: ret;
		if (movings[i].moved < common.span)
			ret = fail("process %d: only %llu pages moved", i,
				   (unsigned long long)movings[i].moved);
	}
	munmap((void *)(uintptr_t)common.addr, common.span * getpagesize());
	return ret;
}

/* The second is meant, the first is counted too. */
static int counted_in_both(size_t pages, int flags)
{
	int ret;

	make_common(pages, flags);
	ret = begin() ?: move_range(touchers[1].pid, common.addr, common.span,
				    policy_node(1));
	return ret ?: end();
}

static int shared_memory(void)
{
	return counted_in_both(PAGES, MAP_SHARED);
}

static int copy_on_write(void)
{
	return counted_in_both(PAGES, MAP_PRIVATE);
}

static int copy_on_write_huge(void)
{
	return counted_in_both(HUGE_PAGES, MAP_PRIVATE);
}

/* The same pages by way of this program, which nobody watches. */
static int by_way_of_another(void)
{
	int ret;

	make_common(PAGES, MAP_SHARED);
	ret = begin() ?: move_range(getpid(), common.addr, common.span,
				    policy_node(1));
	return ret ?: end();
}

static long write_common(void *arg)
{
	struct act *act = arg;

	act->pages = act->span;
	return act_touch(act);
}

/* A copy belongs to who wrote it: the other's pages stay where they are. */
static int copied(void)
{
	struct moves before, after;
	int ret;

	make_common(PAGES, MAP_PRIVATE);
	ret = begin();
	if (!ret && toucher_call(&touchers[1], 0, write_common))
		ret = fail("the range can't be written");
	census_free(&movings[1].census);
	ret = ret ?: moving_begin(&movings[1], touchers[1].pid, common.addr,
				  common.span);
	if (ret || moves_read(touchers[0].pid, &before))
		return CASE_FAIL;
	/* to where they are not, wherever the copies have come to lie */
	ret = move_range(touchers[1].pid, common.addr, PAGES / 2,
			 policy_node(0));
	ret = ret ?: move_range(touchers[1].pid, common.addr, PAGES,
				policy_node(1));
	if (moves_read(touchers[0].pid, &after))
		return CASE_FAIL;
	if (matrix_differ("the other", &after.all, &before.all))
		ret = CASE_FAIL;
	return ret ?: matrix_sum(&after.all) ?
		fail("the other has counted") : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "shared memory", shared_memory },
		{ "shared by fork(2)", copy_on_write },
		{ "huge pages shared by fork(2)", copy_on_write_huge },
		{ "by way of an unwatched process", by_way_of_another },
		{ "copied after fork(2)", copied },
	};

	need(2);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
