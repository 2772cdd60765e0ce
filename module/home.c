// SPDX-License-Identifier: GPL-2.0
/*
 * Where a process is at home, and how far its memory is from there.
 *
 * c[n] is the home share of node n, m[n] the resident pages there, M their sum:
 *
 *	remote pages	sum over n of m[n] x (1 - c[n])
 *	remote_bp	the same in 1/100 of a percent of M
 *	mean distance	sum over i, j of c[i] x m[j]/M x distance(i, j), in hundredths
 *
 * Example: three quarters of the CPU time on node 0, a quarter on node 1, 1000
 * pages on each, distance 10 and 20: 250 of node 0's pages and 750 of node 1's
 * are remote, 1000 in all, 5000 bp; the mean distance is
 * .75 x (.5 x 10 + .5 x 20) + .25 x (.5 x 20 + .5 x 10) = 15, printed as 1500.
 */
#include "home.h"

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/topology.h>

/*
 * sum_exec_runtime of a running thread is up to a tick old: a window of many
 * ticks is wanted, however often somebody scans.
 */
#define WINDOW_MIN_NS	(100 * NSEC_PER_MSEC)

/*
 * Shares are scaled down to this many bits, so that pages (40 bits, 4 PiB)
 * times shares fit 64 bits. A millionth is finer than any share is known.
 */
#define SHARE_BITS	20

/**
 * numalens_home_init - begin to measure, from zero CPU time
 * @home: zeroed by the caller
 * @gfp: how to allocate
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_home_init(struct numalens_home *home, gfp_t gfp)
{
	home->base.time_ns = kcalloc(2 * nr_node_ids, sizeof(u64), gfp);
	if (!home->base.time_ns)
		return -ENOMEM;
	home->next.time_ns = home->base.time_ns + nr_node_ids;
	home->base.ns = ktime_get_ns();
	home->next.ns = home->base.ns;
	return 0;
}

void numalens_home_exit(struct numalens_home *home)
{
	kfree(home->base.time_ns);
}

static void advance(struct numalens_home *home, u64 now, const u64 *time_ns)
{
	size_t size = nr_node_ids * sizeof(*time_ns);

	memcpy(home->base.time_ns, home->next.time_ns, size);
	home->base.ns = home->next.ns;
	memcpy(home->next.time_ns, time_ns, size);
	home->next.ns = now;
}

/**
 * numalens_home_shares - the home share of each node
 * @home: since when
 * @now: CLOCK_MONOTONIC
 * @time_ns: CPU time so far, by nid
 * @threads: threads whose last CPU is on the node, by nid
 * @shares: to be filled in; its nids are given
 *
 * Shares are of the CPU time since the last snapshot, or since an earlier one
 * if that is very young; of the threads, if the process did not run.
 *
 * Context: the process's scan lock.
 */
void numalens_home_shares(struct numalens_home *home, u64 now, const u64 *time_ns,
			  const unsigned int *threads, struct numalens_shares *shares)
{
	u64 sum = 0;
	unsigned int i, shift = 0;

	if (now - home->next.ns >= WINDOW_MIN_NS)
		advance(home, now, time_ns);

	for (i = 0; i < shares->nr_nodes; i++) {
		u32 nid = shares->nids[i];

		shares->share[i] = time_ns[nid] - home->base.time_ns[nid];
		sum += shares->share[i];
	}
	while (sum >> shift >> SHARE_BITS)
		shift++;

	shares->whole = 0;
	for (i = 0; i < shares->nr_nodes; i++) {
		shares->share[i] = sum ? shares->share[i] >> shift : threads[shares->nids[i]];
		shares->whole += shares->share[i];
	}
}

static u64 div_round(u64 a, u64 factor, u64 divisor)
{
	return divisor ? (mul_u64_u64_div_u64(a, 2 * factor, divisor) + 1) / 2 : 0;
}

static u64 sum_pages(const struct numalens_shares *shares, const u64 *pages)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < shares->nr_nodes; i++)
		sum += pages[i];
	return sum;
}

/* Remote pages, times the whole of the shares. */
static u64 remote_parts(const struct numalens_shares *shares, const u64 *pages)
{
	u64 parts = 0;
	unsigned int i;

	for (i = 0; i < shares->nr_nodes; i++)
		parts += pages[i] * (shares->whole - shares->share[i]);
	return parts;
}

/**
 * numalens_shares_bp - one node's share
 * @shares: the shares
 * @column: which
 *
 * Return: the share in 1/100 of a percent.
 */
unsigned int numalens_shares_bp(const struct numalens_shares *shares, unsigned int column)
{
	return div_round(shares->share[column], 10000, shares->whole);
}

/**
 * numalens_shares_remote - remote pages
 * @shares: where the process is at home
 * @pages: resident pages, by column
 *
 * Return: pages, rounded; 0 if it is nowhere at home.
 */
u64 numalens_shares_remote(const struct numalens_shares *shares, const u64 *pages)
{
	return div_round(remote_parts(shares, pages), 1, shares->whole);
}

/**
 * numalens_shares_remote_bp - remote share
 * @shares: where the process is at home
 * @pages: resident pages, by column
 *
 * Return: 1/100 of a percent; 0 if nothing is resident.
 */
unsigned int numalens_shares_remote_bp(const struct numalens_shares *shares, const u64 *pages)
{
	return div_round(remote_parts(shares, pages), 10000,
			 shares->whole * sum_pages(shares, pages));
}

/**
 * numalens_shares_distance - mean distance
 * @shares: where the process is at home
 * @pages: resident pages, by column
 *
 * Return: hundredths of a distance, 1000 is all local; 0 if nothing is resident.
 */
unsigned int numalens_shares_distance(const struct numalens_shares *shares, const u64 *pages)
{
	u64 sum = 0;
	unsigned int i, j;

	for (i = 0; i < shares->nr_nodes; i++) {
		u64 reach = 0;

		for (j = 0; j < shares->nr_nodes && shares->share[i]; j++)
			reach += pages[j] * node_distance(shares->nids[i], shares->nids[j]);
		sum += mul_u64_u64_div_u64(reach, shares->share[i] << 8, shares->whole ?: 1);
	}
	return div_round(sum, 100, sum_pages(shares, pages) << 8);
}
