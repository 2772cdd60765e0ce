// SPDX-License-Identifier: GPL-2.0
/*
 * Bug: of a page whose anon_vma has one VMA and one child, a migrated mapping was
 * not looked up. A process that was forked without exec, and forks, has such: pages
 * that its child alone still had were counted for it, too, though it had copies.
 *
 * Oracle: move_pages(2) as a question, for every resident page, before and after.
 */
#include <errno.h>
#include <numaif.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/moving.h"
#include "../lib/node.h"
#include "../lib/puppet.h"

#define PAGES	400

static int nids[NODES_MAX];

static long do_fork(long a, long b, long c)
{
	pid_t pid = fork();

	(void)a;
	(void)b;
	(void)c;
	if (pid)
		return pid > 0 ? pid : -errno;
	prctl(PR_SET_PDEATHSIG, 9);
	for (;;)
		pause();
}

/* Every second page becomes a copy. */
static long do_copy(long addr, long pages, long c)
{
	long i;

	(void)c;
	for (i = 1; i < pages; i += 2)
		do_touch(addr + i * getpagesize(), 1, 0);
	return 0;
}

static long do_move(long pid, long addr, long nid)
{
	void *addrs[PAGES];
	int nodes[PAGES], status[PAGES], i;

	for (i = 0; i < PAGES; i++) {
		addrs[i] = (char *)addr + (long)i * getpagesize();
		nodes[i] = nid;
	}
	return syscall(SYS_move_pages, (int)pid, (unsigned long)PAGES, addrs,
		       nodes, status, MPOL_MF_MOVE_ALL) ? -errno : 0;
}

static int moves_of_child(void)
{
	struct moving moving;
	struct puppet *parent;
	long addr, child;
	int ret;

	/* Ours first, so that the parent's is not the root of its anon_vmas. */
	node_pin(nids[0]);
	addr = do_map(PAGES, 0, 0);
	do_touch(addr, PAGES, 0);
	parent = puppet_start(nids, 1);
	puppet_do(parent, 0, do_touch, addr, PAGES, 0);
	child = puppet_do(parent, 0, do_fork, 0, 0, 0);
	if (child < 0)
		return fail("the parent can't fork: %s", strerror(-child));
	puppet_do(parent, 0, do_copy, addr, PAGES, 0);
	if (lens_watch(puppet_pid(parent)))
		return fail("can't be watched");
	ret = moving_begin(&moving, puppet_pid(parent), addr, PAGES);
	if (!ret && puppet_do(parent, 0, do_move, child, addr, nids[1]))
		ret = fail("the child's pages can't be moved");
	ret = ret ?: moving_end(&moving, MOVE_MOVE_PAGES, 0);
	if (!ret && moving.moved != PAGES / 2)
		ret = fail("%llu pages of the parent have moved, not %d",
			   (unsigned long long)moving.moved, PAGES / 2);
	puppet_end(parent);
	return ret;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "pages that only a child still has", moves_of_child },
	};

	need(2);
	nodes_with_cpu(nids, NODES_MAX);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
