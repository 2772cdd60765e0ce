// SPDX-License-Identifier: GPL-2.0
/*
 * Many watches, and many VMAs: nothing is lost, and all memory comes back. What
 * a watch and a VMA cost is stated.
 *
 * Oracles: the number of processes started; /proc/PID/maps and numa_maps of a
 * process of 60000 VMAs; /proc/meminfo and the slab caches before and after.
 */
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/compare.h"
#include "../lib/lens.h"
#include "../lib/memory.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"

/* A kernel that checks itself takes ten times as long for each. */
#define WATCHES_MAX	1000
#define WATCHES		(patience() > 1 ? 300 : WATCHES_MAX)
#define VMAS		(patience() > 1 ? 20000 : 60000)
#define VMAS_LEAKED	600
#define FORKS		50
#define ROUNDS		3
#define STACK		8192
#define MAX_MAPS	"/proc/sys/vm/max_map_count"

static pid_t pids[WATCHES_MAX];

static int sleep_on(void *arg)
{
	for (;;)
		pause();
	return (long)arg;
}

/* Most share the test's memory: a fork takes long where CPUs are emulated. */
static int start_all(void)
{
	char *stacks = mmap(NULL, WATCHES_MAX * STACK, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	for (i = 0; i < WATCHES; i++) {
		if (i < FORKS) {
			pids[i] = proc_fork();
			if (!pids[i])
				sleep_on(NULL);
		} else {
			pids[i] = clone(sleep_on, stacks + (i + 1) * STACK,
					CLONE_VM | SIGCHLD, NULL);
			proc_adopt(pids[i]);
		}
		if (pids[i] < 0)
			return fail("process %d: %s", i, strerror(errno));
	}
	return CASE_PASS;
}

static int watch_all(void)
{
	int i, ret;

	for (i = 0; i < WATCHES; i++) {
		ret = lens_watch(pids[i]);
		if (ret)
			return fail("watch %d: %s", i, strerror(-ret));
	}
	return CASE_PASS;
}

/* Each has a directory of its own, with a snapshot of its own. */
static int all_there(void)
{
	uint64_t nr = 0;
	int i;

	lens_get("nr_watched", &nr);
	if (nr != WATCHES)
		return fail("nr_watched is %" PRIu64, nr);
	for (i = 0; i < WATCHES; i += 7) {
		struct snapshot snap;

		if (snapshot_read(pids[i], &snap))
			return fail("watch %d has no snapshot", i);
		if (snap.head.pid != (uint32_t)pids[i] ||
		    snap.head.nr_vmas < 5 || snapshot_sums(&snap))
			return fail("watch %d: not its snapshot", i);
		snapshot_free(&snap);
	}
	return CASE_PASS;
}

static int all_exited(void)
{
	uint64_t until = now_ns() + 120000000000ULL;
	char *state;
	int i;

	procs_end();
	for (i = 0; i < WATCHES && now_ns() < until;) {
		state = lens_word(pids[i], "state");
		if (state && !strcmp(state, "exited"))
			i++;
		else
			sleep_ms(10);
		free(state);
	}
	return i < WATCHES ? fail("watch %d did not see its process exit", i) :
		CASE_PASS;
}

static int all_come_and_go(void)
{
	struct memory started, with;
	uint64_t began, nr = 1;
	int i, ret;

	ret = start_all();
	memory_read(&started);
	began = now_ns();
	ret = ret ?: watch_all();
	note("%d watches in %" PRIu64 " ms", WATCHES,
	     (now_ns() - began) / 1000000);
	memory_read(&with);
	sleep_ms(500);
	ret = ret ?: all_there();
	ret = ret ?: all_exited();
	if (ret)
		return ret;
	began = now_ns();
	for (i = 0; i < WATCHES; i++)
		if (lens_unwatch(pids[i]))
			return fail("unwatch %d", i);
	note("unwatched in %" PRIu64 " ms", (now_ns() - began) / 1000000);
	lens_get("nr_watched", &nr);
	if (nr)
		return fail("nr_watched is %" PRIu64, nr);
	note("a watch with 2 directories takes %" PRId64 " KiB",
	     memory_used_kb(&started, &with) / WATCHES);
	return CASE_PASS;
}

/* What a thousand processes leave in caches is left once, whatever others take. */
static int thousand_watches(void)
{
	struct memory before, after;
	int round, ret;

	lens_set("max_watched", WATCHES);
	lens_set("max_vma_dirs", 2);
	lens_set("refresh_ms", 200);
	memory_read(&before);
	for (round = 1; round <= ROUNDS; round++) {
		ret = all_come_and_go();
		if (ret || !memory_leaks(&before, &after, round * WATCHES))
			return ret;
	}
	return fail("it grows with the number of watches");
}

static pid_t start_vmas(char *const argv[])
{
	char line[64];
	pid_t pid;
	FILE *out;

	pid = proc_spawn(argv, &out);
	if (pid > 0 && (!fgets(line, sizeof(line), out) ||
			strcmp(line, "ready\n")))
		pid = -EPIPE;
	if (pid > 0)
		fclose(out);
	return pid;
}

static int all_vmas(pid_t pid)
{
	struct snapshot snap;
	struct areas areas;
	struct view view;
	uint64_t left_out;
	int bad;

	if (areas_read(pid, &areas, false) || snapshot_read(pid, &snap))
		return fail("can't be read");
	view = (struct view){ "snapshot", snap.vmas, snap.nr_vmas, snap.nodes,
			      snap.head.nr_nodes, false };
	note("%zu VMAs, snapshot of %zu KiB: %zu bytes a VMA, walk_ns %" PRIu64,
	     snap.nr_vmas, snap.size / 1024, snap.size / snap.nr_vmas,
	     (uint64_t)snap.head.walk_ns);
	bad = compare_ranges(&areas, &view) + compare_nodes(&areas, &view) +
	      snapshot_sums(&snap);
	left_out = lens_value(pid, "nr_vmas_left_out");
	if (lens_value(pid, "nr_vmas") != areas.nr || areas.nr < (size_t)VMAS)
		bad += !!fail("nr_vmas");
	if (left_out != areas.nr - 32)
		bad += !!fail("nr_vmas_left_out is %" PRIu64, left_out);
	snapshot_free(&snap);
	areas_free(&areas);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* Watched, scanned again and again, unwatched: three times the same memory. */
static int watch_thrice(pid_t pid)
{
	struct memory before, with, once, thrice;
	int i, ret = CASE_PASS;

	for (i = 0; i < 3; i++) {
		uint64_t began = now_ns();

		memory_read(&before);
		if (lens_watch(pid))
			return fail("can't be watched");
		began = now_ns() - began;
		memory_read(&with);
		if (!i)
			ret = all_vmas(pid);
		if (ret || lens_scan(pid) || lens_scan(pid))
			return ret ?: fail("can't be scanned");
		lens_unwatch(pid);
		memory_read(i ? &thrice : &once);
		note("watched in %" PRIu64 " ms, %" PRId64
		     " bytes a VMA in memory", began / 1000000,
		     memory_used_kb(&before, &with) * 1024 / VMAS);
	}
	return memory_leaks(&once, &thrice, VMAS_LEAKED) ? CASE_FAIL : CASE_PASS;
}

static int many_vmas(void)
{
	char nr[24], text[24];
	char *argv[4] = { (char *)"vmas", (char *)"-n", nr };
	uint64_t max_maps = 0;
	pid_t pid;
	int ret;

	snprintf(nr, sizeof(nr), "%u", VMAS);
	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 32);
	text_number(MAX_MAPS, &max_maps);
	if (max_maps < VMAS + 1000 && text_puts(MAX_MAPS, "70000"))
		return skip("vm.max_map_count can't be raised");
	pid = start_vmas(argv);
	ret = pid < 0 ? fail("can't be started") : watch_thrice(pid);
	snprintf(text, sizeof(text), "%" PRIu64, max_maps);
	text_puts(MAX_MAPS, text);
	return ret;
}

/* Directories for thousands of VMAs come and go, all of them. */
static int many_dirs(void)
{
	char *argv[4] = { (char *)"vmas", (char *)"-n", (char *)"3000" };
	struct memory before, with, after;
	pid_t pid = start_vmas(argv);
	uint64_t began;
	int nr;

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 65536);
	memory_read(&before);
	began = now_ns();
	if (pid < 0 || lens_watch(pid))
		return fail("can't be watched");
	began = now_ns() - began;
	memory_read(&with);
	nr = lens_dirs(pid, "vmas");
	note("%d directories in %" PRIu64 " ms, %" PRId64 " bytes each", nr,
	     began / 1000000, memory_used_kb(&before, &with) * 1024 / nr);
	if (nr < 3000)
		return fail("some are missing");
	if (text_puts(lens_path(pid, "max_vma_dirs"), "1") || lens_scan(pid) ||
	    lens_dirs(pid, "vmas") != 1)
		return fail("%d directories stay, not 1", lens_dirs(pid, "vmas"));
	lens_unwatch(pid);
	return memory_leaks(&before, &after, 3000) ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a thousand watches", thousand_watches },
		{ "a process of 60000 VMAs", many_vmas },
		{ "thousands of directories", many_dirs },
	};

	need(1);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 200);
}
