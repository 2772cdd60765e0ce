// SPDX-License-Identifier: GPL-2.0
/*
 * A process is killed while it is scanned and its pages are moved to and fro.
 *
 * Oracles: the number of pages that a survivor touches meanwhile; the kernel's
 * log.
 */
#include <signal.h>
#include <sys/syscall.h>
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

#define VICTIMS		12
/* how much longer each of them lives than the one before */
#define LONGER_MS	10

static int first, last;

static pid_t killer_start(pid_t victim, unsigned int ms)
{
	pid_t pid = proc_fork();

	if (pid)
		return pid;
	sleep_ms(ms);
	kill(victim, SIGKILL);
	_exit(0);
}

static int kill_one(int nr)
{
	unsigned long from = 1UL << first, to = 1UL << last;
	int nids[] = { first, last }, i;
	struct puppet *victim = watched_start(nids, 2);
	pid_t pid, killer;
	long at;

	if (!victim)
		return fail("can't be started and watched");
	pid = puppet_pid(victim);
	for (i = 0; i < 2; i++) {
		at = puppet_do(victim, i, do_map, SURVIVOR_PAGES, 0, 0);
		puppet_begin(victim, i, do_again, at, SURVIVOR_PAGES, 0);
	}
	killer = killer_start(pid, nr * LONGER_MS);
	while (proc_state(pid) != 'Z') {
		syscall(SYS_migrate_pages, pid, 64, &from, &to);
		lens_scan(pid);
		syscall(SYS_migrate_pages, pid, 64, &to, &from);
	}
	puppet_end(victim);
	proc_end(killer);
	return CASE_PASS;
}

static int killed(void)
{
	int i, ret = CASE_PASS;

	klog_begin();
	if (!survivor_start(last))
		return fail("can't be started and watched");
	survivor_go();
	for (i = 1; i <= VICTIMS && !ret; i++)
		ret = kill_one(i);
	return survivor_check() ?: ret;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "killed while scanned and moved", killed },
	};

	need_events(2);
	need_two(&first, &last);
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
