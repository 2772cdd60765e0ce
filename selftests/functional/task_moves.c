// SPDX-License-Identifier: GPL-2.0
/*
 * Moves of threads between nodes, by cause, of the process and of its threads:
 * by affinity, by NUMA balancing (move and swap), at wakeups, by the load
 * balancer, and away from a CPU that goes offline.
 *
 * Oracle: sched_migrate_task, and the other events of the scheduler that say
 * why; recorded at the same time.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/crossings.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/text.h"
#include "../lib/watched.h"

#define PAGES		2048
#define LONG_NS		30000000000ULL
/* of burning that is told to stop */
#define LONG_MS		600000
#define HOPS		50

static int first, last;
static struct crossings seen;

/* What both say of the time since the watch. */
static int check(struct puppet *puppet)
{
	pid_t pid = puppet_pid(puppet);
	struct matrix matrix;
	char name[64];
	int i, bad = 0;

	for (i = 0; i < NR_CROSSING_CAUSES; i++)
		if (matrix_sum(&seen.cause[i]))
			note("%s: %" PRIu64, crossing_files[i],
			     matrix_sum(&seen.cause[i]));
	if (lens_scan(pid) || lens_matrix(pid, "task_moves/matrix", &matrix))
		return fail("task_moves/matrix can't be read");
	bad += matrix_differ("matrix", &matrix, &seen.matrix);
	for (i = 0; i < NR_CROSSING_CAUSES; i++) {
		if (lens_matrix(pid, crossing_files[i], &matrix))
			return fail("%s can't be read", crossing_files[i]);
		bad += matrix_differ(crossing_files[i], &matrix,
				     &seen.cause[i]);
	}
	for (i = 0; i < seen.nr_movers; i++) {
		if (!proc_run_ns(pid, seen.mover[i].tid))
			continue;
		snprintf(name, sizeof(name), "threads/%d/task_moves",
			 seen.mover[i].tid);
		if (lens_matrix(pid, name, &matrix))
			return fail("%s can't be read", name);
		bad += matrix_differ(name, &matrix, &seen.mover[i].matrix);
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

static int finish(struct puppet *puppet, bool pinned)
{
	if (crossings_end(&seen, pinned))
		return fail("the trace can't be read");
	return check(puppet);
}

static int saw(enum crossing_cause cause, uint64_t least)
{
	return matrix_sum(&seen.cause[cause]) >= least ? CASE_PASS :
		fail("the kernel did so %" PRIu64 " times only",
		     matrix_sum(&seen.cause[cause]));
}

/* What the scheduler does is up to it: it can be led, and not made to. */
static int saw_any(enum crossing_cause cause)
{
	return matrix_sum(&seen.cause[cause]) ? CASE_PASS :
		skip("the scheduler had no reason to");
}

/* there and back, @a times */
static long act_hop(long a, long b, long c)
{
	while (a--) {
		node_pin(b);
		node_pin(c);
	}
	return 0;
}

static int affinity_of_itself(void)
{
	int nids[] = { first, last };
	struct puppet *puppet = watched_alone(nids, 2);
	int ret;

	if (!puppet)
		return fail("can't be started and watched");
	if (!crossings_begin())
		return skip("the kernel does not trace it");
	puppet_begin(puppet, 0, act_hop, HOPS, last, first);
	puppet_begin(puppet, 1, act_hop, HOPS / 2, first, last);
	puppet_stop(puppet);
	ret = finish(puppet, true);
	if (seen.matrix.at[first][last] != HOPS + HOPS / 2 ||
	    seen.matrix.at[last][first] != HOPS + HOPS / 2)
		return fail("the threads did not hop as they were told");
	return ret;
}

/* @a milliseconds of CPU time, or less when told to stop */
static long act_burn(long a, long b, long c)
{
	uint64_t until = now_ns() + a * 1000000;

	while (now_ns() < until && !puppet_stopped())
		;
	return 0;
}

/* One that runs is pushed; one that sleeps goes elsewhere when it wakes. */
static int affinity_of_another(void)
{
	int nids[] = { first, first };
	struct puppet *puppet = watched_alone(nids, 2);
	int i, ret;

	if (!puppet)
		return fail("can't be started and watched");
	if (!crossings_begin())
		return skip("the kernel does not trace it");
	puppet_begin(puppet, 0, act_burn, LONG_MS, 0, 0);
	for (i = 0; i < HOPS; i++) {
		int nid = i % 2 ? first : last;

		puppet_allow(puppet_tid(puppet, 0), nid);
		puppet_allow(puppet_tid(puppet, 1), nid);
		puppet_do(puppet, 1, act_burn, 2, 0, 0);
		proc_wait_task(puppet_pid(puppet), puppet_tid(puppet, 1), 'S');
	}
	puppet_stop(puppet);
	ret = finish(puppet, true);
	return ret ?: saw(CROSSED_BY_AFFINITY, 2 * HOPS);
}

/* Is each thread where its memory is? */
static bool placed(struct puppet *puppet, const int *wanted, int nr)
{
	pid_t pid = puppet_pid(puppet);
	int i;

	for (i = 0; i < nr; i++)
		if (crossings_node(proc_last_cpu(pid, puppet_tid(puppet, i))) !=
		    wanted[i])
			return false;
	return true;
}

/*
 * Every thread's memory is bound to the other node. They are let go once all
 * are at work: an idle node would take them for its idleness alone.
 */
static int balanced(const int *nids, const int *wanted, int nr,
		    enum crossing_cause cause)
{
	uint64_t until = now_ns() + LONG_NS;
	struct puppet *puppet = watched_alone(nids, nr);
	long addr;
	int i, ret;

	if (!puppet)
		return fail("can't be started and watched");
	if (!crossings_begin())
		return skip("the kernel does not trace it");
	for (i = 0; i < nr; i++) {
		addr = puppet_do(puppet, i, do_map, PAGES, 0, 0);
		puppet_do(puppet, i, do_bind, addr, PAGES, 1UL << wanted[i]);
		puppet_do(puppet, i, do_touch, addr, PAGES, 0);
		puppet_begin(puppet, i, do_sweep, addr, PAGES, 0);
	}
	balancing_hasty();
	sleep_ms(500);
	for (i = 0; i < nr; i++)
		puppet_allow(puppet_tid(puppet, i), PUPPET_ANYWHERE);
	while (!placed(puppet, wanted, nr) && now_ns() < until)
		sleep_ms(50);
	balancing_off();
	puppet_stop(puppet);
	ret = finish(puppet, false);
	return ret ?: saw_any(cause);
}

static int numa_move(void)
{
	return balanced(&first, &last, 1, CROSSED_BY_NUMA_MOVE);
}

/* No CPU is idle. */
static int numa_swap(void)
{
	int nids[PUPPET_MAX], wanted[PUPPET_MAX], ids[NODES_MAX];
	int i, nr = 0, nr_nodes = nodes_with_cpu(ids, NODES_MAX);
	cpu_set_t set;

	if (nr_nodes != 2)
		return skip("needs two nodes with CPUs, there are %d", nr_nodes);
	for (i = node_cpus(first, &set); i && nr < PUPPET_MAX; i--) {
		nids[nr] = first;
		wanted[nr++] = last;
	}
	for (i = node_cpus(last, &set); i && nr < PUPPET_MAX; i--) {
		nids[nr] = last;
		wanted[nr++] = first;
	}
	return balanced(nids, wanted, nr, CROSSED_BY_NUMA_SWAP);
}

/* @a bytes from @b, one by one; it sleeps for each */
static long act_read(long a, long b, long c)
{
	char byte;

	while (a--)
		if (read(b, &byte, 1) != 1)
			return -1;
	return 0;
}

/* The test wakes it from one node, from the other, and so on. */
static int wakeup(void)
{
	int nids[] = { PUPPET_ANYWHERE };
	struct puppet *puppet;
	int fds[2], i, ret;

	if (pipe(fds))
		return fail("no pipe");
	puppet = watched_alone(nids, 1);
	if (!puppet)
		return fail("can't be started and watched");
	if (!crossings_begin())
		return skip("the kernel does not trace it");
	puppet_begin(puppet, 0, act_read, 4 * HOPS, fds[0], 0);
	for (i = 0; i < 4 * HOPS; i++) {
		puppet_allow(0, i / 4 % 2 ? first : last);
		puppet_quiet(puppet);
		if (write(fds[1], "", 1) != 1)
			return fail("can't write to the pipe");
	}
	puppet_stop(puppet);
	puppet_allow(0, PUPPET_ANYWHERE);
	close(fds[0]);
	close(fds[1]);
	ret = finish(puppet, false);
	return ret ?: saw_any(CROSSED_BY_WAKEUP);
}

/* More threads than the node has CPUs; then they may run where nobody does. */
static int load_balance(void)
{
	int nids[PUPPET_MAX], i, nr, ret;
	struct puppet *puppet;
	cpu_set_t set;

	nr = 2 * node_cpus(first, &set);
	nr = nr < PUPPET_MAX ? nr : PUPPET_MAX;
	for (i = 0; i < nr; i++)
		nids[i] = first;
	puppet = watched_alone(nids, nr);
	if (!puppet)
		return fail("can't be started and watched");
	if (!crossings_begin())
		return skip("the kernel does not trace it");
	for (i = 0; i < nr; i++)
		puppet_begin(puppet, i, act_burn, 3000, 0, 0);
	sleep_ms(200);
	for (i = 0; i < nr; i++)
		puppet_allow(puppet_tid(puppet, i), PUPPET_ANYWHERE);
	for (i = 0; i < nr; i++)
		puppet_wait(puppet, i);
	puppet_quiet(puppet);
	ret = finish(puppet, false);
	return ret ?: saw_any(CROSSED_BY_LOAD_BALANCE);
}

static int cpu_online(int cpu, bool online)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/online",
		 cpu);
	return text_puts(path, online ? "1" : "0");
}

/*
 * The trace does not tell when a CPU could no longer be run on: until then a thread
 * may be balanced away. All moves are known, and that it was driven away.
 */
static int driven_away(pid_t pid)
{
	struct matrix all, driven;

	if (lens_scan(pid) || lens_matrix(pid, "task_moves/matrix", &all) ||
	    lens_matrix(pid, crossing_files[CROSSED_BY_AFFINITY], &driven))
		return fail("task_moves/ can't be read");
	if (matrix_differ("matrix", &all, &seen.matrix))
		return CASE_FAIL;
	return matrix_sum(&driven) ? CASE_PASS : fail("no move was for affinity");
}

/* All CPUs of its node, one after the other: the last drives it away. */
static int cpus_gone(void)
{
	int nids[] = { last };
	struct puppet *puppet = watched_alone(nids, 1);
	cpu_set_t set;
	int cpu, ret = 0;

	if (!puppet)
		return fail("can't be started and watched");
	if (!crossings_begin())
		return skip("the kernel does not trace it");
	node_cpus(last, &set);
	puppet_begin(puppet, 0, act_burn, LONG_MS, 0, 0);
	for (cpu = 0; cpu < CPU_SETSIZE && !ret; cpu++)
		if (CPU_ISSET(cpu, &set))
			ret = cpu_online(cpu, false);
	puppet_stop(puppet);
	if (crossings_end(&seen, true))
		ret = -EIO;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set))
			cpu_online(cpu, true);
	if (ret)
		return skip("CPUs can't be taken offline: %s", strerror(-ret));
	return driven_away(puppet_pid(puppet));
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "threads that set their own affinity", affinity_of_itself },
		{ "threads whose affinity is set", affinity_of_another },
		{ "NUMA balancing moves a thread", numa_move },
		{ "NUMA balancing swaps threads", numa_swap },
		{ "wakeups", wakeup },
		{ "the load balancer", load_balance },
		{ "CPUs that go offline", cpus_gone },
	};

	need_events(2);
	need_two(&first, &last);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 240);
}
