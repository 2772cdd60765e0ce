// SPDX-License-Identifier: GPL-2.0
/*
 * Memory tiers: pages that reclaim demotes to the slow node, and pages that NUMA
 * balancing promotes from there, in each of its modes.
 *
 * Oracles: move_pages(2) before and after, pgdemote_* of /proc/vmstat (demotion);
 * numa_maps, pgpromote_success and numa_pages_migrated of /proc/vmstat, probes on two
 * functions of the kernel (promotion).
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hints.h"
#include "../lib/lens.h"
#include "../lib/moving.h"
#include "../lib/need.h"
#include "../lib/puppet.h"
#include "../lib/text.h"
#include "../lib/tiers.h"
#include "../lib/watched.h"

#define PAGES		4096
#define CGROUP		"/sys/fs/cgroup"
#define GROUP		CGROUP "/numalens-tiers"
/* A page that is not used within a second of its marking is none to promote. */
#define ENOUGH		(PAGES * 7 / 8)
#define LITTLE		(PAGES / 2)
#define LONG_NS		120000000000ULL

static struct tiers tiers;
static struct hints hints;

/* --- demotion --------------------------------------------------------------- */

static int group_put(const char *name, long value)
{
	char path[96], text[24];

	snprintf(path, sizeof(path), GROUP "/%s", name);
	snprintf(text, sizeof(text), "%ld", value);
	return text_puts(path, text);
}

/* What it has from here on is the group's, and nothing else is. */
static int group_make(pid_t pid)
{
	text_puts(CGROUP "/cgroup.subtree_control", "+memory\n");
	if (mkdir(GROUP, 0700) && errno != EEXIST)
		return skip("no cgroup v2 at " CGROUP);
	if (access(GROUP "/memory.reclaim", F_OK))
		return skip("no memory.reclaim");
	return group_put("cgroup.procs", pid) ? fail("can't join the group") : CASE_PASS;
}

static void group_end(void)
{
	rmdir(GROUP);
}

/* Asked for half of it; whether the kernel takes all of that for reclaimed is no matter. */
static void reclaim_half(void)
{
	group_put("memory.reclaim", PAGES / 2 * getpagesize());
}

static int only_demoted(const struct moving *moving)
{
	const struct matrix *matrix = &moving->after.reason[MOVE_DEMOTION];

	if (matrix->at[tiers.fast][tiers.slow] != moving->moved)
		return fail("not all from node %d to node %d", tiers.fast, tiers.slow);
	return moves_caller_differs(&moving->after, getpid(), "tiers", "demotion") ?
		CASE_FAIL : CASE_PASS;
}

static struct puppet *start(void)
{
	int nids[] = { tiers.fast, tiers.fast };

	return watched_alone(nids, ARRAY_SIZE(nids));
}

static int demote(struct puppet *puppet, bool thp)
{
	struct moving moving;
	uint64_t demoted;
	long addr;
	int ret = group_make(puppet_pid(puppet));

	if (ret)
		return ret;
	addr = puppet_do(puppet, 0, do_map, PAGES, thp, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES, 0);
	puppet_quiet(puppet);
	ret = moving_begin(&moving, puppet_pid(puppet), addr, PAGES);
	demoted = demoted_pages();
	if (!ret && demotion_set(true))
		ret = skip("demotion can't be switched on");
	if (!ret)
		reclaim_half();
	demotion_set(false);
	demoted = demoted_pages() - demoted;
	ret = ret ?: moving_end(&moving, MOVE_DEMOTION, 0);
	note("%" PRIu64 " pages demoted, %" PRIu64 " by vmstat", moving.moved, demoted);
	if (!ret && moving.moved != demoted)
		ret = fail("vmstat has another number");
	return ret ?: only_demoted(&moving);
}

static int demoted(bool thp)
{
	struct puppet *puppet = start();
	int ret = puppet ? demote(puppet, thp) : fail("can't be started and watched");

	if (puppet)
		puppet_end(puppet);
	group_end();
	return ret;
}

static int demoted_small(void)
{
	return demoted(false);
}

static int demoted_huge(void)
{
	return demoted(true);
}

/* --- promotion -------------------------------------------------------------- */

static void wait_migrated(uint64_t base, uint64_t enough)
{
	uint64_t until = now_ns() + LONG_NS;

	while (vmstat_counter("numa_pages_migrated") - base < enough && now_ns() < until)
		sleep_ms(20);
}

static int differs(const char *what, uint64_t lens, uint64_t kernel)
{
	if (lens == kernel)
		return 0;
	note("%s: %" PRIu64 ", should be %" PRIu64, what, lens, kernel);
	return 1;
}

/* Pages of a VMA that are on the fast node now: each has come there from its own. */
static int check_vma(pid_t pid, long addr, int from)
{
	struct matrix faults, moved;
	struct areas areas;
	uint64_t here;
	int bad = 0;

	if (areas_read(pid, &areas, false) || vma_matrix(pid, addr, "hint_faults", &faults) ||
	    vma_matrix(pid, addr, "migrations", &moved))
		return !!fail("the VMA can't be read");
	here = areas_at(&areas, addr)->node[tiers.fast];
	areas_free(&areas);
	bad += differs("moved of the VMA", moved.at[from][tiers.fast], here);
	bad += differs("nothing else of it", matrix_sum(&moved), here);
	bad += differs("faults from the fast node only", faults.at[tiers.fast][from] +
		       faults.at[tiers.fast][tiers.fast], matrix_sum(&faults));
	return bad;
}

/* Others may have been promoted, too: the probes know whom. */
static int check_process(pid_t pid, bool apart, uint64_t promoted)
{
	struct hint_counts kernel = hints_of(&hints, pid);
	struct matrix faults;
	struct moves moves;
	const struct matrix *moved = &moves.reason[MOVE_NUMA_MISPLACED];
	uint64_t others = hints.most.migrated - kernel.migrated, up;
	int bad = 0;

	if (moves_read(pid, &moves) || lens_matrix(pid, "hint_faults/matrix", &faults))
		return fail("counts can't be read");
	up = moved->at[tiers.slow][tiers.fast] + moved->at[tiers.slow][tiers.other];
	note("%" PRIu64 " faults, %" PRIu64 " on slow memory; %" PRIu64 " pages up of %" PRIu64
	     " moved; %" PRIu64 " promoted on the machine; %" PRIu64 " moved of others",
	     kernel.faults, faults.at[tiers.fast][tiers.slow], up, kernel.migrated, promoted, others);
	bad += differs("faults", matrix_sum(&faults), kernel.faults);
	bad += differs("moved", matrix_sum(moved), kernel.migrated);
	if (apart && (up > promoted || promoted > up + others))
		bad += !!fail("pgpromote_success is %" PRIu64, promoted);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* --- one thread uses slow memory, another, beside it, that of the other node -- */

struct use {
	struct puppet *puppet;
	long addr[2];
	int from[2];
	int nr;
};

static int use_start(struct use *use, bool both, bool thp)
{
	int i;

	use->puppet = start();
	use->from[0] = tiers.slow;
	use->from[1] = tiers.other;
	use->nr = both ? 2 : 1;
	if (!use->puppet)
		return fail("can't be started and watched");
	for (i = 0; i < use->nr; i++) {
		use->addr[i] = puppet_do(use->puppet, i, do_place, PAGES, thp, use->from[i]);
		if (use->addr[i] < 0)
			return fail("can't be put on node %d", use->from[i]);
	}
	return CASE_PASS;
}

static int use_run(struct use *use, const char *mode, uint64_t *promoted)
{
	uint64_t migrated = vmstat_counter("numa_pages_migrated");
	int i;

	if (!hints_begin())
		return skip("the kernel has no kprobe events");
	*promoted = promoted_pages();
	for (i = 0; i < use->nr; i++)
		puppet_begin(use->puppet, i, do_sweep, use->addr[i], PAGES, 0);
	balancing_hasty_as(mode);
	wait_migrated(migrated, use->nr * ENOUGH);
	/* what it finds marked once it is off is moved, and not called promoted */
	puppet_stop(use->puppet);
	balancing_off();
	*promoted = promoted_pages() - *promoted;
	return hints_end(&hints) ? fail("the trace can't be read") : CASE_PASS;
}

/* @apart: in this mode slow memory is looked at for what to promote */
static int promoted(const char *mode, bool apart, bool both, bool thp)
{
	struct use use;
	uint64_t pages = 0;
	int i, bad = 0, ret = use_start(&use, both, thp);
	pid_t pid;

	ret = ret ?: use_run(&use, mode, &pages);
	if (ret)
		return ret;
	pid = puppet_pid(use.puppet);
	ret = check_process(pid, apart, pages);
	for (i = 0; i < use.nr; i++)
		bad += check_vma(pid, use.addr[i], use.from[i]);
	if (!ret && !bad && hints_of(&hints, pid).migrated < (uint64_t)use.nr * LITTLE)
		return fail("the kernel did too little");
	return bad ? CASE_FAIL : ret;
}

static int mode_2(void)
{
	return promoted("2", true, false, false);
}

static int mode_2_huge(void)
{
	return promoted("2", true, false, true);
}

static int mode_3(void)
{
	return promoted("3", true, true, false);
}

static int mode_1(void)
{
	return promoted("1", false, true, false);
}

/* The faults of the test itself would be counted too; bound is not sampled. */
static void do_not_sample_me(void)
{
	unsigned long mask = ~0UL;

	syscall(SYS_set_mempolicy, MPOL_INTERLEAVE, &mask, 64);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "pages are demoted", demoted_small },
		{ "huge pages are demoted", demoted_huge },
		{ "balancing between tiers promotes", mode_2 },
		{ "it promotes huge pages", mode_2_huge },
		{ "balancing between tiers and nodes", mode_3 },
		{ "balancing between nodes takes slow memory for any other", mode_1 },
	};

	need_events(2);
	need_tiers(&tiers);
	if (balancing_off())
		skip_all("the kernel has no NUMA balancing");
	demotion_set(false);
	do_not_sample_me();
	return cases_run(cases, ARRAY_SIZE(cases), 180);
}
