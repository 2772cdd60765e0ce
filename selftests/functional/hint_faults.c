// SPDX-License-Identifier: GPL-2.0
/*
 * Hinting faults of processes that NUMA balancing samples: by node of the CPU
 * and of the page, local, shared, with pages moved and pages that could not be;
 * of the process, of its threads, of its VMAs; and balancing/.
 *
 * Oracles: /proc/vmstat (numa_hint_faults, numa_hint_faults_local,
 * numa_pages_migrated), less what probes on functions of the kernel saw of others;
 * the same probes for what vmstat does not tell: shared, failed, by thread;
 * /proc/PID/task/TID/sched, which may lag behind.
 */
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hints.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/sched.h"
#include "../lib/text.h"
#include "../lib/watermark.h"
#include "../lib/watched.h"

#define PAGES		4096
/* There is always a page that is not moved, or not soon. */
#define ENOUGH		(PAGES * 7 / 8)
/*
 * Where marking the pages took long, by its clock, the kernel does without for 32
 * times as long.
 */
#define SWEEP_NS	120000000000ULL

/* Of what must have happened for a case to show something. */
#define LITTLE		(PAGES * 5 / 8)
/* No result of a case: see again(). */
#define TOO_LITTLE	(-1)
#define TRIES		3

/* Both with CPUs and memory; threads run on one, pages come from the other. */
static int near, far;
static struct hints hints;

/* The directory of the VMA that an do_map() of @pages made. */
static const char *vma_file(long addr, long pages, const char *file)
{
	static char name[128];

	snprintf(name, sizeof(name), "vmas/%lx-%lx/%s", addr,
		 addr + pages * getpagesize(), file);
	return name;
}

/* Two threads, the first near, the second far; pages on demand. */
static struct puppet *start(void)
{
	int nids[] = { near, far };

	return watched_alone(nids, ARRAY_SIZE(nids));
}

/*
 * The kernel does what it likes to when it likes to. Where its own counters say that
 * it was too little, a case is begun anew, with another process.
 */
static int again(int (*once)(void))
{
	int ret, tries = 0;

	while ((ret = once()) == TOO_LITTLE && ++tries < TRIES) {
		note("the kernel did too little, once more");
		procs_end();
		lens_unwatch_all();
	}
	return ret == TOO_LITTLE ? fail("the kernel did too little") : ret;
}

/* Until the kernel has nothing more to do, or has done enough. */
static void wait_for(const char *counter, uint64_t enough)
{
	uint64_t until = now_ns() + SWEEP_NS;
	uint64_t base = vmstat_counter(counter);

	while (vmstat_counter(counter) - base < enough && now_ns() < until)
		sleep_ms(20);
}

/* Whether the probes saw less than vmstat has, or more than it has in all. */
static int is_off(const char *what, uint64_t seen, uint64_t vmstat, uint64_t most)
{
	if (seen >= vmstat && seen <= most)
		return 0;
	note("%" PRIu64 " %s were seen, vmstat has %" PRIu64 " to %" PRIu64, seen, what, vmstat,
	     most);
	return 1;
}

static int unnoticed(void)
{
	struct hint_counts seen = { 0 };
	int i;

	for (i = 0; i < hints.nr_hinters; i++) {
		seen.faults += hints.hinter[i].counts.faults;
		seen.local += hints.hinter[i].counts.local;
		seen.migrated += hints.hinter[i].counts.migrated;
	}
	return is_off("faults", seen.faults, hints.vmstat.faults, hints.most.faults) +
	       is_off("local faults", seen.local, hints.vmstat.local, hints.most.local) +
	       is_off("migrated pages", seen.migrated, hints.vmstat.migrated,
		      hints.most.migrated);
}

static int differs(const char *what, uint64_t lens, uint64_t kernel)
{
	if (lens == kernel)
		return 0;
	note("%s: %" PRIu64 ", should be %" PRIu64, what, lens, kernel);
	return 1;
}

/*
 * Of the faults that pages still have once balancing is off, the scheduler takes
 * no notice: its own sum may be lower, where it was at work it is not nothing.
 */
static int sched_differs(pid_t pid, uint64_t migrated)
{
	uint64_t sum = sched_sum(pid, "numa_pages_migrated");

	if (sum <= migrated && (sum || migrated < PAGES / 2))
		return 0;
	note("numa_pages_migrated of its threads: %" PRIu64 " of %" PRIu64, sum,
	     migrated);
	return 1;
}

/* What the files of the process say, against what the kernel does. */
static int check_one(pid_t pid)
{
	struct hint_counts kernel = hints_of(&hints, pid);
	struct matrix matrix;
	int bad = 0;

	note("%" PRIu64 " faults, %" PRIu64 " local, %" PRIu64 " shared, %"
	     PRIu64 " pages migrated, %" PRIu64 " failed", kernel.faults,
	     kernel.local, kernel.shared, kernel.migrated, kernel.failed);
	if (lens_scan(pid) || lens_matrix(pid, "hint_faults/matrix", &matrix))
		return fail("hint_faults/matrix can't be read");
	bad += differs("matrix", matrix_sum(&matrix), kernel.faults);
	bad += differs("diagonal", matrix_diagonal(&matrix), kernel.local);
	bad += differs("local", lens_value(pid, "hint_faults/local"),
		       kernel.local);
	bad += differs("remote", lens_value(pid, "hint_faults/remote"),
		       kernel.faults - kernel.local);
	bad += differs("migrated", lens_value(pid, "hint_faults/migrated"),
		       kernel.migrated);
	bad += differs("shared", lens_value(pid, "hint_faults/shared"),
		       kernel.shared);
	bad += differs("failed", lens_value(pid, "hint_faults/failed"),
		       kernel.failed);
	bad += sched_differs(pid, kernel.migrated);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* The same for a process that shares no page with another. */
static int check(pid_t pid)
{
	return unnoticed() ? fail("vmstat is not the sum") : check_one(pid);
}

/* The cells of nodes that no thread runs on, or no page lies on. */
static int only_cell(const struct matrix *matrix, int row, const char *what)
{
	int i, j;

	for (i = 0; i < NODES_MAX; i++)
		for (j = 0; j < NODES_MAX; j++)
			if (i != row && matrix->at[i][j])
				return fail("%s: a row of node %d", what, i);
	return CASE_PASS;
}

/* Pages of the other thread's node, used by the first until they have moved. */
static int remote(bool thp)
{
	struct puppet *puppet = start();
	struct matrix matrix;
	int ret;
	long addr;
	pid_t pid;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	addr = puppet_do(puppet, 1, do_map, PAGES, thp, 0);
	puppet_do(puppet, 1, do_touch, addr, PAGES, 0);
	if (!hints_begin())
		return skip("the kernel has no kprobe events");
	puppet_begin(puppet, 0, do_sweep, addr, PAGES, 0);
	balancing_hasty();
	wait_for("numa_pages_migrated", ENOUGH);
	balancing_off();
	puppet_stop(puppet);
	if (hints_end(&hints))
		return fail("the trace can't be read");
	ret = check(pid);
	if (ret || hints_of(&hints, pid).migrated < LITTLE)
		return ret ?: TOO_LITTLE;
	/* nothing but this VMA is of any size, and its faults are known */
	if (lens_matrix(pid, vma_file(addr, PAGES, "hint_faults"), &matrix))
		return fail("hint_faults of the VMA can't be read");
	if (matrix.at[near][far] < (thp ? PAGES / 512 : PAGES) / 2)
		return fail("%" PRIu64 " remote faults of the VMA",
			    matrix.at[near][far]);
	return only_cell(&matrix, near, "VMA");
}

static int remote_small_once(void)
{
	return remote(false);
}

static int remote_small(void)
{
	return again(remote_small_once);
}

static int remote_huge_once(void)
{
	return remote(true);
}

static int remote_huge(void)
{
	return again(remote_huge_once);
}

static int near_pages_once(void)
{
	struct puppet *puppet = start();
	struct matrix matrix;
	long addr;
	int ret;
	pid_t pid;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES, 0);
	if (!hints_begin())
		return skip("the kernel has no kprobe events");
	puppet_begin(puppet, 0, do_sweep, addr, PAGES, 0);
	balancing_hasty();
	wait_for("numa_hint_faults_local", ENOUGH);
	balancing_off();
	puppet_stop(puppet);
	if (hints_end(&hints))
		return fail("the trace can't be read");
	ret = check(pid);
	if (ret || hints_of(&hints, pid).local < LITTLE)
		return ret ?: TOO_LITTLE;
	if (lens_matrix(pid, vma_file(addr, PAGES, "hint_faults"), &matrix))
		return fail("hint_faults of the VMA can't be read");
	if (matrix.at[near][near] < PAGES / 2)
		return fail("%" PRIu64 " local faults of the VMA",
			    matrix.at[near][near]);
	return matrix_sum(&matrix) == matrix.at[near][near] ? CASE_PASS :
		fail("VMA: faults that nobody had");
}

static int near_pages(void)
{
	return again(near_pages_once);
}

static int thread_check(pid_t pid, pid_t tid, long addr, int nid)
{
	struct hint_counts probed = hints_of_thread(&hints, tid);
	struct matrix matrix, vma;
	char name[64];
	int bad = 0;

	snprintf(name, sizeof(name), "threads/%d/hint_faults", tid);
	if (lens_matrix(pid, name, &matrix) ||
	    lens_matrix(pid, vma_file(addr, PAGES, "hint_faults"), &vma))
		return fail("%s can't be read", name);
	bad += differs(name, matrix_sum(&matrix), probed.faults);
	bad += differs("diagonal", matrix_diagonal(&matrix), probed.local);
	snprintf(name, sizeof(name), "threads/%d/hint_migrated", tid);
	bad += differs(name, lens_value(pid, name), probed.migrated);
	snprintf(name, sizeof(name), "threads/%d/hint_shared", tid);
	bad += differs(name, lens_value(pid, name), probed.shared);
	snprintf(name, sizeof(name), "threads/%d/hint_failed", tid);
	bad += differs(name, lens_value(pid, name), probed.failed);
	bad += !!only_cell(&matrix, nid, "thread");
	bad += !!only_cell(&vma, nid, "its VMA");
	/* the rest is its stack and the like */
	if (matrix_sum(&vma) > matrix_sum(&matrix) ||
	    matrix_sum(&vma) < PAGES / 2)
		bad += !!fail("VMA: %" PRIu64 " faults, its thread: %" PRIu64,
			      matrix_sum(&vma), matrix_sum(&matrix));
	return bad ? CASE_FAIL : CASE_PASS;
}

/* Each thread uses a VMA of its own, whose pages the other has touched. */
static int crosswise_once(void)
{
	struct puppet *puppet = start();
	long addr[2];
	pid_t pid;
	int i, ret;

	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	for (i = 0; i < 2; i++) {
		addr[i] = puppet_do(puppet, !i, do_map, PAGES, 0, 0);
		puppet_do(puppet, !i, do_touch, addr[i], PAGES, 0);
	}
	if (!hints_begin())
		return skip("the kernel has no kprobe events");
	for (i = 0; i < 2; i++)
		puppet_begin(puppet, i, do_sweep, addr[i], PAGES, 0);
	balancing_hasty();
	wait_for("numa_pages_migrated", 2 * ENOUGH);
	balancing_off();
	puppet_stop(puppet);
	if (hints_end(&hints))
		return fail("the trace can't be read");
	ret = check(pid);
	for (i = 0; i < 2 && !ret; i++)
		if (hints_of_thread(&hints, puppet_tid(puppet, i)).faults < LITTLE)
			ret = TOO_LITTLE;
	for (i = 0; i < 2 && ret != TOO_LITTLE; i++)
		ret = thread_check(pid, puppet_tid(puppet, i), addr[i],
				   i ? far : near) ?: ret;
	return ret;
}

static int crosswise(void)
{
	return again(crosswise_once);
}

/* Two processes use one mapping: each has its own faults, and both share. */
static int shared_mapping_once(void)
{
	void *addr = mmap(NULL, PAGES * getpagesize(), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct puppet *puppet[2];
	uint64_t shared = 0;
	int i, ret = CASE_PASS;

	for (i = 0; i < 2; i++) {
		puppet[i] = start();
		if (!puppet[i])
			return fail("can't be started and watched");
		/* memory of tmpfs is sampled only where its policy says so */
		puppet_do(puppet[i], 0, do_bind, (long)addr, PAGES,
			  1UL << near | 1UL << far);
		puppet_do(puppet[i], 1, do_touch, (long)addr, PAGES, 0);
	}
	if (!hints_begin())
		return skip("the kernel has no kprobe events");
	for (i = 0; i < 2; i++)
		puppet_begin(puppet[i], i, do_sweep, (long)addr, PAGES, 0);
	balancing_hasty();
	wait_for("numa_hint_faults ", 2 * ENOUGH);
	balancing_off();
	for (i = 0; i < 2; i++)
		puppet_stop(puppet[i]);
	if (hints_end(&hints))
		return fail("the trace can't be read");
	if (unnoticed())
		ret = fail("vmstat is not the sum");
	for (i = 0; i < 2; i++) {
		ret = check_one(puppet_pid(puppet[i])) ?: ret;
		shared += hints_of(&hints, puppet_pid(puppet[i])).shared;
	}
	munmap(addr, PAGES * getpagesize());
	return ret ?: shared ? CASE_PASS : TOO_LITTLE;
}

static int shared_mapping(void)
{
	return again(shared_mapping_once);
}

/* The node of the thread has no room: what should move stays, and is counted. */
static int target_full_once(void)
{
	struct puppet *puppet = start();
	long addr;
	int ret;

	if (!puppet)
		return fail("can't be started and watched");
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES, 0);
	if (!hints_begin())
		return skip("the kernel has no kprobe events");
	if (watermark_above(far))
		return skip("min_free_kbytes can't be set");
	puppet_begin(puppet, 1, do_sweep, addr, PAGES, 0);
	balancing_hasty();
	wait_for("numa_hint_faults ", ENOUGH);
	balancing_off();
	puppet_stop(puppet);
	watermark_back();
	if (hints_end(&hints))
		return fail("the trace can't be read");
	ret = check(puppet_pid(puppet));
	return ret ?: hints_of(&hints, puppet_pid(puppet)).failed ? CASE_PASS :
		TOO_LITTLE;
}

static int target_full(void)
{
	return again(target_full_once);
}

/* The faults of the test itself would be in vmstat too; bound is not sampled. */
static void do_not_sample_me(void)
{
	unsigned long mask = ~0UL;

	syscall(SYS_set_mempolicy, MPOL_INTERLEAVE, &mask, 64);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "remote pages", remote_small },
		{ "remote huge pages", remote_huge },
		{ "local pages", near_pages },
		{ "two threads, each on the other's pages", crosswise },
		{ "two processes on one mapping", shared_mapping },
		{ "no room where the pages should go", target_full },
	};

	need_events(2);
	need_two(&near, &far);
	if (balancing_off())
		skip_all("the kernel has no NUMA balancing");
	do_not_sample_me();
	return cases_run(cases, ARRAY_SIZE(cases), 240);
}
