// SPDX-License-Identifier: GPL-2.0
/*
 * Memory policies that an actor sets for a thread or for memory of its own.
 */
#include "actor_policy.h"

#include <errno.h>
#include <numa.h>
#include <numaif.h>
#include <stdint.h>

#include "actor.h"
#include "area.h"

struct order {
	struct numalens_area area;
	struct numalens_order_policy policy;
};

static struct bitmask *nodes_of(const struct numalens_order_policy *policy)
{
	struct bitmask *nodes = numa_allocate_nodemask();
	unsigned int i;

	for (i = 0; i < policy->nr; i++)
		numa_bitmask_setbit(nodes, policy->nids[i]);
	return nodes;
}

static int task_set(void *context)
{
	struct numalens_order_policy *policy = context;
	struct bitmask *nodes = nodes_of(policy);

	policy->err = set_mempolicy(policy->mode, policy->nr ? nodes->maskp : NULL,
				    policy->nr ? nodes->size + 1 : 0) ? errno : 0;
	numa_bitmask_free(nodes);
	return 0;
}

static int area_set(void *context)
{
	struct order *order = context;
	struct numalens_order_policy *policy = &order->policy;
	struct bitmask *nodes = nodes_of(policy);

	policy->err = mbind((void *)(uintptr_t)order->area.start, order->area.size, policy->mode,
			    policy->nr ? nodes->maskp : NULL, policy->nr ? nodes->size + 1 : 0,
			    policy->flags) ? errno : 0;
	numa_bitmask_free(nodes);
	return 0;
}

/**
 * numalens_actor_policy_task() - let a thread set its policy
 * @actor: actor
 * @thread: which of its threads
 * @policy: the policy; gets the kernel's answer
 *
 * Return: NUMALENS_OK whatever the kernel says, or the exit status, the lab has the reason.
 */
int numalens_actor_policy_task(struct numalens_actor *actor, unsigned int thread,
			       struct numalens_order_policy *policy)
{
	return numalens_actor_do(actor, thread, "set its policy", task_set, policy,
				 sizeof(*policy));
}

/**
 * numalens_actor_policy_area() - let a thread set the policy of an area
 * @actor: actor
 * @thread: which of its threads
 * @area: area
 * @policy: the policy; gets the kernel's answer
 *
 * Return: NUMALENS_OK whatever the kernel says, or the exit status, the lab has the reason.
 */
int numalens_actor_policy_area(struct numalens_actor *actor, unsigned int thread,
			       const struct numalens_area *area,
			       struct numalens_order_policy *policy)
{
	struct order order = { .area = *area, .policy = *policy };
	int ret = numalens_actor_do(actor, thread, "set a policy of its memory", area_set, &order,
				    sizeof(order));

	*policy = order.policy;
	return ret;
}
