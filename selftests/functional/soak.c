// SPDX-License-Identifier: GPL-2.0
/*
 * A day's worth of events, compressed: processes fork, execute and exit, threads
 * touch pages, others ask for scans, watch and unwatch, all at the same time. After
 * each tenth all of them pause: what the kernel's memory holds then is printed.
 *
 *	NUMALENS_SOAK=PARTS	how much of a day, in parts of a thousand; by default 1
 *
 * Oracles: how many children were forked, and exited in order; the number of each,
 * which says how many pages it touches; the pages that threads were told to touch,
 * and getrusage(2); how often scans were asked for; numa_maps; the slab caches and
 * /proc/meminfo after the first tenth and at the end.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hooks.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/memory.h"
#include "../lib/need.h"
#include "../lib/soak.h"
#include "../lib/text.h"

#define TENTHS		10
#define THOUSAND	1000
#define SECOND		UINT64_C(1000000000)
/* fewer objects more are no leak, however little was done: that is one for each fork */
#define LEAKED_MIN	900
#define LISTED_MAX	64

static const struct part {
	const char *name;
	uint64_t a_day;
	int (*start)(struct soak *soak);
	void (*begin)(struct soak *soak, uint64_t nr);
	int (*wait)(struct soak *soak);
} parts[NR_SOAK_PARTS] = {
	[SOAK_FORKS] = { "fork, exec and exit", 1000000, soak_forks_start, soak_forks_begin,
			 soak_forks_wait },
	[SOAK_FAULTS] = { "faults", 10000000, soak_faults_start, soak_faults_begin,
			  soak_faults_wait },
	[SOAK_SCANS] = { "scans", 100000, soak_scans_start, soak_scans_begin, soak_scans_wait },
	[SOAK_WATCHES] = { "watches", 10000, soak_watches_start, soak_watches_begin,
			   soak_watches_wait },
};

static struct soak *soak;
static uint64_t thousandths = 1, took_ns[NR_SOAK_PARTS];
/* after each tenth */
static struct memory memory[TENTHS];
static int tenths;

/* What is begun at once, and waited for. */
static uint64_t of_a_piece(enum soak_part part)
{
	return parts[part].a_day / THOUSAND / TENTHS;
}

static unsigned int seconds_up(void)
{
	struct timespec up;

	clock_gettime(CLOCK_BOOTTIME, &up);
	return up.tv_sec;
}

/* A scan needs all others to be there. */
static int start_all(void)
{
	static const enum soak_part order[] = {
		SOAK_FORKS, SOAK_FAULTS, SOAK_WATCHES, SOAK_SCANS,
	};
	size_t i;
	int ret = 0;

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 1);
	lens_set("max_thread_dirs", 1);
	for (i = 0; i < ARRAY_SIZE(order) && !ret; i++)
		ret = parts[order[i]].start(soak);
	if (!ret && lens_set("max_watched", soak->nr_own + SOAK_PLACES))
		ret = fail("max_watched can't be set");
	return ret;
}

/* As a table of Documentation/quality.rst. */
static void print_rule(void)
{
	note("=====  ======  =======  =======  ========  ======  =======  ========  =======  =======  ======");
}

static void print_head(void)
{
	print_rule();
	note("tenth  up, s     forks  adopted    faults   scans  watches  slab KiB  vmalloc  kmalloc  kernfs");
	print_rule();
}

static void print_row(void)
{
	const struct memory *now = &memory[tenths - 1];

	note("%5d  %6u  %7" PRIu64 "  %7" PRIu64 "  %8" PRIu64 "  %6" PRIu64 "  %7" PRIu64
	     "  %8" PRIu64 "  %7" PRIu64 "  %7" PRIu64 "  %6" PRIu64, tenths, seconds_up(),
	     soak->done[SOAK_FORKS], soak->adopted, soak->done[SOAK_FAULTS],
	     soak->done[SOAK_SCANS], soak->done[SOAK_WATCHES], now->slab_kb, now->vmalloc_kb,
	     memory_cached_kb(now, "kmalloc-"), memory_cached_kb(now, "kernfs_"));
}

static int do_piece(void)
{
	uint64_t began = now_ns();
	int part, bad = 0;

	for (part = 0; part < NR_SOAK_PARTS; part++)
		parts[part].begin(soak, of_a_piece(part));
	for (part = 0; part < NR_SOAK_PARTS; part++) {
		if (parts[part].wait(soak))
			bad += fail("%s: not all was done", parts[part].name);
		took_ns[part] += soak->ended_ns[part] - began;
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

static int do_tenth(void)
{
	uint64_t i;

	for (i = 0; i < thousandths; i++)
		if (do_piece())
			return CASE_FAIL;
	if (soak_watches_settle(soak))
		return CASE_FAIL;
	/* once, so that names which the kernel remembers are gone when it counts */
	memory_read(&memory[tenths]);
	memory_read(&memory[tenths++]);
	print_row();
	return CASE_PASS;
}

static int everything(void)
{
	int part, ret = start_all();

	note("NUMALENS_SOAK=%" PRIu64 ": thousandths of a day", thousandths);
	print_head();
	while (!ret && tenths < TENTHS)
		ret = do_tenth();
	if (ret)
		return ret;
	print_rule();
	for (part = 0; part < NR_SOAK_PARTS; part++)
		note("%s: %" PRIu64 " in %" PRIu64 " s", parts[part].name, soak->done[part],
		     took_ns[part] / SECOND);
	note("%" PRIu64 " times a watch waited for a place", soak->full);
	return CASE_PASS;
}

/* What is counted of a part of it shows nothing. */
static int all_done(void)
{
	return tenths == TENTHS ? CASE_PASS : fail("it did not come to its end");
}

/* Each tenth has seen to it that adopted and missed are those that were forked. */
static int all_forks(void)
{
	uint64_t missed;

	if (all_done() || lens_get("nr_missed", &missed))
		return CASE_FAIL;
	missed -= soak->missed;
	note("%" PRIu64 " forked: %" PRIu64 " adopted, %" PRIu64 " missed",
	     soak->done[SOAK_FORKS], soak->adopted, missed);
	if (soak->done[SOAK_FORKS] != parts[SOAK_FORKS].a_day / THOUSAND * thousandths)
		return fail("not as many as should be");
	/* other watches may hold a place for long */
	if (soak->adopted < TENTHS * SOAK_PLACES / 2 || !missed)
		return fail("there was room for more, or for all");
	return soak->adopted + missed == soak->done[SOAK_FORKS] ? CASE_PASS :
		fail("not all are accounted for");
}

static int children_touched(void)
{
	if (all_done())
		return CASE_FAIL;
	return soak->wrong ? fail("%" PRIu64 " of %" PRIu64 " are wrong", soak->wrong,
				  soak->adopted) : CASE_PASS;
}

static int all_scans(void)
{
	return all_done() || soak_scans_counted(soak) ? CASE_FAIL : CASE_PASS;
}

static int scans_right(void)
{
	return all_done() || soak_scans_right(soak) ? CASE_FAIL : CASE_PASS;
}

static int all_faults(void)
{
	return all_done() || soak_faults_counted(soak) ? CASE_FAIL : CASE_PASS;
}

static int nothing_left(void)
{
	pid_t pids[LISTED_MAX];
	uint64_t nr = 0;
	int i;

	lens_get("nr_watched", &nr);
	if (nr != (uint64_t)soak->nr_own)
		return fail("%" PRIu64 " are watched, not %d", nr, soak->nr_own);
	for (i = 0; i < soak->nr_own; i++)
		if (lens_unwatch(soak->own[i]))
			return fail("one can't be unwatched");
	lens_get("nr_watched", &nr);
	if (nr || lens_watched(pids, LISTED_MAX))
		return fail("%" PRIu64 " are watched still", nr);
	if (hooks_gone())
		return fail("hooks are left");
	return klog_complaints() ? CASE_FAIL : CASE_PASS;
}

/*
 * What the first tenth leaves in caches is left once. After that, an object for each
 * watch would be a leak.
 */
static int memory_flat(void)
{
	uint64_t nr = of_a_piece(SOAK_WATCHES) * thousandths * (TENTHS - 1);
	struct memory after;

	if (all_done())
		return CASE_FAIL;
	return memory_leaks(&memory[0], &after, nr > LEAKED_MIN ? nr : LEAKED_MIN) ?
		CASE_FAIL : CASE_PASS;
}

/* Of a run that broke off: children that were followed. */
static void unwatch_others(void)
{
	pid_t pids[LISTED_MAX];
	int nr = lens_watched(pids, LISTED_MAX);

	while (nr > 0)
		lens_unwatch(pids[--nr]);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "all at once, in tenths", everything },
		{ "children: adopted or missed, each", all_forks },
		{ "children: what they touched", children_touched },
		{ "scans: generations", all_scans },
		{ "scans: as numa_maps says", scans_right },
		{ "faults: by process, thread and VMA", all_faults },
		{ "nothing is left", nothing_left },
		{ "memory is flat", memory_flat },
	};
	const char *text = getenv("NUMALENS_SOAK");
	int ret;

	if (text && *text)
		thousandths = strtoull(text, NULL, 10);
	need_events(2);
	soak = soak_alloc();
	if (!soak || !thousandths)
		skip_all(soak ? "NUMALENS_SOAK is no number of parts" : "no memory");
	need_two(&soak->nids[0], &soak->nids[1]);
	balancing_off();
	klog_begin();
	cases_keep();
	ret = cases_run(cases, ARRAY_SIZE(cases), 60 + 15 * thousandths);
	unwatch_others();
	return ret;
}
