// SPDX-License-Identifier: GPL-2.0
/*
 * The part that watches and unwatches processes which sleep. Children that are
 * followed take all places: it takes one away from a child that has exited, and
 * has to be quick to get it.
 */
#include "soak.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "case.h"
#include "lens.h"
#include "proc.h"
#include "puppet.h"
#include "text.h"

#define SLEEPERS	4
#define PAGES_EACH	500
#define LISTED_MAX	64
#define LONG_NS		60000000000ULL

static struct puppet *keeper;
static pid_t sleepers[SLEEPERS];

static bool is_own(const struct soak *soak, pid_t pid)
{
	int i;

	for (i = 0; i < soak->nr_own && soak->own[i] != pid; i++)
		;
	return i < soak->nr_own;
}

/* Unwatch children that have exited, at most @max; their counters are settled first. */
static int reap(struct soak *soak, int max)
{
	pid_t pids[LISTED_MAX];
	int nr = lens_watched(pids, LISTED_MAX), i, reaped = 0;

	for (i = 0; i < nr && reaped < max; i++) {
		if (is_own(soak, pids[i]) || lens_scan(pids[i]) != -ESRCH)
			continue;
		soak->wrong += soak_forks_touched(soak, pids[i]);
		if (lens_unwatch(pids[i])) {
			soak->wrong += fail("%d can't be unwatched", pids[i]);
			break;
		}
		soak->adopted++;
		reaped++;
	}
	return reaped;
}

static long act_reap(long a, long b, long c)
{
	return reap((struct soak *)c, a);
}

/* Return: 0, or an errno; waits for a place. */
static int watch(struct soak *soak, pid_t pid)
{
	uint64_t until = now_ns() + LONG_NS * patience();
	int ret;

	while ((ret = lens_watch(pid)) == -ENOSPC && now_ns() < until) {
		soak->full++;
		if (!reap(soak, 1))
			sleep_ms(1);
	}
	return ret;
}

static long act_watches(long a, long b, long c)
{
	struct soak *soak = (struct soak *)c;
	uint64_t generation;
	long i;
	int ret;

	for (i = 0; i < a; i++) {
		pid_t pid = sleepers[i % SLEEPERS];

		ret = watch(soak, pid);
		if (ret)
			return fail("watch: %s", strerror(-ret));
		generation = lens_value(pid, "generation");
		if (generation != 1)
			return fail("generation is %" PRIu64, generation);
		ret = lens_unwatch(pid);
		if (ret)
			return fail("unwatch: %s", strerror(-ret));
	}
	soak_did(soak, SOAK_WATCHES, a);
	return CASE_PASS;
}

int soak_watches_start(struct soak *soak)
{
	int nid = PUPPET_ANYWHERE, i;

	for (i = 0; i < SLEEPERS; i++) {
		sleepers[i] = proc_fork();
		if (!sleepers[i]) {
			do_touch(do_map(PAGES_EACH, 0, 0), i * PAGES_EACH / SLEEPERS, 0);
			for (;;)
				pause();
		}
	}
	keeper = puppet_start(&nid, 1);
	return keeper ? CASE_PASS : fail("can't be started");
}

void soak_watches_begin(struct soak *soak, uint64_t nr)
{
	puppet_begin(keeper, 0, act_watches, nr, 0, (long)soak);
}

int soak_watches_wait(struct soak *soak)
{
	return puppet_wait(keeper, 0);
}

int soak_watches_settle(struct soak *soak)
{
	uint64_t until = now_ns() + LONG_NS * patience(), missed = 0, nr = 0, own = soak->nr_own;

	do {
		if (!puppet_do(keeper, 0, act_reap, LISTED_MAX, 0, (long)soak))
			sleep_ms(5);
		if (lens_get("nr_missed", &missed) || lens_get("nr_watched", &nr))
			return fail("can't be read");
		if (nr == own && soak->adopted + missed - soak->missed == soak->done[SOAK_FORKS])
			return CASE_PASS;
	} while (now_ns() < until);
	return fail("%" PRIu64 " adopted, %" PRIu64 " missed; %" PRIu64 " watched, not %" PRIu64,
		    soak->adopted, missed - soak->missed, nr, own);
}
