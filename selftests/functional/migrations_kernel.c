// SPDX-License-Identifier: GPL-2.0
/*
 * Migrations that the kernel makes: for a cpuset whose memory nodes change, to
 * compact a node, to balance. They are told apart, and each is exact.
 *
 * Oracles: move_pages(2) as a question before and after (cpuset); frames that
 * changed in /proc/PID/pagemap (compaction); numa_pages_migrated of the threads
 * in /proc/PID/task/TID/sched, and of /proc/vmstat (balancing).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hog.h"
#include "../lib/lens.h"
#include "../lib/mixkinds.h"
#include "../lib/moving.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/put.h"
#include "../lib/proc.h"
#include "../lib/text.h"
#include "../lib/touch.h"
#include "../lib/workers.h"

#define PAGES		1000
#define SCATTERED	16000
#define HINTED		8192
#define CGROUP		"/sys/fs/cgroup"
#define GROUP		CGROUP "/numalens-test"
#define PM_PFN		((1ULL << 55) - 1)

static struct toucher toucher;
static struct moving moving;

/* --- cpuset ----------------------------------------------------------------- */

static long put(void *arg)
{
	return act_put(arg, "bind0", PAGES);
}

static int group_put(const char *name, const char *text)
{
	char path[96];

	snprintf(path, sizeof(path), GROUP "/%s", name);
	return text_puts(path, text);
}

static int group_make(pid_t pid)
{
	char text[16];

	text_puts(CGROUP "/cgroup.subtree_control", "+cpuset\n");
	if (mkdir(GROUP, 0700) && errno != EEXIST)
		return skip("no cgroup v2 at " CGROUP);
	snprintf(text, sizeof(text), "%d", policy_node(0));
	if (group_put("cpuset.mems", text))
		return skip("no cpuset controller");
	snprintf(text, sizeof(text), "%d", pid);
	return group_put("cgroup.procs", text) ? fail("can't join the group") :
		CASE_PASS;
}

/* Whoever writes waits until a worker of the kernel has moved all pages. */
static int cpuset_changed(void)
{
	char text[16];
	int ret = toucher_start(&toucher, 0);

	if (!ret && toucher_call(&toucher, 0, put))
		ret = fail("can't be put");
	ret = ret ?: group_make(toucher.pid);
	ret = ret ?: moving_begin(&moving, toucher.pid, toucher.act->addr,
				  PAGES);
	snprintf(text, sizeof(text), "%d", policy_node(1));
	if (!ret && group_put("cpuset.mems", text))
		ret = fail("cpuset.mems can't be set");
	ret = ret ?: moving_end(&moving, MOVE_CPUSET, 0);
	if (!ret && moving.moved < PAGES)
		ret = fail("only %llu pages moved",
			   (unsigned long long)moving.moved);
	if (!ret && (!moving.after.caller_pid ||
		     strncmp(moving.after.caller_comm, "kworker", 7) ||
		     strcmp(moving.after.caller_reason, "cpuset")))
		ret = fail("caller is %llu \"%s\" %s, should be a kworker",
			   (unsigned long long)moving.after.caller_pid,
			   moving.after.caller_comm,
			   moving.after.caller_reason);
	toucher_end(&toucher);
	rmdir(GROUP);
	return ret;
}

/* --- compaction ------------------------------------------------------------- */

/* Every other page is given back: free memory between used memory. */
static long scatter(void *arg)
{
	struct act *act = arg;
	size_t i, page = getpagesize();
	char *addr;

	act->policy = policy_find("bind1");
	addr = act_map(act, SCATTERED, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	if (!addr)
		return ACT_BROKEN;
	madvise(addr, SCATTERED * page, MADV_NOHUGEPAGE);
	act->pages = SCATTERED;
	act_touch(act);
	for (i = 0; i < SCATTERED; i += 2)
		madvise(addr + i * page, page, MADV_DONTNEED);
	return ACT_DONE;
}

static int frames_read(uint64_t *entries)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", toucher.pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = pread(fd, entries, SCATTERED * sizeof(*entries),
		  toucher.act->addr / getpagesize() * sizeof(*entries));
	close(fd);
	return n == SCATTERED * sizeof(*entries) ? CASE_PASS :
		fail("pagemap can't be read");
}

/*
 * A page may be moved more than once, pages outside of the range are moved too:
 * the frames that changed are the least, what the kernel counts is the most.
 */
static int compaction_check(const struct matrix *vma,
			    const struct moves *moves, uint64_t changed,
			    uint64_t most)
{
	const struct matrix *matrix = &moves->reason[MOVE_COMPACTION];
	uint64_t all = matrix_sum(matrix), own = matrix_sum(vma);
	int nid = policy_node(1);

	note("%llu frames changed; %llu pages of the VMA, %llu of the process; %llu in all",
	     (unsigned long long)changed, (unsigned long long)own,
	     (unsigned long long)all, (unsigned long long)most);
	if (!changed)
		return skip("nothing was compacted");
	if (own < changed || all < own || most < all)
		return fail("these should ascend");
	if (vma->at[nid][nid] != own)
		return fail("not all within node %d", nid);
	if (matrix_sum(&moves->all) != all)
		return fail("other reasons are counted as well");
	return moves_caller_differs(moves, getpid(), "migrations_kern",
				    "compaction") ? CASE_FAIL : CASE_PASS;
}

/*
 * Compaction moves pages upwards. The kernel hands out high frames first: these
 * are taken meanwhile.
 */
static int scatter_low(void)
{
	int ret = toucher_start(&toucher, 1);

	hog_fill(policy_node(1));
	if (!ret && node_free_pages(policy_node(1)) < 3 * SCATTERED / 2)
		ret = skip("too little memory");
	if (!ret && toucher_call(&toucher, 0, scatter))
		ret = fail("can't be scattered");
	hog_release();
	return ret;
}

static int compacted(void)
{
	static uint64_t before[SCATTERED], after[SCATTERED];
	uint64_t migrated, changed = 0;
	static struct moves first, moves;
	struct matrix vma, vma_before;
	int i, ret = scatter_low();

	if (ret)
		return ret;
	/* kcompactd may be at work as well: what is to be the least is read within the rest */
	migrated = vmstat_counter("pgmigrate_success");
	if (moves_read(toucher.pid, &first) ||
	    vma_matrix(toucher.pid, toucher.act->addr, "migrations", &vma_before) ||
	    frames_read(before))
		return CASE_FAIL;
	if (text_puts("/proc/sys/vm/compact_memory", "1"))
		return skip("no compaction");
	if (frames_read(after) || lens_scan(toucher.pid) ||
	    vma_matrix(toucher.pid, toucher.act->addr, "migrations", &vma) ||
	    moves_read(toucher.pid, &moves))
		return fail("can't be read");
	migrated = vmstat_counter("pgmigrate_success") - migrated;
	for (i = 1; i < SCATTERED; i += 2)
		changed += (before[i] & PM_PFN) != (after[i] & PM_PFN);
	moves_sub(&moves, &first);
	matrix_sub(&vma, &vma_before);
	return compaction_check(&vma, &moves, changed, migrated);
}

/* --- NUMA balancing --------------------------------------------------------- */

static long put_remote(void *arg)
{
	return act_put(arg, "bind1", HINTED);
}

/* Uses them over and over, and is told when to stop. */
static long use(void *arg)
{
	struct act *act = arg;

	while (!__atomic_load_n(&act->go, __ATOMIC_SEQ_CST))
		act_touch(act);
	return ACT_DONE;
}

/* What the kernel keeps of every thread. */
static uint64_t pages_migrated(void)
{
	pid_t tids[64];
	int i, nr = proc_tasks(toucher.pid, tids, 64);
	uint64_t sum = 0;

	for (i = 0; i < nr; i++) {
		uint64_t value = 0;
		char path[64];
		char *text;

		snprintf(path, sizeof(path), "/proc/%d/task/%d/sched",
			 toucher.pid, tids[i]);
		text = text_read(path, NULL);
		if (text)
			text_field(text, "numa_pages_migrated", &value);
		free(text);
		sum += value;
	}
	return sum;
}

/* Until most are there, but not for ever: half of them will do, with some others. */
static int balance(void)
{
	int i;

	toucher.act->go = 0;
	workers_call(toucher.workers, 0, use, toucher.act);
	for (i = 0; i < 400 && pages_migrated() < HINTED / 10 * 9; i++)
		sleep_ms(100);
	__atomic_store_n(&toucher.act->go, 1, __ATOMIC_SEQ_CST);
	workers_wait(toucher.workers);
	balancing_off();
	return pages_migrated() < HINTED / 10 * 6 ?
		skip("hardly anything was balanced") : CASE_PASS;
}

static int balancing_check(uint64_t most)
{
	uint64_t truth = pages_migrated();
	static struct moves moves;
	struct matrix *matrix = &moves.reason[MOVE_NUMA_MISPLACED], vma;
	int from = policy_node(1), to = toucher.nids[0];

	if (moves_read(toucher.pid, &moves) ||
	    vma_matrix(toucher.pid, toucher.act->addr, "migrations", &vma))
		return fail("can't be read");
	note("%llu pages, %llu on the machine, numalens has %llu",
	     (unsigned long long)truth, (unsigned long long)most,
	     (unsigned long long)matrix_sum(matrix));
	if (matrix_sum(matrix) != truth || truth > most)
		return fail("not as many as the threads have");
	if (!matrix->at[from][to] || vma.at[from][to] > truth ||
	    vma.at[from][to] < HINTED / 2)
		return fail("not from node %d to %d", from, to);
	if (matrix_sum(&moves.all) !=
	    truth + matrix_sum(&moves.reason[MOVE_COMPACTION]))
		return fail("other reasons are counted as well");
	return moves_caller_differs(&moves, 0, "", "none") ? CASE_FAIL :
		CASE_PASS;
}

static int balanced(void)
{
	uint64_t before;
	int ret;

	balancing_off();
	ret = toucher_start(&toucher, 1);
	if (!ret && toucher.nids[0] == policy_node(1))
		return skip("the first CPU is beside the second memory");
	if (!ret && toucher_call(&toucher, 0, put_remote))
		ret = fail("can't be put");
	before = vmstat_counter("numa_pages_migrated");
	if (!ret && balancing_hasty())
		ret = skip("no NUMA balancing");
	ret = ret ?: balance();
	return ret ?: balancing_check(vmstat_counter("numa_pages_migrated") -
				      before);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a cpuset's memory nodes change", cpuset_changed },
		{ "compaction", compacted },
		{ "NUMA balancing", balanced },
	};

	need(2);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 180);
}
