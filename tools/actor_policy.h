/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_ACTOR_POLICY_H
#define NUMALENS_ACTOR_POLICY_H

#include <stddef.h>

struct numalens_actor;
struct numalens_area;

/* Linux 6.9; libnuma 2.0.16 has no name for it. */
#define NUMALENS_MPOL_WEIGHTED_INTERLEAVE	6

/**
 * struct numalens_order_policy - a memory policy that is to be set
 * @mode: MPOL_*
 * @nids: its nodes
 * @nr: their count
 * @flags: for an area: MPOL_MF_*
 * @err: errno of the kernel's answer, 0 if it is set
 */
struct numalens_order_policy {
	int mode;
	unsigned int nids[2];
	unsigned int nr;
	unsigned int flags;
	int err;
};

int numalens_actor_policy_task(struct numalens_actor *actor, unsigned int thread,
			       struct numalens_order_policy *policy);
int numalens_actor_policy_area(struct numalens_actor *actor, unsigned int thread,
			       const struct numalens_area *area,
			       struct numalens_order_policy *policy);

#endif /* NUMALENS_ACTOR_POLICY_H */
