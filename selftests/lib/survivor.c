// SPDX-License-Identifier: GPL-2.0
#include "survivor.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "balancing.h"
#include "case.h"
#include "klog.h"
#include "lens.h"
#include "matrix.h"
#include "proc.h"
#include "puppet.h"
#include "text.h"
#include "watched.h"

#define WATCHED_MAX	8192
#define REST_MS		5
#define REFRESH_MS	50

static struct puppet *survivor;
static int home;
static long addr;

bool survivor_start(int nid)
{
	lens_set("refresh_ms", REFRESH_MS);
	balancing_off();
	home = nid;
	survivor = watched_start(&home, 1);
	if (!survivor)
		return false;
	addr = puppet_do(survivor, 0, do_map, SURVIVOR_PAGES, 0, 0);
	return true;
}

pid_t survivor_pid(void)
{
	return puppet_pid(survivor);
}

long do_again(long a, long b, long c)
{
	long nr = 0;

	do {
		do_touch(a, b, 0);
		madvise((void *)a, b * getpagesize(), MADV_DONTNEED);
		nr++;
		sleep_ms(REST_MS);
	} while (!puppet_stopped());
	return nr;
}

void survivor_go(void)
{
	puppet_begin(survivor, 0, do_again, addr, SURVIVOR_PAGES, 0);
}

int survivor_reset(void)
{
	const char *events;

	puppet_stop(survivor);
	events = lens_path(survivor_pid(), "events");
	return text_puts(events, "off\n") ?: text_puts(events, "on\n");
}

static void unwatch_others(void)
{
	static pid_t pids[WATCHED_MAX];
	int nr = lens_watched(pids, WATCHED_MAX);

	while (nr-- > 0)
		if (pids[nr] != survivor_pid())
			lens_unwatch(pids[nr]);
}

static int survivor_right(void)
{
	struct matrix matrix, truth = { 0 };
	uint64_t rounds;
	char name[64];

	puppet_stop(survivor);
	rounds = puppet_result(survivor, 0);
	note("%" PRIu64 " times %d pages", rounds, SURVIVOR_PAGES);
	if (lens_scan(survivor_pid()))
		return fail("the survivor can't be scanned");
	snprintf(name, sizeof(name), "vmas/%lx-%lx/first_touch", addr,
		 addr + SURVIVOR_PAGES * getpagesize());
	if (lens_matrix(survivor_pid(), name, &matrix))
		return fail("%s can't be read", name);
	truth.at[home][home] = rounds * SURVIVOR_PAGES;
	return matrix_differ(name, &matrix, &truth) ? CASE_FAIL : CASE_PASS;
}

int survivor_check(void)
{
	int ret = survivor_right();

	unwatch_others();
	return klog_complaints() ? CASE_FAIL : ret;
}

struct puppet *load_start(int one, int other, int nr)
{
	int nids[PUPPET_MAX] = { one }, i;
	struct puppet *load;
	long at;

	for (i = 0; i < nr; i++)
		nids[i] = i % 2 ? other : one;
	load = puppet_start(nids, nr);
	for (i = 0; load && i < nr; i++) {
		at = puppet_do(load, i, do_map, SURVIVOR_PAGES, 0, 0);
		puppet_begin(load, i, do_again, at, SURVIVOR_PAGES, 0);
	}
	return load;
}
