// SPDX-License-Identifier: GPL-2.0
/*
 * What watching many processes costs: the watch of one more, one scan while many
 * others are watched, all of them scanned or read beside numa_maps of all of them,
 * and what the background takes to keep them all fresh.
 *
 * usage: watches [--brief]
 *
 * Each is a process of its own, with 1 MiB that it has touched; the one that is
 * scanned by itself has 64 MiB. Time of the background is that of the kernel's
 * workers, as the scheduler counts it, less what they take while nothing is to be
 * done; it is let take all of a CPU. Everything else is the time until it returns.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/layout.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/rivals.h"
#include "../lib/spread.h"
#include "../lib/text.h"

#define MAX		1000
#define ROUNDS		9
#define REFRESH_MS	1000
#define WINDOW_MS	2000
#define WINDOWS		5

static const struct layout target_layout = {
	"target", layout_alternating, .size = 64 * MIB,
};

static struct subject others[MAX], target;
static size_t nr_others;

static double since_us(uint64_t begin)
{
	return (now_ns() - begin) / 1e3;
}

static void say(size_t nr, const char *metric, struct spread spread)
{
	char name[32];

	snprintf(name, sizeof(name), "%zu watch%s", nr, nr > 1 ? "es" : "");
	printf("%-14s %-34s %12.2f (%.2f to %.2f)\n", name, metric, spread.median, spread.low,
	       spread.high);
	fflush(stdout);
	spread_put("watches", name, metric, spread);
}

static pid_t start_small(void)
{
	pid_t pid = proc_fork();

	if (pid)
		return pid;
	memset(mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1,
	       MIB);
	raise(SIGSTOP);
	_exit(2);
}

/* All are ready before the first of them is watched. */
static bool watch_until(size_t nr)
{
	static double us[MAX];
	size_t i, before = nr_others;
	uint64_t begin;

	for (; nr_others + 1 < nr; nr_others++)
		others[nr_others].pid = start_small();
	for (i = before; i < nr_others; i++)
		if (others[i].pid < 0 || !proc_wait_state(others[i].pid, 'T'))
			return false;
	for (i = before; i < nr_others; i++) {
		begin = now_ns();
		if (lens_watch(others[i].pid))
			return false;
		us[i - before] = since_us(begin);
	}
	if (nr_others > before)
		say(nr, "watch us", spread_of(us, nr_others - before));
	return true;
}

/* Of the target alone. */
static void scan_one(size_t nr, const char *metric)
{
	double us[ROUNDS];
	size_t i;

	for (i = 0; i < ROUNDS; i++) {
		uint64_t begin = now_ns();

		rivals[0].ask(&target);
		us[i] = since_us(begin);
	}
	say(nr, metric, spread_of(us, ROUNDS));
}

static double ask_all(const struct rival *rival)
{
	uint64_t begin = now_ns();
	size_t i;

	for (i = 0; i < nr_others; i++)
		rival->ask(&others[i]);
	rival->ask(&target);
	return since_us(begin);
}

/* Of what there is to read of a process: what numalens has published, and numa_maps. */
static void compare_all(size_t nr)
{
	enum { SCAN, SNAPSHOT, NUMA_MAPS, NR };
	double us[NR][ROUNDS], over[NR][ROUNDS];
	char metric[64];
	size_t i, j;

	for (i = 0; i < ROUNDS; i++) {
		for (j = 0; j < NR; j++) {
			us[j][i] = ask_all(&rivals[j]) / nr;
			over[j][i] = us[j][i] / us[SCAN][i];
		}
	}
	for (j = 0; j < NR; j++) {
		snprintf(metric, sizeof(metric), "%s us, of each", rivals[j].name);
		say(nr, metric, spread_of(us[j], ROUNDS));
		snprintf(metric, sizeof(metric), "%s/scan", rivals[j].name);
		if (j)
			say(nr, metric, spread_of(over[j], ROUNDS));
	}
}

/* --- the background ------------------------------------------------------------ */

static uint64_t generations(void)
{
	uint64_t sum = lens_value(target.pid, "generation");
	size_t i;

	for (i = 0; i < nr_others; i++)
		sum += lens_value(others[i].pid, "generation");
	return sum;
}

static void refresh_all(unsigned int ms)
{
	char text[16];
	size_t i;

	snprintf(text, sizeof(text), "%u\n", ms);
	for (i = 0; i < nr_others; i++)
		text_puts(lens_path(others[i].pid, "refresh_ms"), text);
	text_puts(lens_path(target.pid, "refresh_ms"), text);
}

/**
 * struct window - a while of background work
 * @us: that a scan took
 * @percent: of a CPU that all took
 * @late: by how much a scan came later than it should, as a factor
 */
struct window {
	double us, percent, late;
};

static struct window look(size_t nr, double idle_percent)
{
	uint64_t begin = now_ns(), scans = generations(), busy = proc_workers_ns();
	struct window window;
	double us;

	sleep_ms(WINDOW_MS);
	busy = proc_workers_ns() - busy;
	scans = generations() - scans;
	us = since_us(begin);
	window.percent = busy / 1e3 / us * 100 - idle_percent;
	window.us = scans ? us * window.percent / 100 / scans : 0;
	window.late = scans ? us / 1e3 / REFRESH_MS * nr / scans : 0;
	return window;
}

static void background(size_t nr)
{
	double us[WINDOWS], percent[WINDOWS], late[WINDOWS];
	double idle = look(nr, 0).percent;
	size_t i;

	refresh_all(REFRESH_MS);
	sleep_ms(WINDOW_MS);
	for (i = 0; i < WINDOWS; i++) {
		struct window window = look(nr, idle);

		us[i] = window.us;
		percent[i] = window.percent;
		late[i] = window.late;
	}
	scan_one(nr, "one scan us, others refreshed");
	refresh_all(0);
	say(nr, "refresh us, of each", spread_of(us, WINDOWS));
	say(nr, "refresh, % of a CPU", spread_of(percent, WINDOWS));
	say(nr, "refresh, times later than asked", spread_of(late, WINDOWS));
}

/* ------------------------------------------------------------------------------- */

int main(int argc, char **argv)
{
	static const size_t nrs[] = { 1, 10, 100, 1000 };
	bool brief = argc > 1 && !strcmp(argv[1], "--brief");
	struct lens_settings settings;
	size_t i;

	need(1);
	lens_settings_get(&settings);
	balancing_off();
	lens_set("refresh_ms", 0);
	lens_set("max_watched", MAX);
	lens_set("cpu_limit_bp", 10000);
	target.pid = layout_start(&target_layout, &target.mem);
	if (target.pid < 0 || lens_watch(target.pid))
		return 1;
	printf("Medians and quartiles, in microseconds; refreshed every %d ms.\n\n", REFRESH_MS);
	for (i = 0; i < ARRAY_SIZE(nrs) - brief; i++) {
		if (!watch_until(nrs[i])) {
			printf("%zu processes can't be watched\n", nrs[i]);
			return 1;
		}
		scan_one(nrs[i], "one scan us");
		compare_all(nrs[i]);
		if (!brief)
			background(nrs[i]);
	}
	lens_unwatch_all();
	return lens_settings_put(&settings) ? 1 : 0;
}
