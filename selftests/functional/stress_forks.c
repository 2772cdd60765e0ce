// SPDX-License-Identifier: GPL-2.0
/*
 * Counting while processes come and go: a fork bomb, and images that live
 * shortly, all of them watched from birth by follow_forks.
 *
 * Oracles: the number of pages that a survivor touches meanwhile; the kernel's
 * log.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/need.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/survivor.h"
#include "../lib/text.h"
#include "../lib/watched.h"

/* of the fork bomb: 2^4 at once, again and again */
#define DEPTH		4
#define BOMBS		8
#define EXECS		60
#define REST_MS		20

static int first, last;

/* generations of two children for each, waited for */
static void bomb(int depth)
{
	int i;

	for (i = 0; depth && i < 2; i++) {
		pid_t child = fork();

		if (!child) {
			bomb(depth - 1);
			_exit(0);
		}
	}
	while (waitpid(-1, NULL, 0) > 0)
		;
}

static long act_bomb(long a, long b, long c)
{
	while (b--) {
		bomb(a);
		sleep_ms(REST_MS);
	}
	return 0;
}

static struct puppet *follow(const int *nids, int nr)
{
	struct puppet *puppet = watched_start(nids, nr);

	return puppet && !text_puts(lens_path(puppet_pid(puppet),
					      "follow_forks"), "on\n") ?
	       puppet : NULL;
}

static int fork_bomb(void)
{
	int nids[] = { PUPPET_ANYWHERE };
	struct puppet *bomber;

	klog_begin();
	bomber = survivor_start(last) ? follow(nids, 1) : NULL;
	if (!bomber)
		return fail("can't be started and watched");
	/* some of them find no room */
	lens_set("max_watched", BOMBS * (1 << DEPTH));
	survivor_go();
	puppet_do(bomber, 0, act_bomb, DEPTH, BOMBS, 0);
	return survivor_check();
}

/* a child that executes an image that ends at once, @a times */
static long act_exec(long a, long b, long c)
{
	while (a--) {
		pid_t child = fork();

		if (!child) {
			execl("/bin/true", "true", NULL);
			_exit(0);
		}
		waitpid(child, NULL, 0);
	}
	return 0;
}

static int execs(void)
{
	int nids[] = { first, last };
	struct puppet *puppet;

	klog_begin();
	puppet = survivor_start(last) ? follow(nids, 2) : NULL;
	if (!puppet)
		return fail("can't be started and watched");
	survivor_go();
	puppet_begin(puppet, 0, act_exec, EXECS / 2, 0, 0);
	puppet_do(puppet, 1, act_exec, EXECS / 2, 0, 0);
	puppet_wait(puppet, 0);
	return survivor_check();
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a fork bomb", fork_bomb },
		{ "images that live shortly", execs },
	};

	need_events(2);
	need_two(&first, &last);
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
