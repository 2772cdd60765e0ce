/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_HOME_H
#define _NUMALENS_HOME_H

#include <linux/types.h>

/**
 * struct numalens_home_mark - CPU time as it was at some moment
 * @ns: the moment, CLOCK_MONOTONIC
 * @time_ns: CPU time by nid
 */
struct numalens_home_mark {
	u64 ns;
	u64 *time_ns;
};

/**
 * struct numalens_home - since when home shares are measured
 * @base: where the window that shares are taken over begins
 * @next: where the next window will
 */
struct numalens_home {
	struct numalens_home_mark base;
	struct numalens_home_mark next;
};

/**
 * struct numalens_shares - home share of each node
 * @nr_nodes: entries in @nids and @share
 * @nids: nodes, in column order
 * @share: parts of @whole
 * @whole: their sum; 0 if nothing is known
 */
struct numalens_shares {
	unsigned int nr_nodes;
	const u32 *nids;
	u64 *share;
	u64 whole;
};

int numalens_home_init(struct numalens_home *home, gfp_t gfp);
void numalens_home_exit(struct numalens_home *home);
void numalens_home_shares(struct numalens_home *home, u64 now, const u64 *time_ns,
			  const unsigned int *threads, struct numalens_shares *shares);

unsigned int numalens_shares_bp(const struct numalens_shares *shares, unsigned int column);
u64 numalens_shares_remote(const struct numalens_shares *shares, const u64 *pages);
unsigned int numalens_shares_remote_bp(const struct numalens_shares *shares, const u64 *pages);
unsigned int numalens_shares_distance(const struct numalens_shares *shares, const u64 *pages);

#endif
