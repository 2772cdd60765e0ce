// SPDX-License-Identifier: GPL-2.0
/*
 * The part that asks for scans: two processes at once, of what forks, what touches,
 * what has many VMAs of every kind, and what has many threads.
 */
#include "soak.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "areas.h"
#include "array.h"
#include "case.h"
#include "compare.h"
#include "lens.h"
#include "proc.h"
#include "puppet.h"
#include "snapshot.h"

#define VMAS		200
#define HUGE		1024
#define SHARED		600
#define THREADS		8

static struct puppet *scanners[2];
static uint64_t generation[SOAK_TARGETS];

static long act_scans(long a, long b, long c)
{
	struct soak *soak = (struct soak *)c;
	long i;
	int ret;

	for (i = 0; i < a; i++) {
		int which = (i + b) % soak->nr_targets;

		ret = lens_scan(soak->target[which]);
		if (ret)
			return fail("scan of %d: %s", soak->target[which], strerror(-ret));
		__atomic_add_fetch(&soak->scanned[which], 1, __ATOMIC_RELAXED);
	}
	soak_did(soak, SOAK_SCANS, a);
	return CASE_PASS;
}

static void map_and_sleep(void)
{
	size_t page = getpagesize();
	char *shared = mmap(NULL, SHARED * page, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long many = do_map(VMAS, 0, 0), huge = do_map(HUGE, 1, 0), i;

	/* a kernel may have no huge pages */
	if (huge < 0)
		huge = do_map(HUGE, 0, 0);
	if (shared == MAP_FAILED || many < 0 || huge < 0)
		_exit(1);
	do_touch((long)shared, SHARED / 2, 0);
	do_touch(huge, HUGE, 0);
	do_touch(many, VMAS, 0);
	/* neighbours that differ don't merge */
	for (i = 1; i < VMAS; i += 2)
		mprotect((char *)many + i * page, page, PROT_READ);
	for (;;)
		pause();
}

static int start_targets(struct soak *soak)
{
	int nids[THREADS], i;
	struct puppet *crowd;
	pid_t pid = proc_fork();

	if (!pid)
		map_and_sleep();
	for (i = 0; i < THREADS; i++)
		nids[i] = soak->nids[i % 2];
	crowd = puppet_start(nids, THREADS);
	if (!crowd || !proc_wait_state(pid, 'S'))
		return fail("can't be started");
	soak->target[soak->nr_targets++] = pid;
	soak->target[soak->nr_targets++] = puppet_pid(crowd);
	return soak_watch(soak, pid) || soak_watch(soak, puppet_pid(crowd)) ?
		fail("can't be watched") : CASE_PASS;
}

/* The last part to start: it scans what others have started. */
int soak_scans_start(struct soak *soak)
{
	int nid = PUPPET_ANYWHERE, i, ret = start_targets(soak);

	for (i = 0; i < soak->nr_targets; i++)
		generation[i] = lens_value(soak->target[i], "generation");
	for (i = 0; i < (int)ARRAY_SIZE(scanners); i++) {
		scanners[i] = puppet_start(&nid, 1);
		if (!scanners[i])
			return fail("can't be started");
	}
	return ret;
}

void soak_scans_begin(struct soak *soak, uint64_t nr)
{
	puppet_begin(scanners[0], 0, act_scans, nr / 2, 0, (long)soak);
	puppet_begin(scanners[1], 0, act_scans, nr - nr / 2, 1, (long)soak);
}

int soak_scans_wait(struct soak *soak)
{
	int bad = puppet_wait(scanners[0], 0);

	return puppet_wait(scanners[1], 0) || bad ? CASE_FAIL : CASE_PASS;
}

int soak_scans_counted(struct soak *soak)
{
	uint64_t sum = 0, now;
	int i, bad = 0;

	for (i = 0; i < soak->nr_targets; i++) {
		now = lens_value(soak->target[i], "generation") - generation[i];
		note("%" PRIu64 " scans of process %d", now, i);
		if (now != soak->scanned[i])
			bad += fail("%" PRIu64 " were asked for", soak->scanned[i]);
		sum += now;
	}
	return bad || sum != soak->done[SOAK_SCANS] ? CASE_FAIL : CASE_PASS;
}

static int target_right(pid_t pid)
{
	struct snapshot snap;
	struct areas areas;
	struct view view;
	int bad;

	if (!proc_stop(pid) || lens_scan(pid) || areas_read(pid, &areas, false) ||
	    snapshot_read(pid, &snap))
		return fail("%d can't be scanned and read", pid);
	view = (struct view){ "snapshot", snap.vmas, snap.nr_vmas, snap.nodes,
			      snap.head.nr_nodes, false };
	bad = compare_ranges(&areas, &view) + compare_nodes(&areas, &view) +
	      snapshot_sums(&snap);
	snapshot_free(&snap);
	areas_free(&areas);
	proc_cont(pid);
	return bad;
}

int soak_scans_right(struct soak *soak)
{
	int i, bad = 0;

	for (i = 0; i < soak->nr_targets; i++)
		bad += target_right(soak->target[i]);
	return bad ? CASE_FAIL : CASE_PASS;
}
