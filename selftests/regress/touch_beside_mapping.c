// SPDX-License-Identifier: GPL-2.0
/*
 * Bug: pages that a thread touched while another of the process held the mmap_lock for
 * write were taken for what khugepaged makes, and not counted. Since faults need but the
 * lock of their VMA that happens whenever a thread maps, unmaps or protects.
 *
 * Oracle: the pages that were touched, and getrusage(2), which counts a fault for each.
 */
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/events.h"
#include "../lib/lens.h"
#include "../lib/puppet.h"

#define PAGES	500
#define ROUNDS	40
/* what is protected at a time takes longer than a good many faults */
#define PROTECTED	16384

enum { TOUCHES, PROTECTS, NR_THREADS };

/* The lock is held for write for almost all of it. */
static long act_protect(long a, long b, long c)
{
	void *addr = (void *)a;
	size_t len = b * getpagesize();

	while (!puppet_stopped())
		if (mprotect(addr, len, PROT_READ) ||
		    mprotect(addr, len, PROT_READ | PROT_WRITE))
			return -1;
	return 0;
}

/* Return: its minor faults. */
static long act_touch(long a, long b, long c)
{
	struct rusage began, ended;
	long i;

	getrusage(RUSAGE_THREAD, &began);
	for (i = 0; i < c; i++) {
		do_touch(a, b, 0);
		if (madvise((void *)a, b * getpagesize(), MADV_DONTNEED))
			return -1;
	}
	getrusage(RUSAGE_THREAD, &ended);
	return ended.ru_minflt - began.ru_minflt;
}

static int all_counted(void)
{
	const int nids[NR_THREADS] = { PUPPET_ANYWHERE, PUPPET_ANYWHERE };
	struct puppet *puppet = puppet_start(nids, NR_THREADS);
	struct touches before, after;
	long protected, touched, faults, counted;
	int bad;

	if (!puppet)
		return fail("can't be started");
	protected = puppet_do(puppet, PROTECTS, do_map, PROTECTED, 0, 0);
	touched = puppet_do(puppet, TOUCHES, do_map, PAGES, 0, 0);
	if (protected < 0 || touched < 0)
		return fail("no memory");
	puppet_do(puppet, PROTECTS, do_touch, protected, PROTECTED, 0);
	/* tables and all: what comes then is a fault for each page */
	if (puppet_do(puppet, TOUCHES, act_touch, touched, PAGES, 1) < 0)
		return fail("no memory");
	if (lens_watch(puppet_pid(puppet)) || touches_read(puppet_pid(puppet), &before))
		return fail("can't be watched");

	puppet_begin(puppet, PROTECTS, act_protect, protected, PROTECTED, 0);
	faults = puppet_do(puppet, TOUCHES, act_touch, touched, PAGES, ROUNDS);
	puppet_stop(puppet);
	bad = touches_read(puppet_pid(puppet), &after);
	touches_sub(&after, &before);

	counted = matrix_sum(&after.kind[TOUCH_ANON]);
	note("%ld faults for %d pages", faults, PAGES * ROUNDS);
	if (puppet_result(puppet, PROTECTS) || faults < PAGES * ROUNDS)
		bad += fail("that is not what was to be done");
	if (counted < PAGES * ROUNDS || counted > faults)
		bad += fail("%ld first touches", counted);
	return bad ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a page touched while another thread protects", all_counted },
	};

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
