// SPDX-License-Identifier: GPL-2.0
/*
 * Bug: a page table with many PROT_NONE entries let both of the walk's cursors
 * point to the same run of frames, and every page of the tables behind it was
 * counted twice.
 *
 * Oracle: numa_maps of the sleeping process.
 */
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
#include "../lib/proc.h"
#include "../lib/snapshot.h"

#define HUGE	(2UL << 20)
#define TABLES	6

/* Page tables without access and with, in turn. */
static void process_run(void)
{
	char *addr = mmap(NULL, TABLES * HUGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int i;

	madvise(addr, TABLES * HUGE, MADV_NOHUGEPAGE);
	memset(addr, 1, TABLES * HUGE);
	for (i = 1; i < TABLES; i += 2)
		mprotect(addr + i * HUGE, HUGE, PROT_NONE);
	for (;;)
		pause();
}

static int same_pages(void)
{
	struct snapshot snap;
	struct areas areas;
	struct view view;
	pid_t pid = proc_fork();

	if (!pid)
		process_run();
	if (!proc_wait_state(pid, 'S') || lens_watch(pid))
		return fail("can't be watched");
	if (areas_read(pid, &areas, false) || snapshot_read(pid, &snap))
		return fail("can't be read");
	view = (struct view){ "snapshot", snap.vmas, snap.nr_vmas, snap.nodes,
			      snap.head.nr_nodes, false };
	return compare_nodes(&areas, &view) ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "pages behind PROT_NONE ones count once", same_pages },
	};

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	return cases_run(cases, ARRAY_SIZE(cases), 30);
}
