// SPDX-License-Identifier: GPL-2.0
/* The part that forks: two processes by vfork(2), each on a node, and one by fork(2). */
#include "soak.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "array.h"
#include "case.h"
#include "lens.h"
#include "matrix.h"
#include "mayfly.h"
#include "puppet.h"
#include "text.h"

/* of so many children one is made by fork(2), which takes longer */
#define FORK_EVERY	16
/* what such a child copies of its parent's before it executes */
#define COPIES_MAX	32
#define WARM_UP		4

static struct puppet *forkers[3];
#define BY_FORK		2

static long act_forks(long a, long b, long c)
{
	long nr = do_mayflies(a, b, 0);

	soak_did((struct soak *)c, SOAK_FORKS, nr);
	return nr == a ? CASE_PASS : fail("%ld of %ld mayflies lived", nr, a);
}

int soak_forks_start(struct soak *soak)
{
	unsigned int i;

	if (mayfly_prepare())
		return fail("workloads/mayfly can't be read");
	for (i = 0; i < ARRAY_SIZE(forkers); i++) {
		int nid = i == BY_FORK ? PUPPET_ANYWHERE : soak->nids[i];
		pid_t pid;

		forkers[i] = puppet_start(&nid, 1);
		if (!forkers[i])
			return fail("can't be started");
		pid = puppet_pid(forkers[i]);
		if (puppet_do(forkers[i], 0, do_mayflies, WARM_UP, i == BY_FORK, 0) != WARM_UP)
			return fail("a mayfly does not live");
		if (soak_watch(soak, pid) || text_puts(lens_path(pid, "follow_forks"), "on\n"))
			return fail("can't be watched");
	}
	soak->target[soak->nr_targets++] = puppet_pid(forkers[BY_FORK]);
	return lens_get("nr_missed", &soak->missed) ? fail("no nr_missed") : CASE_PASS;
}

void soak_forks_begin(struct soak *soak, uint64_t nr)
{
	uint64_t by_fork = nr / FORK_EVERY, half = (nr - by_fork) / 2;

	puppet_begin(forkers[0], 0, act_forks, half, false, (long)soak);
	puppet_begin(forkers[1], 0, act_forks, nr - by_fork - half, false, (long)soak);
	puppet_begin(forkers[BY_FORK], 0, act_forks, by_fork, true, (long)soak);
}

int soak_forks_wait(struct soak *soak)
{
	int bad = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(forkers); i++)
		bad += puppet_wait(forkers[i], 0);
	return bad ? CASE_FAIL : CASE_PASS;
}

int soak_forks_touched(const struct soak *soak, pid_t child)
{
	static struct matrix matrix, want;
	uint64_t parent = lens_value(child, "parent"), sum;
	int ret = lens_matrix(child, "first_touch/matrix", &matrix);
	unsigned int i;

	if (ret)
		return fail("first_touch of %d: %s", child, strerror(-ret));
	for (i = 0; i < ARRAY_SIZE(forkers) && puppet_pid(forkers[i]) != (pid_t)parent; i++)
		;
	if (i == ARRAY_SIZE(forkers))
		return fail("parent of %d is %" PRIu64, child, parent);
	if (i == BY_FORK) {
		sum = matrix_sum(&matrix) - child % MAYFLY_PAGES;
		return sum <= COPIES_MAX ? CASE_PASS :
			fail("%d touched %" PRIu64 " pages", child, matrix_sum(&matrix));
	}
	memset(&want, 0, sizeof(want));
	want.at[soak->nids[i]][soak->nids[i]] = child % MAYFLY_PAGES;
	return matrix_differ("a mayfly's pages", &matrix, &want) ? CASE_FAIL : CASE_PASS;
}
