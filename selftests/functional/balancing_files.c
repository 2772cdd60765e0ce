// SPDX-License-Identifier: GPL-2.0
/*
 * What NUMA balancing knows: balancing/ and the files of the threads, of a
 * process that was sampled and then stopped.
 *
 * Oracle: /proc/PID/task/TID/sched, its sums for what is of the process; for
 * the scan period, which is not there, its bounds in debugfs.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/sched.h"
#include "../lib/text.h"

#define PAGES		4096
#define ENOUGH		(2 * PAGES * 7 / 8)
/* where scanning was slow, the kernel does without for 32 times as long */
#define LONG_NS		120000000000ULL
#define THREADS		2

static int first, last;
static struct puppet *puppet;
static pid_t pid;
static bool was_sampled;

static int differs(const char *what, int64_t lens, int64_t kernel)
{
	if (lens == kernel)
		return 0;
	note("%s: %" PRId64 ", should be %" PRId64, what, lens, kernel);
	return 1;
}

/* "-1" is not what lens_number() reads. */
static int64_t number(const char *name)
{
	char *text = lens_word(pid, name);
	int64_t value = text ? strtoll(text, NULL, 10) : INT64_MIN;

	free(text);
	return value;
}

static int rows_differ(const char *name, const uint64_t *kernel)
{
	uint64_t nids[NODES_MAX], row[NODES_MAX];
	int i, bad = 0, nr = lens_row(pid, "nodes", nids, NODES_MAX);

	if (lens_row(pid, name, row, NODES_MAX) != nr)
		return !!fail("%s: not one value for each node", name);
	for (i = 0; i < nr; i++)
		bad += differs(name, row[i], kernel[nids[i]]);
	return bad;
}

/* Has the kernel drawn its conclusions from the faults of each thread? */
static bool all_prefer(void)
{
	struct sched sched;
	int i;

	for (i = 0; i < THREADS; i++)
		if (sched_read(pid, puppet_tid(puppet, i), &sched) ||
		    sched.preferred_nid < 0)
			return false;
	return true;
}

/* Each thread on the pages that the other touched, then all is stopped. */
static int sampled(void)
{
	uint64_t base = vmstat_counter("numa_pages_migrated");
	uint64_t until = now_ns() + LONG_NS;
	int nids[THREADS] = { first, last };
	long addr[THREADS];
	int i;

	cases_keep();
	lens_set("refresh_ms", 0);
	balancing_off();
	puppet = puppet_start(nids, THREADS);
	if (!puppet || lens_watch(puppet_pid(puppet)))
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	for (i = 0; i < THREADS; i++) {
		addr[i] = puppet_do(puppet, !i, do_map, PAGES, 0, 0);
		puppet_do(puppet, !i, do_touch, addr[i], PAGES, 0);
	}
	for (i = 0; i < THREADS; i++)
		puppet_begin(puppet, i, do_sweep, addr[i], PAGES, 0);
	balancing_hasty();
	while ((vmstat_counter("numa_pages_migrated") - base < ENOUGH || !all_prefer()) &&
	       now_ns() < until)
		sleep_ms(20);
	balancing_off();
	puppet_stop(puppet);
	if (!proc_stop(pid) || lens_scan(pid))
		return fail("can't be stopped and scanned");
	was_sampled = all_prefer() && sched_sum(pid, "total_numa_faults");
	return was_sampled ? CASE_PASS : skip("the kernel took no sample");
}

static int of_process(void)
{
	struct sched leader, sched;
	uint64_t faults[NODES_MAX] = { 0 };
	pid_t tids[THREADS + 1];
	int i, nid, bad = 0;
	int nr = proc_tasks(pid, tids, ARRAY_SIZE(tids));

	if (sched_read(pid, pid, &leader))
		return skip("the kernel does not tell");
	for (i = 0; i < nr; i++) {
		if (sched_read(pid, tids[i], &sched))
			return fail("sched of %d can't be read", tids[i]);
		for (nid = 0; nid < NODES_MAX; nid++)
			faults[nid] += sched.numa_faults[nid];
	}
	bad += differs("preferred_nid", number("balancing/preferred_nid"),
		       leader.preferred_nid);
	bad += differs("scan_seq", number("balancing/scan_seq"),
		       leader.scan_seq);
	bad += differs("numa_pages_migrated",
		       number("balancing/numa_pages_migrated"),
		       sched_sum(pid, "numa_pages_migrated"));
	bad += differs("total_numa_faults",
		       number("balancing/total_numa_faults"),
		       sched_sum(pid, "total_numa_faults"));
	bad += rows_differ("balancing/numa_faults", faults);
	note("scan_seq %" PRIu64 ", %" PRIu64 " faults", leader.scan_seq,
	     sched_sum(pid, "total_numa_faults"));
	return bad ? CASE_FAIL : CASE_PASS;
}

static int of_thread(pid_t tid)
{
	struct sched sched;
	char name[64];
	int bad = 0;

	if (sched_read(pid, tid, &sched))
		return !!fail("sched of %d can't be read", tid);
	snprintf(name, sizeof(name), "threads/%d/preferred_nid", tid);
	bad += differs(name, number(name), sched.preferred_nid);
	snprintf(name, sizeof(name), "threads/%d/numa_pages_migrated", tid);
	bad += differs(name, number(name), sched.numa_pages_migrated);
	snprintf(name, sizeof(name), "threads/%d/total_numa_faults", tid);
	bad += differs(name, number(name), sched.total_numa_faults);
	snprintf(name, sizeof(name), "threads/%d/numa_faults", tid);
	return bad + rows_differ(name, sched.numa_faults);
}

static int of_threads(void)
{
	int i, bad = 0;

	if (!was_sampled)
		return skip("the kernel took no sample");
	for (i = 0; i < THREADS; i++)
		bad += of_thread(puppet_tid(puppet, i));
	return bad ? CASE_FAIL : CASE_PASS;
}

/* The sampled threads are between the bounds, a new one has the delay still. */
static int scan_period(void)
{
	int64_t leader = number("balancing/scan_period_ms"), period;
	char name[64];
	int i;

	if (!was_sampled)
		return skip("the kernel took no sample");
	snprintf(name, sizeof(name), "threads/%d/scan_period_ms", pid);
	if (leader != number(name))
		return fail("the leader has two scan periods");
	for (i = 0; i < THREADS; i++) {
		snprintf(name, sizeof(name), "threads/%d/scan_period_ms",
			 puppet_tid(puppet, i));
		period = number(name);
		note("%s %" PRId64, name, period);
		if (period < BALANCING_HASTY_MIN_MS ||
		    period > BALANCING_HASTY_MAX_MS)
			return fail("%s: %" PRId64, name, period);
	}
	return CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a process that is sampled", sampled },
		{ "balancing/", of_process },
		{ "the same of its threads", of_threads },
		{ "scan periods", scan_period },
	};

	need_events(2);
	need_two(&first, &last);
	if (balancing_off())
		skip_all("the kernel has no NUMA balancing");
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
