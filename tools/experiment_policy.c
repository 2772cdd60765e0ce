// SPDX-License-Identifier: GPL-2.0
/*
 * lab run policy: what memory policies do, which one wins, and when it is too
 * late for them.
 */
#include "experiment.h"

#include <errno.h>
#include <inttypes.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actor.h"
#include "actor_policy.h"
#include "alloc.h"
#include "area.h"
#include "error.h"
#include "event.h"
#include "experiment_policy.h"
#include "matrix.h"
#include "undo.h"
#include "vma.h"

#define PAGES		1024	/* of an area */
#define WEIGHTS		"sys/kernel/mm/mempolicy/weighted_interleave"

/* Which nodes a policy names, as bits. */
enum {
	NEAR = 1,
	FAR = 2,
};

/*
 * Written by a thread on the near node. Expected are that many of PAGES on the
 * far one.
 */
static const struct {
	const char *name;
	int mode;
	unsigned int nodes;
	uint64_t far;
} modes[] = {
	{ "default", MPOL_DEFAULT, 0, 0 },
	{ "bind", MPOL_BIND, FAR, PAGES },
	{ "preferred", MPOL_PREFERRED, FAR, PAGES },
	{ "interleave", MPOL_INTERLEAVE, NEAR | FAR, PAGES / 2 },
	{ "weighted interleave", NUMALENS_MPOL_WEIGHTED_INTERLEAVE, NEAR | FAR, PAGES / 4 },
};

static struct numalens_order_policy order_of(const struct numalens_lab *lab, int mode,
					     unsigned int nodes)
{
	struct numalens_order_policy order = { .mode = mode };

	if (nodes & NEAR)
		order.nids[order.nr++] = lab->near;
	if (nodes & FAR)
		order.nids[order.nr++] = lab->far;
	return order;
}

/* A row: what was done, the policy that the module finds, the pages, and a claim. */
static void row(struct numalens_lab *lab, const struct numalens_view *view, const char *what,
		uint64_t expected)
{
	uint64_t far = numalens_view_on(view, lab->far), near = numalens_view_on(view, lab->near);
	const char *source = numalens_vma_source_name(view->place.source);
	char *expect;

	numalens_lab_row(lab);
	numalens_lab_cell(lab, "%s", what);
	numalens_lab_cell(lab, "%s (%s)", view->place.policy, source ? source : "?");
	numalens_view_row(lab, view);
	if (expected == PAGES || !expected)
		expect = numalens_strf("%s: all on node %u", what, expected ? lab->far : lab->near);
	else
		expect = numalens_strf("%s: %" PRIu64 " pages on node %u, the others on node %u",
				       what, expected, lab->far, lab->near);
	numalens_lab_claim(lab, far == expected && near == PAGES - expected, expect,
			   "%" PRIu64 " on node %u, %" PRIu64 " on node %u", far, lab->far, near,
			   lab->near);
	free(expect);
}

static void table(struct numalens_lab *lab, const char *title)
{
	static const char * const first[] = { "what was done", "policy found" };
	const size_t nr_nodes = lab->topology.nr_nodes;
	const char **columns = numalens_alloc(nr_nodes + 2, sizeof(*columns));
	char **names = numalens_alloc(nr_nodes, sizeof(*names));
	size_t i;

	memcpy(columns, first, sizeof(first));
	for (i = 0; i < nr_nodes; i++) {
		names[i] = numalens_strf("node %u", lab->topology.nodes[i].nid);
		columns[i + 2] = names[i];
	}
	numalens_lab_table(lab, title, columns, nr_nodes + 2);
	for (i = 0; i < nr_nodes; i++)
		free(names[i]);
	free(names);
	free(columns);
}

/* Maps an area, sets a policy for it, if there is one, and writes to it. */
static int write_under(struct numalens_actor *actor, struct numalens_area *area,
		       struct numalens_order_policy *policy, struct numalens_view *view)
{
	int ret = numalens_area_map(actor, 0, area, PAGES, NUMALENS_AREA_SMALL);

	if (!ret && policy)
		ret = numalens_actor_policy_area(actor, 0, area, policy);
	if (!ret && policy && policy->err)
		return NUMALENS_OK;
	if (!ret)
		ret = numalens_area_touch(actor, 0, area, true);
	return ret ? ret : numalens_area_look(actor, area, view);
}

static int policy_failed(struct numalens_lab *lab, const struct numalens_order_policy *policy)
{
	if (!policy->err)
		return NUMALENS_OK;
	return numalens_lab_fail(lab, "a policy can't be set: %s", strerror(policy->err));
}

/* Three pages to the near node for each one to the far. */
static void weights_set(const struct numalens_lab *lab)
{
	char *near = numalens_strf("node%u", lab->near), *far = numalens_strf("node%u", lab->far);

	/*
	 * Where the kernel chooses them itself, it goes on with that afterwards; if it knows no
	 * bandwidths it refuses to (ENODEV), and the weights it had chosen, all 1, stay.
	 */
	numalens_undo_setting(WEIGHTS, "auto", "0");
	numalens_undo_setting(WEIGHTS, near, "3");
	numalens_undo_setting(WEIGHTS, far, "1");
	free(near);
	free(far);
}

static int modes_show(struct numalens_lab *lab, struct numalens_actor *actor)
{
	int ret = NUMALENS_OK;
	size_t i;

	numalens_lab_phase(lab, "modes", "a thread on node %u gets new memory, sets a policy for it "
			   "by mbind(2), and writes to each page. For the weighted interleave, the "
			   "weights are 3 (node %u) and 1 (node %u).", lab->near, lab->near,
			   lab->far);
	weights_set(lab);
	table(lab, "pages by policy");
	for (i = 0; i < ARRAY_SIZE(modes) && !ret; i++) {
		struct numalens_order_policy policy = order_of(lab, modes[i].mode, modes[i].nodes);
		struct numalens_area area;
		struct numalens_view view;

		ret = write_under(actor, &area, &policy, &view);
		if (ret)
			break;
		if (policy.err == EINVAL && policy.mode == NUMALENS_MPOL_WEIGHTED_INTERLEAVE) {
			numalens_lab_row(lab);
			numalens_lab_cell(lab, "%s", modes[i].name);
			numalens_lab_cell(lab, "skipped: this kernel has none, Linux 6.9 has");
			continue;
		}
		ret = policy_failed(lab, &policy);
		if (ret)
			break;
		row(lab, &view, modes[i].name, modes[i].far);
		numalens_view_free(&view);
	}
	return ret;
}

static int task_set(struct numalens_lab *lab, struct numalens_actor *actor, int mode,
		    unsigned int nodes)
{
	struct numalens_order_policy policy = order_of(lab, mode, nodes);
	int ret = numalens_actor_policy_task(actor, 0, &policy);

	return ret ? ret : policy_failed(lab, &policy);
}

/* The thread has a policy, the memory has one, or both. */
static int private_show(struct numalens_lab *lab, struct numalens_actor *actor)
{
	struct numalens_order_policy near = order_of(lab, MPOL_BIND, NEAR);
	struct numalens_area area;
	struct numalens_view view;
	int ret = task_set(lab, actor, MPOL_BIND, FAR);

	if (!ret)
		ret = write_under(actor, &area, NULL, &view);
	if (ret)
		return ret;
	row(lab, &view, "thread: bind far", PAGES);
	numalens_view_free(&view);
	ret = write_under(actor, &area, &near, &view);
	if (!ret)
		ret = policy_failed(lab, &near);
	if (ret)
		return ret;
	row(lab, &view, "thread: bind far, VMA: bind near", 0);
	numalens_view_free(&view);
	return task_set(lab, actor, MPOL_DEFAULT, 0);
}

/* Memory that two processes map: each has a policy, and the memory too, or not. */
static int shared_show(struct numalens_lab *lab, struct numalens_actor *first,
		       struct numalens_actor *second, bool object, const char *what)
{
	struct numalens_order_policy far = order_of(lab, MPOL_BIND, FAR);
	struct numalens_area here, there;
	struct numalens_view view;
	int ret;

	ret = numalens_area_map_same(first, &here, second, &there, PAGES);
	if (!ret && object)
		ret = numalens_actor_policy_area(first, 0, &here, &far);
	if (!ret && object)
		ret = policy_failed(lab, &far);
	if (!ret && !object)
		ret = task_set(lab, first, MPOL_BIND, FAR);
	if (!ret && !object)
		ret = numalens_area_touch(first, 0, &here, true);
	if (!ret)
		ret = task_set(lab, second, MPOL_BIND, NEAR);
	if (!ret)
		ret = numalens_area_touch(second, 0, &there, true);
	if (!ret)
		ret = numalens_area_look(second, &there, &view);
	if (ret)
		return ret;
	row(lab, &view, what, PAGES);
	numalens_view_free(&view);
	return task_set(lab, first, MPOL_DEFAULT, 0);
}

static int winners_show(struct numalens_lab *lab, struct numalens_actor *actor)
{
	struct numalens_actor *second = numalens_actor_start(lab, "lab-second", 1);
	int ret = second ? NUMALENS_OK : NUMALENS_FAILED;

	numalens_lab_phase(lab, "which one wins", "the threads have a policy (set_mempolicy(2)), the "
			   "memory has one, or both; far is node %u. Two processes map the shared "
			   "memory; what is shown of it is how the second finds it, whose thread is "
			   "always bound to node %u.", lab->far, lab->near);
	table(lab, "pages, and the policy in force for them");
	if (!ret)
		ret = numalens_actor_run_on(second, 0, lab->near);
	if (!ret)
		ret = private_show(lab, actor);
	if (!ret)
		ret = shared_show(lab, actor, second, true, "shared memory: bind far, by the first");
	if (!ret)
		ret = shared_show(lab, actor, second, false,
				  "first user: bind far, second: bind near");
	return ret;
}

/* A policy for memory that has been written to already. */
static int late_show(struct numalens_lab *lab, struct numalens_actor *actor)
{
	struct numalens_order_policy far = order_of(lab, MPOL_BIND, FAR);
	struct numalens_matrix moved;
	struct numalens_area area;
	struct numalens_view view;
	int ret;

	numalens_lab_phase(lab, "too late", "memory on node %u is bound to node %u after it has been "
			   "written to.", lab->near, lab->far);
	table(lab, "pages of a policy that came late");
	ret = numalens_area_map(actor, 0, &area, PAGES, NUMALENS_AREA_SMALL);
	if (!ret)
		ret = numalens_area_touch(actor, 0, &area, true);
	if (!ret)
		ret = numalens_actor_policy_area(actor, 0, &area, &far);
	if (!ret)
		ret = policy_failed(lab, &far);
	if (!ret)
		ret = numalens_area_look(actor, &area, &view);
	if (ret)
		return ret;
	row(lab, &view, "bind after the write", 0);
	numalens_view_free(&view);
	numalens_lab_phase(lab, "moved after all", "the same policy is set again, with MPOL_MF_MOVE.");
	table(lab, "pages of the same memory");
	far.flags = MPOL_MF_MOVE;
	ret = numalens_actor_policy_area(actor, 0, &area, &far);
	if (!ret)
		ret = policy_failed(lab, &far);
	if (!ret)
		ret = numalens_area_look(actor, &area, &view);
	if (ret)
		return ret;
	row(lab, &view, "bind with MPOL_MF_MOVE", PAGES);
	numalens_matrix_init(&moved, view.place.nr);
	numalens_area_matrix_add(&moved, &area, &view.process.snapshot,
				 NUMALENS_EVENT(NUMALENS_MIGRATE_MEMPOLICY_MBIND));
	numalens_lab_matrix(lab, "pages that mbind(2) moved", "from", "to", "pages", &moved,
			    &view.process.snapshot);
	numalens_matrix_free(&moved);
	numalens_view_free(&view);
	return NUMALENS_OK;
}

static int run(struct numalens_lab *lab)
{
	struct numalens_actor *actor;
	int ret;

	numalens_undo_setting("proc/sys/kernel", "numa_balancing", "0");
	actor = numalens_actor_start(lab, "lab-policy", 1);
	if (!actor)
		return NUMALENS_FAILED;
	ret = numalens_actor_run_on(actor, 0, lab->near);
	if (!ret)
		ret = modes_show(lab, actor);
	if (!ret)
		ret = winners_show(lab, actor);
	if (!ret)
		ret = late_show(lab, actor);
	return ret ? ret : numalens_experiment_policy_full(lab);
}

const struct numalens_experiment numalens_experiment_policy = {
	.name = "policy",
	.title = "what memory policies do, which one wins, and when it is too late",
	.expects = "A policy of the memory wins over one of the thread; of shared memory, the policy "
		   "of the first who set one holds for all, and without one the first who writes "
		   "decides. What is set after the first write changes nothing, until pages are "
		   "moved. A preferred node that is full is left, without a word.",
	.why = "Policies are asked at the page fault that allocates: get_vma_policy() takes that of "
	       "the VMA or the shared object, else that of the thread, else local allocation "
	       "(set_mempolicy(2), mbind(2), Documentation/admin-guide/mm/numa_memory_policy.rst).",
	.missing = numalens_lab_missing_memory,
	.run = run,
};
