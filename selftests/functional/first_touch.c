// SPDX-License-Identifier: GPL-2.0
/*
 * Who touched memory first: a thread on each node touches pages under each
 * policy, also where a preferred node is full. The matrices of process, thread
 * and VMA hold exactly these pages: the row is the node of the thread, which is
 * pinned, the column what move_pages(2) says.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hog.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/touch.h"

#define PAGES		1000
/* More than this can't be touched in reasonable time. */
#define FILL_MAX	100000UL
#define BEYOND		2000

static long map_anon(void *arg)
{
	char *addr = act_map(arg, PAGES + 8, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (!addr)
		return ACT_BROKEN;
	madvise(addr, (PAGES + 8) * getpagesize(), MADV_NOHUGEPAGE);
	return ACT_DONE;
}

static int on_each_node(const char *policy)
{
	static const struct way way = {
		"touched", TOUCH_ANON, PAGES, map_anon, act_touch,
	};
	struct toucher toucher;
	int i, ret = toucher_start(&toucher, 0);

	for (i = 0; i < toucher.nr && !ret; i++)
		ret = toucher_try(&toucher, i, &way, policy_find(policy));
	toucher_end(&toucher);
	return ret;
}

static int by_default(void)
{
	return on_each_node("default");
}

static int local(void)
{
	return on_each_node("local");
}

static int bind_first(void)
{
	return on_each_node("bind0");
}

static int bind_second(void)
{
	return on_each_node("bind1");
}

static int prefer_second(void)
{
	return on_each_node("prefer1");
}

static int interleave(void)
{
	return on_each_node("interleave");
}

static long map_fill(void *arg)
{
	struct act *act = arg;
	char *addr = act_map(act, act->room, MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (!addr)
		return ACT_BROKEN;
	madvise(addr, act->span * getpagesize(), MADV_NOHUGEPAGE);
	return ACT_DONE;
}

/* The oracle tells where each page went; here it is that some had to go. */
static int some_spilled(struct toucher *toucher, int nid)
{
	uint64_t pages[NODES_MAX] = { 0 };
	long found = pages_by_node(toucher->pid, toucher->act->addr,
				   toucher->act->span, pages);

	note("%ld pages, %ld of them elsewhere", found,
	     found - (long)pages[nid]);
	return found == (long)pages[nid] ? skip("the node never was full") :
		CASE_PASS;
}

static int prefer_full(void)
{
	struct way way = {
		"touched beyond the node", TOUCH_ANON, 0, map_fill, act_touch,
	};
	int ret, nid = policy_node(1);
	struct toucher toucher;

	ret = toucher_start(&toucher, 0);
	if (ret)
		return ret;
	hog_fill(nid);
	way.pages = node_free_pages(nid) + BEYOND;
	toucher.act->room = way.pages;
	if (way.pages > FILL_MAX)
		ret = skip("node %d can't be filled: %zu pages left", nid,
			   way.pages);
	ret = ret ?: toucher_try(&toucher, 0, &way, policy_find("prefer1"));
	ret = ret ?: some_spilled(&toucher, nid);
	toucher_end(&toucher);
	hog_release();
	return ret;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "default policy, from each node", by_default },
		{ "local, from each node", local },
		{ "bind to the first, from each node", bind_first },
		{ "bind to the second, from each node", bind_second },
		{ "prefer the second, from each node", prefer_second },
		{ "interleave, from each node", interleave },
		{ "prefer a node that is full", prefer_full },
	};

	need(2);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
