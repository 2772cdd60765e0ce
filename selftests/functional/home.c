// SPDX-License-Identifier: GPL-2.0
/*
 * How remote memory is: remote_pages, remote_bp and mean_distance of a process
 * whose pages and threads are put in known places.
 *
 * Oracle: the definitions, computed here from numa_maps (pages m[n]), the
 * threads' schedstat between two scans or, where nobody ran, the CPU each ran
 * on last (shares c[n]), and the distances of /sys/devices/system/node:
 *
 *	remote_pages  = sum over n of m[n] x (1 - c[n])
 *	remote_bp     = remote_pages / M in 1/100 of a percent
 *	mean_distance = sum over i, j of c[i] x m[j] / M x distance(i, j) x 100
 *
 *	two nodes, distance 10/20, 1000 pages on 0, 3000 on 1, all threads on 0:
 *	remote_pages 3000, remote_bp 7500, mean_distance (1000 x 10 + 3000 x 20)
 *	/ 4000 x 100 = 1750
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/workers.h"

#define TASKS_MAX	64
/* Waking, semaphores and the leader are CPU time too: 1 % of a share. */
#define SHARE_ERROR	0.01
#define TRIES		20

static int cpu_nodes[NODES_MAX], nr_cpu_nodes;
static int online[NODES_MAX], nr_online;

struct truth {
	double share[NODES_MAX];
	double pages[NODES_MAX];
	double all, remote, distance;
};

static void truth_compute(struct truth *truth)
{
	int i, j, distances[NODES_MAX];

	truth->all = truth->remote = truth->distance = 0;
	for (i = 0; i < nr_online; i++) {
		truth->all += truth->pages[online[i]];
		truth->remote += truth->pages[online[i]] *
				 (1 - truth->share[online[i]]);
	}
	for (i = 0; i < nr_online; i++) {
		node_distances(online[i], distances, NODES_MAX);
		for (j = 0; j < nr_online; j++)
			truth->distance += truth->share[online[i]] *
					   truth->pages[online[j]] /
					   truth->all * distances[j] * 100;
	}
}

static int pages_of(pid_t pid, struct truth *truth)
{
	struct areas areas;
	int i;

	if (areas_read(pid, &areas, false))
		return fail("numa_maps can't be read");
	for (i = 0; i < nr_online; i++)
		truth->pages[online[i]] = areas_node(&areas, online[i]);
	areas_free(&areas);
	return CASE_PASS;
}

static int off(const char *what, double lens, double truth, double allowed)
{
	if (fabs(lens - truth) <= allowed)
		return 0;
	note("%s is %.0f, should be %.1f +- %.1f", what, lens, truth, allowed);
	return 1;
}

/* @error: of the shares, as a part of 1; 0 where they are known exactly. */
static int check(pid_t pid, struct truth *truth, double error)
{
	uint64_t home[NODES_MAX];
	double farthest = 0;
	int i, j, bad = 0, distances[NODES_MAX];

	if (pages_of(pid, truth))
		return CASE_FAIL;
	truth_compute(truth);
	if (lens_row(pid, "cpu/home_bp", home, NODES_MAX) != nr_online)
		return fail("home_bp has not one value for each node");
	for (i = 0; i < nr_online; i++) {
		node_distances(online[i], distances, NODES_MAX);
		for (j = 0; j < nr_online; j++)
			if (distances[j] > farthest)
				farthest = distances[j];
		bad += off("home_bp", home[i], truth->share[online[i]] * 1e4,
			   1 + error * 1e4);
	}
	bad += off("remote_pages", lens_value(pid, "placement/remote_pages"),
		   truth->remote, error ? 1 + error * truth->all : 0.5);
	bad += off("remote_bp", lens_value(pid, "placement/remote_bp"),
		   truth->remote / truth->all * 1e4, 1 + error * 1e4);
	bad += off("mean_distance", lens_value(pid, "placement/mean_distance"),
		   truth->distance, 1 + error * farthest * 100);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* Where all threads run on one node, each VMA's remote pages are exact too. */
static int check_vmas(pid_t pid, int home)
{
	struct snapshot snap;
	size_t i;
	int bad = 0;
	uint32_t col;

	if (snapshot_read(pid, &snap))
		return CASE_FAIL;
	for (i = 0; i < snap.nr_vmas; i++) {
		uint64_t remote = 0;

		for (col = 0; col < snap.head.nr_nodes; col++)
			if (snap.nodes[col] != (uint32_t)home)
				remote += snap.vmas[i].pages[col];
		bad += off("remote_pages of a VMA", snap.vmas[i].remote_pages,
			   remote, 0);
	}
	bad += off("remote_pages of the snapshot", snap.head.remote_pages,
		   lens_value(pid, "placement/remote_pages"), 0);
	snapshot_free(&snap);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* 1000 pages on the first memory node, 3000 on the last. */
static struct workers *start(const int *nids, int nr)
{
	uint64_t pages[NODES_MAX] = { 0 };
	int ids[NODES_MAX];
	int nr_ids = nodes_with_memory(ids, NODES_MAX);
	struct workers *workers;

	lens_set("refresh_ms", 0);
	pages[ids[0]] = 1000;
	pages[ids[nr_ids - 1]] += 3000;
	workers = workers_start(nids, nr, pages);
	if (!workers || lens_watch(workers_pid(workers)))
		return NULL;
	return workers;
}

static int all_on_one_node(void)
{
	int i, ret = CASE_PASS;

	for (i = 0; i < nr_cpu_nodes && ret == CASE_PASS; i++) {
		int nids[2] = { cpu_nodes[i], cpu_nodes[i] };
		struct workers *workers = start(nids, 2);
		struct truth truth = { 0 };

		if (!workers)
			return fail("can't be started and watched");
		truth.share[cpu_nodes[i]] = 1;
		workers_burn(workers, 0, 50);
		workers_burn(workers, 1, 20);
		workers_wait(workers);
		lens_scan(workers_pid(workers));
		ret = check(workers_pid(workers), &truth, 0);
		ret = ret ?: check_vmas(workers_pid(workers), cpu_nodes[i]);
		lens_unwatch(workers_pid(workers));
		workers_end(workers);
	}
	return ret;
}

/* CPU time of every task by the node that it is pinned to. */
static void spent_by_node(pid_t pid, double *ns)
{
	pid_t tids[TASKS_MAX];
	int i, nr = proc_tasks(pid, tids, TASKS_MAX);

	memset(ns, 0, NODES_MAX * sizeof(*ns));
	for (i = 0; i < nr; i++)
		ns[node_of_cpu(proc_last_cpu(pid, tids[i]))] +=
			proc_run_ns(pid, tids[i]);
}

/* Shares of the CPU time between two scans. */
static void burn(struct workers *workers, unsigned int first_ms,
		 unsigned int second_ms, double *share)
{
	double before[NODES_MAX], after[NODES_MAX], sum = 0;
	int i;

	spent_by_node(workers_pid(workers), before);
	lens_scan(workers_pid(workers));
	workers_burn(workers, 0, first_ms);
	workers_burn(workers, 1, second_ms);
	workers_wait(workers);
	lens_scan(workers_pid(workers));
	spent_by_node(workers_pid(workers), after);
	for (i = 0; i < NODES_MAX; i++)
		sum += after[i] - before[i];
	for (i = 0; i < NODES_MAX; i++)
		share[i] = (after[i] - before[i]) / sum;
}

/*
 * Whoever runs when the machine stands still has burned all that: then once more.
 * @before_ms: what the second burns before the period, which must not count.
 */
static int shared_out(unsigned int before_ms, unsigned int first_ms,
		      unsigned int second_ms)
{
	int nids[2] = { cpu_nodes[0], cpu_nodes[nr_cpu_nodes - 1] };
	double wanted = (double)first_ms / (first_ms + second_ms);
	struct workers *workers = start(nids, 2);
	struct truth truth = { 0 };
	int tries = 0;

	if (!workers)
		return fail("can't be started and watched");
	do {
		workers_burn(workers, 1, before_ms);
		workers_wait(workers);
		burn(workers, first_ms, second_ms, truth.share);
	} while (fabs(truth.share[nids[0]] - wanted) > 0.05 && ++tries < TRIES);
	if (tries == TRIES)
		return fail("the workload did not burn as it should");
	return check(workers_pid(workers), &truth, SHARE_ERROR);
}

static int one_to_one(void)
{
	return nr_cpu_nodes < 2 ? skip("needs two nodes with CPUs") :
		shared_out(0, 200, 200);
}

static int three_to_one(void)
{
	return nr_cpu_nodes < 2 ? skip("needs two nodes with CPUs") :
		shared_out(0, 300, 100);
}

/* What ran before the last scan must not count: half of it was elsewhere. */
static int latest_period_only(void)
{
	return nr_cpu_nodes < 2 ? skip("needs two nodes with CPUs") :
		shared_out(100, 100, 0);
}

/* Nobody runs between two scans: threads count by their last CPU. */
static int asleep(void)
{
	int first = cpu_nodes[0], last = cpu_nodes[nr_cpu_nodes - 1];
	int nids[3] = { first, first, last };
	struct workers *workers = start(nids, 3);
	struct truth truth = { 0 };
	uint64_t threads[NODES_MAX], before;
	pid_t tids[TASKS_MAX], pid;
	int i, nr, bad = 0;

	if (!workers)
		return fail("can't be started and watched");
	pid = workers_pid(workers);
	lens_scan(pid);
	before = proc_runs_ns(pid);
	lens_scan(pid);
	if (proc_runs_ns(pid) != before)
		return fail("a thread ran that should sleep");
	nr = proc_tasks(pid, tids, TASKS_MAX);
	for (i = 0; i < nr; i++)
		truth.share[node_of_cpu(proc_last_cpu(pid, tids[i]))] += 1.0 / nr;
	if (nr != 4)
		return fail("%d threads, not 4", nr);
	if (lens_row(pid, "cpu/threads", threads, NODES_MAX) != nr_online)
		return fail("threads has not one value for each node");
	for (i = 0; i < nr_online; i++)
		bad += off("threads", threads[i], nr * truth.share[online[i]],
			   0.01);
	return bad ? CASE_FAIL : check(pid, &truth, 0);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "all threads on one node, for each node", all_on_one_node },
		{ "CPU time 1:1 on two nodes", one_to_one },
		{ "CPU time 3:1 on two nodes", three_to_one },
		{ "only the latest period counts", latest_period_only },
		{ "sleeping threads count by their last CPU", asleep },
	};

	need(2);
	balancing_off();
	nr_cpu_nodes = nodes_with_cpu(cpu_nodes, NODES_MAX);
	nr_online = nodes_online(online, NODES_MAX);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
