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

static int refresh(void)
{
	uint64_t grown;
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
	grown = grown_within(pid, 1000);
	note("refresh_ms 20: %" PRIu64 " scans a second", grown);
	if (grown < 5 || grown > 55)
		return fail("that is not every 20 ms");
	own_set(pid, "refresh_ms", 0);
	sleep_ms(100);
	if (grown_within(pid, 500))
		return fail("scanned after refresh_ms 0");
	/* shorter than what is being waited for: not after an hour */
	own_set(pid, "refresh_ms", 3600000);
	sleep_ms(50);
	own_set(pid, "refresh_ms", 20);
	if (!grown_within(pid, 1000))
		return fail("a shorter refresh_ms is not taken up");
	return CASE_PASS;
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

static int dirs(pid_t pid)
{
	DIR *dir = opendir(lens_path(pid, "vmas"));
	struct dirent *entry;
	int nr = 0;

	while (dir && (entry = readdir(dir)))
		nr += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	return nr;
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
	if (!pid || dirs(pid) != 12)
		return fail("%d directories, not 12", dirs(pid));
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		if (own_set(pid, "max_vma_dirs", wanted[i]) || lens_scan(pid))
			return fail("can't be set and scanned");
		nr_vmas = lens_value(pid, "nr_vmas");
		expect = wanted[i] < nr_vmas ? wanted[i] : nr_vmas;
		if (nr_vmas < 300 || (uint64_t)dirs(pid) != expect)
			return fail("max_vma_dirs %u: %d directories of %"
				    PRIu64, wanted[i], dirs(pid), nr_vmas);
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

/* CPU time of all of the kernel's workers. */
static uint64_t workers_ns(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	uint64_t sum = 0;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);
		char path[64], *comm;

		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		comm = pid ? text_read(path, NULL) : NULL;
		if (comm && !strncmp(comm, "kworker/", 8))
			sum += proc_run_ns(pid, pid);
		free(comm);
	}
	if (dir)
		closedir(dir);
	return sum;
}

/* What the workers use, in 1/100 of a percent of one CPU. */
static uint64_t used_bp(pid_t *pids, int nr, unsigned int limit_bp,
			uint64_t *generations)
{
	uint64_t began, before, grown = 0;
	int i;

	lens_set("cpu_limit_bp", limit_bp);
	for (i = 0; i < nr; i++)
		grown -= lens_value(pids[i], "generation");
	began = now_ns();
	before = workers_ns();
	sleep_ms(3000);
	before = workers_ns() - before;
	began = now_ns() - began;
	for (i = 0; i < nr; i++)
		grown += lens_value(pids[i], "generation");
	*generations = grown;
	return before * 10000 / began;
}

/*
 * Three large processes that want to be scanned all the time. What workers do
 * apart from scanning is measured first, with refresh_ms 0. What scans leave
 * to others (memory freed later, timers, queues) is nobody's to charge, and is
 * worth a millisecond each here: as much again is allowed.
 */
static int cpu_limit(void)
{
	uint64_t idle, low, high, scans, none, many;
	pid_t pids[3];
	int i;

	lens_set("refresh_ms", 0);
	for (i = 0; i < 3; i++)
		pids[i] = start_watched(4, 25600);
	idle = used_bp(pids, 3, 500, &none);
	for (i = 0; i < 3; i++)
		own_set(pids[i], "refresh_ms", 1);
	low = used_bp(pids, 3, 500, &scans);
	high = used_bp(pids, 3, 10000, &many);
	note("workers use %" PRIu64 " bp of a CPU idle, %" PRIu64
	     " for %" PRIu64 " scans under a limit of 500, %" PRIu64
	     " for %" PRIu64 " under 10000", idle, low, scans, high, many);
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
	uint64_t began, walk;
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
		if (began > 2000 * MS)
			return fail("held back");
	}
	return CASE_PASS;
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

static int nothing_runs(void)
{
	uint64_t watched = 0;
	int with, before, after;
	pid_t pid;

	lens_get("nr_watched", &watched);
	if (watched)
		return skip("somebody watches something");
	lens_set("refresh_ms", 50);
	/* what came before may take a moment to end */
	if (hooks_gone() == -ETIMEDOUT)
		return fail("there are hooks, and nothing is watched");
	sleep_ms(2000);
	before = busy_calls(0);
	if (before < 0)
		return skip("no function tracer for the module's functions");
	pid = start_watched(4, 16);
	with = busy_calls(pid);
	lens_unwatch(pid);
	/* the hooks of events go a little later, and what took them away with them */
	if (hooks_gone() == -ETIMEDOUT)
		return fail("hooks stay");
	sleep_ms(2000);
	after = busy_calls(0);
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
