// SPDX-License-Identifier: GPL-2.0
/*
 * CPU time per node, of threads that are pinned, migrate, sleep, live shortly.
 *
 * Oracles: the run time in /proc/PID/task/TID/schedstat, which the kernel
 * keeps for itself; a thread that dies reads its own as its last act; a thread
 * that migrates reads its CPU clock before and after each stay on a node. And
 * the CPU clock of the process (clock_getcpuclockid(3)), which has the dead as
 * well: numalens has to be within 2 % of it in sum, and on each node not more
 * than 2 % below what the threads know of, nor above it by more than 2 % and
 * what the clock has but no thread could say (its own end). Where the kernel
 * has histograms of trace events, the sum of sched_stat_runtime has the ends of
 * threads too. (By CPU it is not exact: a waker accounts for a remote CPU.)
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/cputrace.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/text.h"
#include "../lib/workers.h"

#define MS		1000000ULL
#define LONG_NS		(60000 * MS)
#define PERCENT		2
/* A thread still runs after it left its process' clock; often a millisecond. */
#define DEATH_NS	(3 * MS)
/* A running thread's time is brought up to date by the scheduler's tick. */
#define TICK_NS		(1000000000ULL / 100)

static int online[NODES_MAX], nr_online;
static int first, last;

static struct workers *start(int nr)
{
	int nids[WORKERS_MAX];
	struct workers *workers;
	int i;

	lens_set("refresh_ms", 0);
	for (i = 0; i < nr; i++)
		nids[i] = i % 2 ? last : first;
	workers = workers_start(nids, nr, NULL);
	if (!workers || lens_watch(workers_pid(workers)))
		return NULL;
	return workers;
}

static int times_read(pid_t pid, uint64_t *by_nid)
{
	uint64_t row[NODES_MAX];
	int i;

	memset(by_nid, 0, NODES_MAX * sizeof(*by_nid));
	if (lens_row(pid, "cpu/time_ns", row, NODES_MAX) != nr_online)
		return fail("time_ns has not one value for each node");
	for (i = 0; i < nr_online; i++)
		by_nid[online[i]] = row[i];
	return CASE_PASS;
}

/* What has to be found: by node as far as the threads know, and in all. */
struct truth {
	uint64_t by_nid[NODES_MAX];
	uint64_t all;
	uint64_t deaths;
	uint64_t traced;
};

static void truth_begin(struct truth *truth, pid_t pid)
{
	memset(truth, 0, sizeof(*truth));
	truth->all = -proc_clock_ns(pid);
	cputrace_begin(WORKERS_COMM);
}

static void truth_end(struct truth *truth, pid_t pid)
{
	truth->all += proc_clock_ns(pid);
	truth->traced = cputrace_end();
}

static int off(const char *what, uint64_t lens, uint64_t low, uint64_t high)
{
	uint64_t below = low * PERCENT / 100, above = high * PERCENT / 100;

	if (lens + below >= low && lens <= high + above)
		return 0;
	note("%s: %" PRIu64 " us, should be %" PRIu64 " to %" PRIu64, what,
	     lens / 1000, low / 1000, high / 1000);
	return 1;
}

/* Every node is looked at, also those that should have nothing. */
static int check(pid_t pid, const struct truth *truth)
{
	uint64_t times[NODES_MAX], lens = 0, known = 0, unknown, all;
	int i, bad = 0;

	if (times_read(pid, times))
		return CASE_FAIL;
	for (i = 0; i < nr_online; i++)
		known += truth->by_nid[online[i]];
	all = truth->traced ?: truth->all + truth->deaths;
	unknown = all > known ? all - known : 0;
	for (i = 0; i < nr_online; i++) {
		uint64_t low = truth->by_nid[online[i]];
		char what[32];

		snprintf(what, sizeof(what), "node %d", online[i]);
		bad += off(what, times[online[i]], low,
			   low + unknown);
		lens += times[online[i]];
	}
	note("%" PRIu64 " us; the process' clock says %" PRIu64
	     ", its threads know of %" PRIu64 ", traced were %" PRIu64,
	     lens / 1000, truth->all / 1000, known / 1000,
	     truth->traced / 1000);
	bad += off("all nodes", lens, truth->traced ?: truth->all, all);
	return bad ? CASE_FAIL : CASE_PASS;
}

static void add_tasks(struct truth *truth, pid_t pid, int sign)
{
	pid_t tids[64];
	int i, nr = proc_tasks(pid, tids, 64);

	for (i = 0; i < nr; i++)
		truth->by_nid[node_of_cpu(proc_last_cpu(pid, tids[i]))] +=
			sign * proc_run_ns(pid, tids[i]);
}

static int pinned(void)
{
	struct workers *workers = start(4);
	struct truth truth;
	pid_t pid;
	int i;

	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	truth_begin(&truth, pid);
	add_tasks(&truth, pid, -1);
	for (i = 0; i < 4; i++)
		workers_burn(workers, i, 100 + 50 * i);
	workers_wait(workers);
	lens_scan(pid);
	add_tasks(&truth, pid, 1);
	truth_end(&truth, pid);
	return check(pid, &truth);
}

/* Also: what a process had spent before it was watched is not counted. */
static int counted_since_watch(void)
{
	struct workers *workers = start(2);
	struct truth truth;
	pid_t pid;

	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	lens_unwatch(pid);
	workers_burn(workers, 0, 200);
	workers_wait(workers);
	if (lens_watch(pid))
		return fail("can't be watched again");
	truth_begin(&truth, pid);
	add_tasks(&truth, pid, -1);
	workers_burn(workers, 1, 100);
	workers_wait(workers);
	lens_scan(pid);
	add_tasks(&truth, pid, 1);
	truth_end(&truth, pid);
	return check(pid, &truth);
}

/*
 * What a thread spent on a node is to be found there, whether it was scanned
 * in between or only when it was back.
 */
static int migrating(bool scan)
{
	struct workers *workers = start(2);
	struct truth truth;
	pid_t pid;
	int i;

	if (first == last)
		return skip("needs two nodes with CPUs");
	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	truth_begin(&truth, pid);
	workers_roam(workers, 0, first, last, 7, 12);
	workers_roam(workers, 1, first, last, 20, 4);
	for (i = 0; scan && i < 15; i++) {
		sleep_ms(20);
		lens_scan(pid);
	}
	workers_wait(workers);
	lens_scan(pid);
	truth_end(&truth, pid);
	for (i = 0; i < nr_online; i++)
		truth.by_nid[online[i]] = workers_spent(workers, online[i]);
	return check(pid, &truth);
}

static int migrating_scanned(void)
{
	return migrating(true);
}

static int migrating_and_back(void)
{
	return migrating(false);
}

static int asleep(void)
{
	struct workers *workers = start(3);
	uint64_t one[NODES_MAX], two[NODES_MAX], ran, until;
	pid_t pid;

	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	workers_burn(workers, 2, 50);
	workers_wait(workers);
	/* It says that it is done before it goes to sleep. */
	if (!proc_wait_state(pid, 'S'))
		return fail("never comes to rest");
	until = now_ns() + LONG_NS;
	do {
		sleep_ms(20);
		ran = proc_runs_ns(pid);
		lens_scan(pid);
		if (times_read(pid, one))
			return CASE_FAIL;
		sleep_ms(200);
		lens_scan(pid);
		if (times_read(pid, two))
			return CASE_FAIL;
		/* the last steps to where it sleeps may be late */
	} while (proc_runs_ns(pid) != ran && now_ns() < until);
	return memcmp(one, two, sizeof(one)) ?
		fail("time passed for a sleeping process") : CASE_PASS;
}

/* Scanned while it runs, the value lies between two readings of schedstat. */
static int while_running(void)
{
	struct workers *workers = start(1);
	uint64_t base, before, after, times[NODES_MAX];
	int i, ret = CASE_PASS;
	pid_t pid;

	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	base = proc_runs_ns(pid);
	workers_burn(workers, 0, 400);
	for (i = 0; i < 10 && ret == CASE_PASS; i++) {
		sleep_ms(20);
		before = proc_runs_ns(pid) - base;
		lens_scan(pid);
		after = proc_runs_ns(pid) - base;
		if (times_read(pid, times))
			return CASE_FAIL;
		if (times[first] + TICK_NS < before ||
		    times[first] > after + TICK_NS)
			ret = fail("%" PRIu64 " us is not within %" PRIu64
				   " and %" PRIu64, times[first] / 1000,
				   before / 1000, after / 1000);
	}
	workers_wait(workers);
	return ret;
}

/*
 * Breeders spend time on their own for starting threads: it is taken from
 * their schedstat. The last of a thread may come only after it has been freed.
 */
static int short_lived(unsigned int ms, unsigned int nr, bool scan)
{
	struct workers *workers = start(2);
	uint64_t times[NODES_MAX], lens, until;
	struct truth truth;
	pid_t pid;
	int i;

	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	truth_begin(&truth, pid);
	add_tasks(&truth, pid, -1);
	workers_breed(workers, 0, ms, nr);
	workers_breed(workers, 1, ms, nr);
	for (i = 0; scan && i < 20; i++) {
		sleep_ms(50);
		lens_scan(pid);
	}
	workers_wait(workers);
	add_tasks(&truth, pid, 1);
	truth_end(&truth, pid);
	truth.deaths = 2 * nr * DEATH_NS;
	for (i = 0; i < nr_online; i++)
		truth.by_nid[online[i]] += workers_spent(workers, online[i]);
	until = now_ns() + LONG_NS;
	do {
		lens_scan(pid);
		if (times_read(pid, times))
			return CASE_FAIL;
		for (lens = 0, i = 0; i < nr_online; i++)
			lens += times[online[i]];
	} while (lens < truth.all && now_ns() < until);
	return check(pid, &truth);
}

static int hundreds_of_threads(void)
{
	return short_lived(10, 100, false);
}

static int born_and_dying_between_scans(void)
{
	return short_lived(20, 60, true);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "pinned threads", pinned },
		{ "time before the watch is not counted", counted_since_watch },
		{ "migrating threads, scanned meanwhile", migrating_scanned },
		{ "migrating threads, scanned once they are back",
		  migrating_and_back },
		{ "sleeping threads", asleep },
		{ "a thread that runs while it is scanned", while_running },
		{ "hundreds of short-lived threads", hundreds_of_threads },
		{ "threads born and dying between scans",
		  born_and_dying_between_scans },
	};
	int ids[NODES_MAX];
	int nr = nodes_with_cpu(ids, NODES_MAX);

	need(1);
	nr_online = nodes_online(online, NODES_MAX);
	first = ids[0];
	last = ids[nr - 1];
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
