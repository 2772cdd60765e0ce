// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations by system call: move_pages(2), migrate_pages(2), mbind(2), called
 * by this program or by the process itself. The matrices of process and VMA
 * hold exactly the pages that moved, under the right reason; the last caller is
 * known if it was another process.
 *
 * Oracle: move_pages(2) as a question, for every resident page of the process,
 * before and after.
 */
#include <errno.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/mixkinds.h"
#include "../lib/moving.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/put.h"
#include "../lib/touch.h"

#define PAGES		1000
#define HUGE_PAGES	512
#define NR_HUGE		2
#define HUGE_KB		2048

static struct toucher toucher;
static struct moving moving;

/* --- what the process does -------------------------------------------------- */

/* They lie on the first node, and nothing says that they have to. */
static long put(struct act *act)
{
	long ret = act_touch(act);

	act_free(act);
	return ret;
}

static long put_anon(void *arg)
{
	return act_put(arg, "bind0", PAGES);
}

static long put_huge(void *arg)
{
	struct act *act = arg;
	size_t size = NR_HUGE * HUGE_PAGES * getpagesize();

	act->policy = policy_find("bind0");
	act->pages = NR_HUGE * HUGE_PAGES;
	if (!act_map(act, act->pages, MAP_PRIVATE | MAP_ANONYMOUS, -1))
		return ACT_BROKEN;
	if (madvise(act_at(act), size, MADV_HUGEPAGE))
		return act_missing(act, "transparent huge pages");
	return put(act);
}

static long put_pool(void *arg)
{
	struct act *act = arg;
	size_t size = NR_HUGE * HUGE_PAGES * getpagesize();

	act->policy = policy_find("bind0");
	act->pages = NR_HUGE * HUGE_PAGES;
	if (!act_map(act, act->pages, MAP_PRIVATE | MAP_ANONYMOUS |
		     MAP_HUGETLB, -1) ||
	    madvise(act_at(act), size, MADV_POPULATE_WRITE))
		return act_missing(act, "pages in the hugetlb pool");
	return put(act);
}

static long put_shared(void *arg)
{
	struct act *act = arg;

	act->policy = policy_find("bind0");
	act->pages = PAGES;
	return act_map(act, PAGES, MAP_SHARED | MAP_ANONYMOUS, -1) ? put(act) :
		ACT_BROKEN;
}

static long move_own(void *arg)
{
	struct act *act = arg;
	size_t i;

	for (i = 0; i < act->span; i++) {
		act->addrs[i] = act->addr + i * getpagesize();
		act->nodes[i] = act->nid;
	}
	return syscall(SYS_move_pages, 0, act->span, act->addrs, act->nodes,
		       act->status, MPOL_MF_MOVE) ? ACT_BROKEN : ACT_DONE;
}

static long migrate_own(void *arg)
{
	struct act *act = arg;

	return node_migrate(0, policy_node(0), act->nid) < 0 ? ACT_BROKEN : ACT_DONE;
}

/* --- what this program does ------------------------------------------------- */

static int move_all(int nid)
{
	static uint64_t addrs[ACT_PAGES];
	static int nodes[ACT_PAGES], status[ACT_PAGES];
	const struct act *act = toucher.act;
	size_t i;

	for (i = 0; i < act->span; i++) {
		addrs[i] = act->addr + i * getpagesize();
		nodes[i] = nid;
	}
	return syscall(SYS_move_pages, toucher.pid, act->span, addrs, nodes,
		       status, MPOL_MF_MOVE) ?
		fail("move_pages: %s", strerror(errno)) : CASE_PASS;
}

static int begin(long (*make)(void *act))
{
	int ret = toucher_start(&toucher, 0);

	ret = ret ?: act_result("put", toucher_call(&toucher, 0, make),
				toucher.act);
	toucher.act->nid = policy_node(1);
	return ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				   toucher.act->span);
}

/* @moved: of the range at least; other pages of the process may move as well. */
static int end(enum move_reason reason, const char *caller, uint64_t moved)
{
	int ret = moving_end(&moving, reason, 0);

	ret = ret ?: moving_caller(&moving, caller);
	if (!ret && moving.moved < moved)
		ret = fail("only %llu pages moved",
			   (unsigned long long)moving.moved);
	return ret;
}

static int moved_by_other(long (*make)(void *act))
{
	int ret = begin(make) ?: move_all(policy_node(1));

	return ret ?: end(MOVE_MOVE_PAGES, "move_pages", toucher.act->span);
}

static int move_pages_anon(void)
{
	return moved_by_other(put_anon);
}

static int move_pages_huge(void)
{
	return moved_by_other(put_huge);
}

static int move_pages_pool(void)
{
	return moved_by_other(put_pool);
}

static int move_pages_shared(void)
{
	return moved_by_other(put_shared);
}

static int move_back(void)
{
	int ret = moved_by_other(put_anon);

	ret = ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				  toucher.act->span);
	ret = ret ?: move_all(policy_node(0));
	return ret ?: end(MOVE_MOVE_PAGES, "move_pages", PAGES);
}

/*
 * All that the process has on a node, libraries and stacks too. Pages that others have
 * mapped as well stay, and since "mempolicy: fix migrate_pages(2) syscall return
 * nr_failed" (v6.7) it tells how many; of the range none may.
 */
static int migrate_all(void)
{
	uint64_t pages[NODES_MAX] = { 0 };
	long left = node_migrate(toucher.pid, policy_node(0), policy_node(1));

	pages_by_node(toucher.pid, toucher.act->addr, toucher.act->span, pages);
	return left < 0 || pages[policy_node(0)] ?
	       fail("migrate_pages: %ld, %llu of the range", left,
		    (unsigned long long)pages[policy_node(0)]) : CASE_PASS;
}

static int migrate_pages_other(void)
{
	int ret = begin(put_anon) ?: migrate_all();

	return ret ?: end(MOVE_MIGRATE_PAGES, "migrate_pages", PAGES);
}

static int migrate_pages_huge(void)
{
	int ret = begin(put_huge) ?: migrate_all();

	return ret ?: end(MOVE_MIGRATE_PAGES, "migrate_pages", NR_HUGE * HUGE_PAGES);
}

static int moved_by_itself(long (*make)(void *act), long (*move)(void *act),
			   enum move_reason reason)
{
	int ret = begin(make);

	/* to where they are: it has then got all that it needs to do so */
	toucher.act->nid = policy_node(0);
	if (!ret && toucher_call(&toucher, toucher.nr - 1, move))
		ret = fail("the call failed");
	toucher.act->nid = policy_node(1);
	ret = ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				  toucher.act->span);
	if (!ret && toucher_call(&toucher, toucher.nr - 1, move))
		ret = fail("the call failed");
	return ret ?: end(reason, NULL, toucher.act->span);
}

static int move_pages_own(void)
{
	return moved_by_itself(put_anon, move_own, MOVE_MOVE_PAGES);
}

static int migrate_pages_own(void)
{
	return moved_by_itself(put_anon, migrate_own, MOVE_MIGRATE_PAGES);
}

static int mbind_own(void)
{
	return moved_by_itself(put_anon, act_bind, MOVE_MEMPOLICY_MBIND);
}

static int mbind_huge(void)
{
	return moved_by_itself(put_huge, act_bind, MOVE_MEMPOLICY_MBIND);
}

static int mbind_pool(void)
{
	return moved_by_itself(put_pool, act_bind, MOVE_MEMPOLICY_MBIND);
}

static int mbind_shared(void)
{
	return moved_by_itself(put_shared, act_bind, MOVE_MEMPOLICY_MBIND);
}

/* The last one counts, and the matrices of each reason stay apart. */
static int one_after_the_other(void)
{
	int ret = moved_by_itself(put_anon, act_bind, MOVE_MEMPOLICY_MBIND);

	ret = ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				  toucher.act->span);
	ret = ret ?: move_all(policy_node(0));
	ret = ret ?: end(MOVE_MOVE_PAGES, "move_pages", PAGES);
	ret = ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				  toucher.act->span);
	if (!ret && toucher_call(&toucher, 0, move_own))
		ret = fail("the call failed");
	/* what it does to itself leaves the last caller as it was */
	return ret ?: end(MOVE_MOVE_PAGES, "move_pages", PAGES);
}

static void finish(void)
{
	int i;

	for (i = 0; i < 2; i++)
		node_hugepages(policy_node(i), HUGE_KB, 0);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "move_pages(2)", move_pages_anon },
		{ "move_pages(2), transparent huge pages", move_pages_huge },
		{ "move_pages(2), hugetlb", move_pages_pool },
		{ "move_pages(2), shared memory", move_pages_shared },
		{ "move_pages(2), there and back", move_back },
		{ "migrate_pages(2)", migrate_pages_other },
		{ "migrate_pages(2), transparent huge pages",
		  migrate_pages_huge },
		{ "move_pages(2) by the process itself", move_pages_own },
		{ "migrate_pages(2) by the process itself", migrate_pages_own },
		{ "mbind(2)", mbind_own },
		{ "mbind(2), transparent huge pages", mbind_huge },
		{ "mbind(2), hugetlb", mbind_pool },
		{ "mbind(2), shared memory", mbind_shared },
		{ "one after the other", one_after_the_other },
	};
	int i;

	need(2);
	balancing_off();
	for (i = 0; i < 2; i++)
		node_hugepages(policy_node(i), HUGE_KB, 8);
	atexit(finish);
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
