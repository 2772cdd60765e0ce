// SPDX-License-Identifier: GPL-2.0
#include "put.h"

#include <numaif.h>
#include <sys/mman.h>
#include <unistd.h>

#include "policy.h"
#include "small.h"
#include "touch.h"

char *act_at(const struct act *act)
{
	return (char *)(uintptr_t)act->addr;
}

void act_free(const struct act *act)
{
	policy_set_range(policy_find("default"), act_at(act),
			 act->span * getpagesize());
}

long act_put(struct act *act, const char *policy, size_t pages)
{
	act->policy = policy_find(policy);
	act->pages = pages;
	if (!act_map(act, pages, MAP_PRIVATE | MAP_ANONYMOUS, -1) ||
	    small_pages(act_at(act), pages * getpagesize()))
		return ACT_BROKEN;
	act_touch(act);
	act_free(act);
	return ACT_DONE;
}

long act_bind(void *arg)
{
	struct act *act = arg;
	unsigned long mask = 1UL << act->nid;

	return mbind(act_at(act), act->span * getpagesize(), MPOL_BIND, &mask,
		     8 * sizeof(mask), MPOL_MF_MOVE) ? ACT_BROKEN : ACT_DONE;
}

long node_migrate(pid_t pid, int from, int to)
{
	unsigned long old = 1UL << from, new = 1UL << to;

	return migrate_pages(pid, 8 * sizeof(old), &old, &new);
}
