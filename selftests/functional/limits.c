// SPDX-License-Identifier: GPL-2.0
/*
 * What watching costs stays within what the settings say.
 *
 * Oracles: how often the generation grows; the CPU time of the kernel's worker
 * threads in their schedstat; the function tracer, which sees every function of
 * the module that runs, for "nothing watched: nothing runs"; the number of
 * VMAs in /proc/PID/maps and which have the most pages in numa_maps.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/hooks.h"
#include "../lib/lens.h"
#include "../lib/modtrace.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"

#define MS		1000000ULL
#define PATIENCE_NS	(60000 * MS)
/* Of measurements that something else may disturb. */
#define TRIES		20
/* How late a test may run by itself, and how much so in three seconds. */
#define LATE_NS		(50 * MS)
#define LATE_MAX_NS	(100 * MS)

/* A sleeping process with so many VMAs, and so many pages in one of them. */
static pid_t start(unsigned int vmas, size_t pages)
{
	size_t page = getpagesize();
	pid_t pid = proc_fork();
	unsigned int i;
	char *addr;

	if (pid)
		return pid;
	addr = mmap(NULL, pages * page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	madvise(addr, pages * page, MADV_NOHUGEPAGE);
	memset(addr, 1, pages * page);
	addr = mmap(NULL, (vmas + 1) * page, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (i = 0; i < vmas; i += 2) {
		addr[i * page] = 1;
		mprotect(addr + i * page, page, PROT_READ);
	}
	for (;;)
		pause();
}

static pid_t start_watched(unsigned int vmas, size_t pages)
{
	pid_t pid = start(vmas, pages);

	/* asleep: it has made what it was to make */
	proc_wait_state(pid, 'S');
	return lens_watch(pid) ? 0 : pid;
}

static uint64_t grown_within(pid_t pid, unsigned int ms)
{
	uint64_t before = lens_value(pid, "generation");

	sleep_ms(ms);
	return lens_value(pid, "generation") - before;
}

static int own_set(pid_t pid, const char *name, unsigned int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u\n", value);
	return text_puts(lens_path(pid, name), text);
}

/* Each @ms, and not more often; how seldom is up to the machine. */
static int keeps_time(pid_t pid, unsigned int ms)
{
	uint64_t began = now_ns(), took, grown;

	grown = -lens_value(pid, "generation");
	do {
		sleep_ms(1000);
		took = now_ns() - began;
	} while (lens_value(pid, "generation") + grown < 5 && took < PATIENCE_NS);
	grown += lens_value(pid, "generation");
	took = (now_ns() - began) / MS;
	note("refresh_ms %u: %" PRIu64 " scans in %" PRIu64 " ms", ms, grown, took);
	/* one that was due, and a tick's worth for each */
	return grown < 5 || grown > 1 + took * 11 / (10 * ms) ?
		fail("that is not every %u ms", ms) : CASE_PASS;
}

static int refresh(void)
{
	pid_t pid;

	lens_set("refresh_ms", 0);
	lens_set("cpu_limit_bp", 10000);
	pid = start_watched(4, 16);
	if (!pid)
		return fail("can't be watched");
	if (lens_value(pid, "generation") != 1)
		return fail("the first snapshot is not generation 1");
	if (grown_within(pid, 500))
		return fail("scanned with refresh_ms 0");
	own_set(pid, "refresh_ms", 20);
	if (keeps_time(pid, 20))
		return CASE_FAIL;
	own_set(pid, "refresh_ms", 0);
	/* one that had begun may come to its end */
	if (grown_within(pid, 600) > 1)
		return fail("scanned after refresh_ms 0");
	/* shorter than what is being waited for: not after an hour */
	own_set(pid, "refresh_ms", 3600000);
	sleep_ms(50);
	own_set(pid, "refresh_ms", 20);
	return keeps_time(pid, 20);
}

static int defaults(void)
{
	pid_t one, two;

	lens_set("refresh_ms", 123000);
	lens_set("max_vma_dirs", 7);
	one = start_watched(4, 16);
	lens_set("refresh_ms", 456000);
	lens_set("max_vma_dirs", 9);
	two = start_watched(4, 16);
	if (!one || !two)
		return fail("can't be watched");
	if (lens_value(one, "refresh_ms") != 123000 ||
	    lens_value(one, "max_vma_dirs") != 7)
		return fail("a watch does not keep what it took over");
	if (lens_value(two, "refresh_ms") != 456000 ||
	    lens_value(two, "max_vma_dirs") != 9)
		return fail("a new watch does not take over the new values");
	own_set(one, "refresh_ms", 1000);
	if (lens_value(two, "refresh_ms") != 456000)
		return fail("a setting of one process is that of another");
	return CASE_PASS;
}

/* The directories are those of the VMAs with the most pages. */
static int largest_have_dirs(pid_t pid, uint64_t nr)
{
	struct areas areas;
	struct lens_vma *list;
	uint64_t smallest = UINT64_MAX, larger = 0;
	int i, found = vma_dirs_read(pid, &list);
	size_t j;

	if (found < 0 || areas_read(pid, &areas, false))
		return fail("can't be read");
	for (i = 0; i < found; i++) {
		const struct area *area = areas_at(&areas, list[i].start);

		if (area && area->pages < smallest)
			smallest = area->pages;
	}
	for (j = 0; j < areas.nr; j++)
		larger += areas.v[j].pages > smallest;
	vma_dirs_free(list, found);
	areas_free(&areas);
	return larger >= nr && nr ? fail("a larger VMA has none") : CASE_PASS;
}

static int vma_dirs(void)
{
	static const unsigned int wanted[] = { 0, 1, 5, 200, 65536, 3 };
	uint64_t nr_vmas, expect;
	size_t i;
	pid_t pid;

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 12);
	pid = start_watched(300, 50);
	if (!pid || lens_dirs(pid, "vmas") != 12)
		return fail("%d directories, not 12", lens_dirs(pid, "vmas"));
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (own_set(pid, "max_vma_dirs", wanted[i]) || lens_scan(pid))
			return fail("can't be set and scanned");
		nr_vmas = lens_value(pid, "nr_vmas");
		expect = wanted[i] < nr_vmas ? wanted[i] : nr_vmas;
		if (nr_vmas < 300 || (uint64_t)lens_dirs(pid, "vmas") != expect)
			return fail("max_vma_dirs %u: %d directories of %"
				    PRIu64, wanted[i], lens_dirs(pid, "vmas"), nr_vmas);
		if (lens_value(pid, "nr_vmas_left_out") != nr_vmas - expect)
			return fail("nr_vmas_left_out is not the rest");
		if (largest_have_dirs(pid, expect))
			return CASE_FAIL;
	}
	return CASE_PASS;
}

static void read_everything(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char sub[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR)
			read_everything(sub);
		else
			free(text_read(sub, NULL));
	}
	if (dir)
		closedir(dir);
}

static int reads_never_scan(void)
{
	uint64_t when;
	pid_t pid;
	int i;

	lens_set("refresh_ms", 0);
	pid = start_watched(20, 100);
	if (!pid)
		return fail("can't be watched");
	when = lens_value(pid, "snapshot_ns");
	for (i = 0; i < 3; i++)
		read_everything(lens_path(pid, ""));
	if (lens_value(pid, "generation") != 1 ||
	    lens_value(pid, "snapshot_ns") != when)
		return fail("a read made another snapshot");
	if (lens_scan(pid) || lens_value(pid, "generation") != 2)
		return fail("a scan does not");
	return CASE_PASS;
}

/* Return: how much longer than it should sleeping for three seconds has taken. */
static uint64_t sleep_watchfully(void)
{
	uint64_t until = now_ns() + 3000 * MS, before, now, late = 0;

	for (before = now_ns(); before < until; before = now) {
		sleep_ms(5);
		now = now_ns();
		if (now - before > LATE_NS)
			late += now - before - LATE_NS;
	}
	return late;
}

static uint64_t generations(const pid_t *pids, int nr)
{
	uint64_t sum = 0;

	while (nr)
		sum += lens_value(pids[--nr], "generation");
	return sum;
}

/*
 * What the workers use, in 1/100 of a percent of one CPU, in three seconds, and until
 * there was a scan if there is to be one. Whoever is at work when the machine stands
 * still has worked all that time: then it is measured anew. The processes are watched
 * anew, else they might still wait for what that has cost.
 * Return: -1 where it always does so.
 */
static int64_t used_bp(pid_t *pids, int nr, unsigned int refresh_ms,
		       unsigned int limit_bp, uint64_t *scans_a_minute)
{
	uint64_t began, before, late, took, scans, first;
	int i, tries = 0;

	do {
		lens_set("cpu_limit_bp", limit_bp);
		lens_set("refresh_ms", refresh_ms);
		for (i = 0; i < nr; i++)
			if (lens_unwatch(pids[i]) || lens_watch(pids[i]))
				note("%d can't be watched again", pids[i]);
		first = generations(pids, nr);
		began = now_ns();
		before = proc_workers_ns();
		late = 0;
		do {
			took = now_ns();
			late += sleep_watchfully();
			scans = generations(pids, nr) - first;
			took = now_ns() - took;
			/* reading all that takes a moment, and should not take more */
			if (took > 4000 * MS)
				late += took - 4000 * MS;
		} while (refresh_ms && !scans && now_ns() - began < PATIENCE_NS);
		before = proc_workers_ns() - before;
		took = now_ns() - began;
	} while (late > LATE_MAX_NS && ++tries < TRIES);
	if (tries)
		note("the machine stood still in %d measurements", tries);
	*scans_a_minute = scans * 60000 * MS / took;
	return late > LATE_MAX_NS ? -1 : (int64_t)(before * 10000 / took);
}

/*
 * Three large processes that want to be scanned all the time. What workers do
 * apart from scanning is measured first, with refresh_ms 0. What scans leave
 * to others (memory freed later, timers, queues) is nobody's to charge, and is
 * worth a millisecond each here: as much again is allowed.
 */
static int cpu_limit(void)
{
	uint64_t scans, none, many;
	int64_t idle, low, high;
	pid_t pids[3];
	int i;

	lens_set("refresh_ms", 0);
	for (i = 0; i < 3; i++)
		pids[i] = start_watched(4, 25600);
	idle = used_bp(pids, 3, 0, 500, &none);
	low = used_bp(pids, 3, 1, 500, &scans);
	high = used_bp(pids, 3, 1, 10000, &many);
	note("workers use %" PRId64 " bp of a CPU idle, %" PRId64
	     " for %" PRIu64 " scans a minute under a limit of 500, %" PRId64
	     " for %" PRIu64 " under 10000", idle, low, scans, high, many);
	if (idle < 0 || low < 0 || high < 0)
		return skip("the machine does not run for three seconds without a break");
	if (none)
		return fail("scanned with refresh_ms 0");
	if (!scans || scans >= many)
		return fail("the limit makes no difference");
	if (high > idle + 12000)
		return fail("more than one CPU");
	return low > idle + 1000 ? fail("above the limit of 500") : CASE_PASS;
}

/* Who asks for a scan is not made to wait for the pace of the background. */
static int not_held_back(void)
{
	uint64_t began, walk, least = UINT64_MAX;
	pid_t pid;
	int i;

	lens_set("cpu_limit_bp", 1);
	lens_set("refresh_ms", 1);
	pid = start_watched(4, 25600);
	if (!pid)
		return fail("can't be watched");
	for (i = 0; i < 3; i++) {
		sleep_ms(100);
		began = now_ns();
		if (lens_scan(pid))
			return fail("can't be scanned");
		began = now_ns() - began;
		walk = lens_value(pid, "walk_ns");
		note("scan took %" PRIu64 " us, of it %" PRIu64 " walking",
		     began / 1000, walk / 1000);
		least = began < least ? began : least;
	}
	/* one may be late for other reasons; the pace would have held back them all */
	return least > 2000 * MS ? fail("held back") : CASE_PASS;
}

/* Threads, forks and moves enough for any hook that was armed. */
static int busy_calls(pid_t watched)
{
	int calls, i;

	if (!modtrace_begin())
		return -1;
	for (i = 0; i < 10; i++) {
		pid_t pid = proc_fork();

		if (!pid) {
			cpu_set_t set;
			int cpu;

			for (cpu = 0; cpu < 8; cpu++) {
				CPU_ZERO(&set);
				CPU_SET(cpu, &set);
				sched_setaffinity(0, sizeof(set), &set);
				sched_setaffinity(watched ?: getppid(),
						  sizeof(set), &set);
			}
			_exit(0);
		}
		sleep_ms(100);
		proc_end(pid);
	}
	calls = modtrace_calls();
	modtrace_end();
	return calls;
}

/* What came before may take a moment to end; what goes on is there every time. */
static int calls_when_quiet(void)
{
	int tries, calls = -1;

	/* it is over when the hooks are gone, but for what took them away */
	if (hooks_gone() == -ETIMEDOUT) {
		note("there are hooks, and nothing is watched");
		return 1;
	}
	for (tries = 0; calls && tries < TRIES; tries++) {
		calls = busy_calls(0);
		if (calls < 0)
			break;
	}
	return calls;
}

static int nothing_runs(void)
{
	uint64_t watched = 0;
	int with, before, after;
	pid_t pid;

	lens_get("nr_watched", &watched);
	if (watched)
		return skip("somebody watches something");
	lens_set("refresh_ms", 50);
	before = calls_when_quiet();
	if (before < 0)
		return skip("no function tracer for the module's functions");
	pid = start_watched(4, 16);
	with = busy_calls(pid);
	lens_unwatch(pid);
	after = calls_when_quiet();
	note("functions called: %d before, %d while watching, %d after",
	     before, with, after);
	if (with <= 0)
		return fail("the tracer sees nothing: it shows nothing");
	return before || after ? fail("something runs with nothing watched") :
		CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "refresh_ms", refresh },
		{ "a new watch takes over the defaults", defaults },
		{ "max_vma_dirs", vma_dirs },
		{ "reads never scan", reads_never_scan },
		{ "cpu_limit_bp", cpu_limit },
		{ "who asks for a scan is not held back", not_held_back },
		{ "nothing watched, nothing runs", nothing_runs },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
