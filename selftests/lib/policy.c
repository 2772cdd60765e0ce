// SPDX-License-Identifier: GPL-2.0
#include "policy.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "array.h"
#include "node.h"

#define BOTH	3

const struct policy policies[] = {
	{ "default", MPOL_DEFAULT, 0, NULL },
	{ "local", MPOL_LOCAL, 0, "local" },
	{ "prefer0", MPOL_PREFERRED, 1, "prefer:" },
	{ "prefer1", MPOL_PREFERRED, 2, "prefer:" },
	{ "prefer-many", MPOL_PREFERRED_MANY, BOTH, "prefer (many):" },
	{ "bind0", MPOL_BIND, 1, "bind:" },
	{ "bind1", MPOL_BIND, 2, "bind:" },
	{ "bind01", MPOL_BIND, BOTH, "bind:" },
	{ "interleave", MPOL_INTERLEAVE, BOTH, "interleave:" },
	{ "interleave1", MPOL_INTERLEAVE, 2, "interleave:" },
	{ "bind-static", MPOL_BIND | MPOL_F_STATIC_NODES, 2, "bind=static:" },
	{ "prefer-relative", MPOL_PREFERRED | MPOL_F_RELATIVE_NODES, 2,
	  "prefer=relative:" },
	{ "interleave-static", MPOL_INTERLEAVE | MPOL_F_STATIC_NODES, BOTH,
	  "interleave=static:" },
	{ "interleave-relative", MPOL_INTERLEAVE | MPOL_F_RELATIVE_NODES, BOTH,
	  "interleave=relative:" },
	/* before MPOL_WEIGHTED_INTERLEAVE (6.9) its number is refused */
	{ "weighted", 6, BOTH, "weighted interleave:" },
	{ "bind-balancing", MPOL_BIND | MPOL_F_NUMA_BALANCING, BOTH, "bind" },
};

const size_t nr_policies = ARRAY_SIZE(policies);

const struct policy *policy_find(const char *name)
{
	size_t i;

	for (i = 0; i < nr_policies; i++)
		if (!strcmp(policies[i].name, name))
			return &policies[i];
	return NULL;
}

int policy_node(int which)
{
	int ids[NODES_MAX];
	int nr = nodes_with_memory(ids, NODES_MAX);

	return nr > which ? ids[which] : nr ? ids[0] : 0;
}

static unsigned long node_mask(const struct policy *policy)
{
	static int ids[2] = { -1, -1 };
	unsigned long mask = 0;
	int i;

	for (i = 0; i < 2; i++) {
		if (ids[i] < 0)
			ids[i] = policy_node(i);
		/* relative ones are counted among the allowed nodes */
		if (policy->nodes & 1U << i)
			mask |= 1UL << (policy->mode & MPOL_F_RELATIVE_NODES ?
					i : ids[i]);
	}
	return mask;
}

int policy_set_range(const struct policy *policy, void *addr, size_t len)
{
	unsigned long mask = node_mask(policy);

	return syscall(SYS_mbind, addr, len, policy->mode, mask ? &mask : NULL,
		       mask ? 8 * sizeof(mask) : 0, 0) ? -errno : 0;
}

int policy_set_task(const struct policy *policy)
{
	unsigned long mask = node_mask(policy);

	return syscall(SYS_set_mempolicy, policy->mode, mask ? &mask : NULL,
		       mask ? 8 * sizeof(mask) : 0) ? -errno : 0;
}
