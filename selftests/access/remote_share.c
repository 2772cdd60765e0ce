// SPDX-License-Identifier: GPL-2.0
/*
 * How remote a process really reads, beside what numalens says of it: remote_bp,
 * which supposes that all pages are used alike, and the remote share of the
 * hinting faults, which are a sample.
 *
 * Oracle: a plugin of the QEMU that the guest runs in counts every load, by the
 * virtual CPU and the physical memory that it reaches. No kernel is asked.
 *
 * Where NUMA balancing samples what is used, hinting faults must come within 10
 * points of the truth, whether it moves the pages or not. What is wrong by nature
 * is stated: remote_bp where not all pages are used alike, and hinting faults
 * where some pages are used much more than others, since each is sampled once in
 * a round however often it is used.
 */
#include <inttypes.h>
#include <math.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "../lib/accesses.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/plugin.h"
#include "../lib/proc.h"
#include "../lib/readers.h"
#include "../lib/text.h"

#define WARM_UP_MS	2000
#define SECONDS		12
#define POINTS		10
#define FAULTS_MIN	1000
/* of the accesses that are known */
#define SIZE		(1UL << 20)
#define WORDS		(SIZE / sizeof(uint64_t))
#define LOADS		100000UL
#define STORES		30000UL

/* Three threads on one node, one on the other. */
#define NEAR_THREADS	3

static int near, far;
static struct readers readers;
static cpu_set_t own_cpus;
static bool oracle_works;

/** struct hints - hinting faults so far */
struct hints {
	uint64_t local, remote;
};

static int find_places(void)
{
	int nids[NODES_MAX], cpu, nr = 0;
	cpu_set_t near_cpus, far_cpus;

	nodes_with_memory(nids, 2);
	near = nids[0];
	far = nids[1];
	node_cpus(near, &near_cpus);
	node_cpus(far, &far_cpus);
	CPU_ZERO(&own_cpus);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &near_cpus))
			continue;
		if (nr < NEAR_THREADS)
			readers.cpu[nr++] = cpu;
		else
			CPU_SET(cpu, &own_cpus);
	}
	for (cpu = 0; cpu < CPU_SETSIZE && nr == NEAR_THREADS; cpu++)
		if (CPU_ISSET(cpu, &far_cpus))
			readers.cpu[nr++] = cpu;
	readers.nr = nr;
	readers.near = near;
	readers.far = far;
	readers.nr_near = READERS_PARTS / 4;
	if (nr <= NEAR_THREADS || !CPU_COUNT(&own_cpus))
		return -1;
	return sched_setaffinity(0, sizeof(own_cpus), &own_cpus);
}

/* Known loads and stores from a known node to another: exactly those are seen. */
static int check_known(int cpu_nid, int nid)
{
	unsigned long nodes = 1UL << nid, i;
	uint64_t *mem = mmap((void *)MARKER_ARENA, SIZE, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	struct accesses seen;
	int ret;

	if (mem == MAP_FAILED || mbind(mem, SIZE, MPOL_BIND, &nodes, 64, 0) ||
	    node_pin(cpu_nid))
		return fail("no memory on node %d for node %d", nid, cpu_nid);
	memset(mem, 0, SIZE);
	accesses_begin();
	for (i = 0; i < LOADS; i++)
		__atomic_load_n(&mem[i * 64 % WORDS], __ATOMIC_RELAXED);
	for (i = 0; i < STORES; i++)
		__atomic_store_n(&mem[i * 64 % WORDS], i, __ATOMIC_RELAXED);
	ret = accesses_end(&seen);
	munmap(mem, SIZE);
	if (ret || seen.loads[cpu_nid][nid] != LOADS || seen.stores[cpu_nid][nid] != STORES ||
	    accesses_sum(&seen) != LOADS + STORES)
		return fail("node %d to %d: %lu loads, %lu stores; seen are %" PRIu64 ", %" PRIu64
			    ", and %" PRIu64 " in all", cpu_nid, nid, LOADS, STORES,
			    seen.loads[cpu_nid][nid], seen.stores[cpu_nid][nid],
			    accesses_sum(&seen));
	return CASE_PASS;
}

static int oracle_counts(void)
{
	int nids[] = { near, far }, ret = CASE_PASS;
	size_t i;

	if (accesses_learn())
		return fail("the nodes' memory is not found");
	for (i = 0; i < 4 && !ret; i++)
		ret = check_known(nids[i / 2], nids[i % 2]);
	sched_setaffinity(0, sizeof(own_cpus), &own_cpus);
	oracle_works = ret == CASE_PASS;
	return ret;
}

/* --- the estimates -------------------------------------------------------------- */

static int hints_read(pid_t pid, struct hints *hints)
{
	int ret = lens_number(pid, "hint_faults/local", &hints->local);

	return ret ?: lens_number(pid, "hint_faults/remote", &hints->remote);
}

/**
 * struct verdict - shares in percent
 * @truth: of the accesses
 * @remote_bp: mean of the scans
 * @hints: of the hinting faults
 * @nr_accesses: how many there were
 * @nr_hints: how many there were
 */
struct verdict {
	double truth, remote_bp, hints;
	uint64_t nr_accesses, nr_hints;
};

/* The readers read on: counts and faults are of the same seconds. */
static int watch_readers(pid_t pid, struct verdict *verdict)
{
	struct hints before, after;
	struct accesses accesses;
	double sum = 0;
	int i;

	sleep_ms(WARM_UP_MS);
	if (lens_scan(pid) || hints_read(pid, &before))
		return fail("numalens has no hinting faults of %d", pid);
	accesses_begin();
	for (i = 0; i < SECONDS; i++) {
		sleep_ms(1000);
		if (lens_scan(pid))
			return fail("no scan");
		sum += lens_value(pid, "placement/remote_bp") / 100.;
	}
	if (accesses_end(&accesses) || hints_read(pid, &after))
		return CASE_FAIL;
	after.local -= before.local;
	after.remote -= before.remote;
	verdict->nr_accesses = accesses_sum(&accesses);
	verdict->truth = accesses_remote(&accesses);
	verdict->remote_bp = sum / SECONDS;
	verdict->nr_hints = after.local + after.remote;
	verdict->hints = verdict->nr_hints ? 100. * after.remote / verdict->nr_hints : 0;
	return CASE_PASS;
}

/**
 * struct pattern - what the threads read
 * @name: printed
 * @first: parts that each reads, see struct readers
 * @parts: how many
 * @anywhere: one read in as many is anywhere
 * @limited: balancing samples what is used: the hinting faults must be near
 */
struct pattern {
	const char *name;
	unsigned int first[4], parts[4], anywhere;
	bool limited;
};

#define ALL(x)	{ x, x, x, x }

/* A quarter of the memory is near: parts 0 to 9. */
static const struct pattern patterns[] = {
	{ "uniform", ALL(0), ALL(40), 0, true },
	{ "one hot tenth", ALL(0), ALL(4), 0, true },
	{ "hot tenth, 1 in 10 anywhere", ALL(0), ALL(4), 10, false },
	{ "each its own part", { 0, 10, 20, 30 }, ALL(10), 0, true },
	{ "all threads one part", ALL(20), ALL(10), 0, true },
};

static int try(const struct pattern *pattern, bool keep)
{
	struct verdict verdict = { 0 };
	double error;
	pid_t pid;
	int ret;

	if (!oracle_works)
		return fail("without an oracle");
	memcpy(readers.first, pattern->first, sizeof(pattern->first));
	memcpy(readers.parts, pattern->parts, sizeof(pattern->parts));
	readers.anywhere = pattern->anywhere;
	readers.keep = keep;
	if (balancing_hasty())
		return skip("NUMA balancing can't be hurried here");
	pid = readers_start(&readers);
	if (pid < 0 || lens_watch(pid))
		return fail("no readers");
	ret = watch_readers(pid, &verdict);
	if (ret)
		return ret;
	error = verdict.hints - verdict.truth;
	note("%-27s pages %s: true %5.1f %%  remote_bp %+6.1f  hinting %+6.1f points  (%" PRIu64
	     " reads, %" PRIu64 " faults)", pattern->name, keep ? "stay" : "move",
	     verdict.truth, verdict.remote_bp - verdict.truth, error, verdict.nr_accesses,
	     verdict.nr_hints);
	if (!verdict.nr_accesses || verdict.nr_hints < FAULTS_MIN)
		return fail("too few to tell");
	if (pattern->limited && fabs(error) > POINTS)
		return fail("more than %d points", POINTS);
	return CASE_PASS;
}

static int uniform_stays(void)
{
	return try(&patterns[0], true);
}

static int uniform_moves(void)
{
	return try(&patterns[0], false);
}

static int hot_stays(void)
{
	return try(&patterns[1], true);
}

static int hot_moves(void)
{
	return try(&patterns[1], false);
}

static int hot_and_anywhere_stays(void)
{
	return try(&patterns[2], true);
}

static int hot_and_anywhere_moves(void)
{
	return try(&patterns[2], false);
}

static int own_part_stays(void)
{
	return try(&patterns[3], true);
}

static int own_part_moves(void)
{
	return try(&patterns[3], false);
}

static int one_part_stays(void)
{
	return try(&patterns[4], true);
}

static int one_part_moves(void)
{
	return try(&patterns[4], false);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "the oracle sees known accesses, all and no others", oracle_counts },
		{ "uniform, pages stay", uniform_stays },
		{ "uniform, pages move", uniform_moves },
		{ "one hot tenth, pages stay", hot_stays },
		{ "one hot tenth, pages move", hot_moves },
		{ "hot tenth and one read in ten anywhere, pages stay", hot_and_anywhere_stays },
		{ "hot tenth and one read in ten anywhere, pages move", hot_and_anywhere_moves },
		{ "each thread its own part, pages stay", own_part_stays },
		{ "each thread its own part, pages move", own_part_moves },
		{ "all threads one part, pages stay", one_part_stays },
		{ "all threads one part, pages move", one_part_moves },
	};
	const char *missing;

	need(2);
	missing = plugin_missing("access");
	if (missing)
		skip_all("accesses are not counted: %s", missing);
	if (find_places())
		skip_all("needs a node with %d CPUs and another", NEAR_THREADS + 1);
	lens_set("refresh_ms", 0);
	return cases_run(cases, ARRAY_SIZE(cases), 1200);
}
