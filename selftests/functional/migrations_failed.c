// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations that fail: of pages that are pinned, and to a node that has no
 * room. They appear as failures under the reason of the call, and those that
 * went well in the matrix.
 *
 * Oracle: pgmigrate_fail of /proc/vmstat, while nothing else migrates; what
 * migrate_pages(2) returns, the number of pages that could not be moved; and
 * move_pages(2) as a question, before and after.
 */
#include <fcntl.h>
#include <numaif.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/moving.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/put.h"
#include "../lib/touch.h"

#define PAGES		400
#define PINNED		16
#define PAGE_KB		(getpagesize() / 1024)
#define GIANT_KB	1048576

#ifndef MAP_HUGE_1GB
#define MAP_HUGE_1GB	(30U << 26)
#endif

static struct toucher toucher;
static struct moving moving;
static uint64_t failed_before;

static long put(void *arg)
{
	return act_put(arg, "bind0", PAGES);
}

/* The pipe holds a reference on each page that was spliced into it. */
static long pin(void *arg)
{
	struct act *act = arg;
	struct iovec part = { act_at(act), PINNED * getpagesize() };
	int pipes[2];

	if (pipe(pipes) ||
	    vmsplice(pipes[1], &part, 1, 0) != (ssize_t)part.iov_len)
		return ACT_BROKEN;
	return ACT_DONE;
}

static long put_and_pin(void *arg)
{
	return put(arg) ?: pin(arg);
}

static long put_giant(void *arg)
{
	struct act *act = arg;
	size_t size = (size_t)GIANT_KB << 10;
	char *addr = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			  MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_1GB, -1, 0);

	if (addr == MAP_FAILED || madvise(addr, size, MADV_POPULATE_WRITE))
		return act_missing(act, "a page of 1 GiB");
	act->addr = (uintptr_t)addr;
	act->span = size / getpagesize();
	return ACT_DONE;
}

static int begin(long (*make)(void *act))
{
	int ret = toucher_start(&toucher, 1);

	ret = ret ?: act_result("put", toucher_call(&toucher, 0, make),
				toucher.act);
	toucher.act->nid = policy_node(1);
	ret = ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				  toucher.act->span);
	failed_before = vmstat_counter("pgmigrate_fail");
	return ret;
}

/* @wanted: base pages at least that the kernel has to have failed with. */
static int end(enum move_reason reason, uint64_t wanted)
{
	uint64_t failed = vmstat_counter("pgmigrate_fail") - failed_before;

	if (failed < wanted)
		return fail("the kernel failed with %llu pages only",
			    (unsigned long long)failed);
	return moving_end(&moving, reason, failed);
}

/* Those that did not move, of the range only. */
static long stayed(int nid)
{
	uint64_t pages[NODES_MAX] = { 0 };

	pages_by_node(toucher.pid, toucher.act->addr, toucher.act->span, pages);
	return pages[nid];
}

static int pinned_migrate(void)
{
	int ret = begin(put_and_pin);
	long left;

	if (ret)
		return ret;
	left = node_migrate(toucher.pid, policy_node(0), policy_node(1));
	if (left < PINNED || stayed(policy_node(0)) != PINNED)
		return fail("%ld pages left, %ld of the range; %d are pinned",
			    left, stayed(policy_node(0)), PINNED);
	/* since v6.7 it also counts those that were not tried: others have them mapped */
	ret = end(MOVE_MIGRATE_PAGES, PINNED);
	return ret ?: moving_caller(&moving, "migrate_pages");
}

static int pinned_mbind(void)
{
	int ret = begin(put_and_pin);

	if (!ret && toucher_call(&toucher, 0, act_bind))
		ret = fail("mbind failed");
	if (!ret && stayed(policy_node(0)) != PINNED)
		ret = fail("%ld pages stayed, %d are pinned",
			   stayed(policy_node(0)), PINNED);
	ret = ret ?: end(MOVE_MEMPOLICY_MBIND, PINNED);
	return ret ?: moving_caller(&moving, NULL);
}

/* One by one: with all in one call, the kernel gives up at the first. */
static int pinned_move(void)
{
	int i, status, nid = policy_node(1), ret = begin(put_and_pin);
	size_t page = getpagesize();

	for (i = 0; i < 2 * PINNED && !ret; i++) {
		void *addr = act_at(toucher.act) + i * page;

		status = -1;
		if (syscall(SYS_move_pages, toucher.pid, 1, &addr, &nid,
			    &status, MPOL_MF_MOVE) < 0)
			ret = fail("move_pages");
	}
	if (!ret && stayed(policy_node(0)) != PAGES - PINNED)
		ret = fail("%ld pages stayed, not %d", stayed(policy_node(0)),
			   PAGES - PINNED);
	ret = ret ?: end(MOVE_MOVE_PAGES, PINNED);
	return ret ?: moving_caller(&moving, "move_pages");
}

/* A page of 1 GiB can't be made: to a node whose pool is empty it can't go. */
static int giant_nowhere(void)
{
	int i, from = -1, ret;
	uint64_t stay;

	for (i = 0; i < 2; i++)
		if (node_hugepages(policy_node(i), GIANT_KB, 1))
			from = i;
	if (from < 0)
		return skip("no page of 1 GiB");
	node_hugepages(policy_node(!from), GIANT_KB, 0);
	ret = begin(put_giant);
	if (!ret && node_migrate(toucher.pid, policy_node(from),
			    policy_node(!from)) == 0)
		ret = fail("the kernel has moved all");
	/* it gives up at the first that finds no room */
	stay = stayed(policy_node(from));
	if (!ret && stay != (uint64_t)GIANT_KB / PAGE_KB)
		ret = fail("%llu pages are where they were",
			   (unsigned long long)stay);
	ret = ret ?: end(MOVE_MIGRATE_PAGES, stay);
	return ret ?: moving_caller(&moving, "migrate_pages");
}

/* What is refused was not tried: it counts neither way. */
static int refused(void)
{
	int status = 0, nid = NODES_MAX - 1, ret = begin(put);
	void *addr = act_at(toucher.act);
	struct moves after;

	if (ret)
		return ret;
	syscall(SYS_move_pages, toucher.pid, 1, &addr, &nid, &status,
		MPOL_MF_MOVE);
	if (moves_read(toucher.pid, &after))
		return CASE_FAIL;
	census_free(&moving.census);
	return moves_differ("refused", &after, &moving.before) ||
	       moves_caller_differs(&after, 0, "", "none") ? CASE_FAIL :
		CASE_PASS;
}

static void finish(void)
{
	int i;

	for (i = 0; i < 2; i++)
		node_hugepages(policy_node(i), GIANT_KB, 0);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "pinned pages, migrate_pages(2)", pinned_migrate },
		{ "pinned pages, mbind(2)", pinned_mbind },
		{ "pinned pages, move_pages(2)", pinned_move },
		{ "a huge page to a node that has none", giant_nowhere },
		{ "a node that is not there", refused },
	};

	need(2);
	balancing_off();
	atexit(finish);
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
