// SPDX-License-Identifier: GPL-2.0
/*
 * lab run policy: what a preferred node means when it is full.
 *
 * A pool of huge pages fills it: that is quicker than writing to memory, and
 * given back at once.
 */
#include "experiment_policy.h"

#include <inttypes.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"
#include "actor_policy.h"
#include "alloc.h"
#include "area.h"
#include "error.h"
#include "file.h"
#include "lab.h"
#include "topology.h"
#include "undo.h"

#define HUGE_KB		2048
#define MAX_FREE_KB	(1UL << 20)	/* more would take long: the kernel clears it */
#define LEFT_KB		(64UL << 10)	/* what the pool leaves free */
#define MORE_KB		(128UL << 10)	/* by how much the memory is larger: caches may give way */
#define MAX_AREA_KB	(512UL << 10)
#define ROOM_KB		(256UL << 10)	/* what must stay free on the other node */

static uint64_t free_kb(unsigned int nid)
{
	struct numalens_topology topology;
	uint64_t kb = 0;
	size_t i;

	if (!numalens_topology_read(&topology))
		for (i = 0; i < topology.nr_nodes; i++)
			if (topology.nodes[i].nid == nid && topology.nodes[i].memory)
				kb = topology.nodes[i].free_kb;
	numalens_topology_free(&topology);
	return kb;
}

/* Returns why it can't be filled, or NULL. */
static const char *take_all(unsigned int nid)
{
	char *directory = numalens_strf("sys/devices/system/node/node%u/hugepages/"
					"hugepages-%dkB", nid, HUGE_KB);
	uint64_t kb = free_kb(nid), have = 0;
	const char *why = NULL;
	struct numalens_dir dir;
	char *number;

	numalens_dir_set(&dir, "%s", directory);
	if (numalens_dir_read_u64(&dir, "nr_hugepages", &have))
		why = "the kernel has no huge pages to fill it with";
	else if (kb > MAX_FREE_KB)
		why = "more than 1 GiB is free there, which would take long";
	if (!why && kb > LEFT_KB) {
		number = numalens_strf("%" PRIu64, have + (kb - LEFT_KB) / HUGE_KB);
		if (numalens_undo_setting(directory, "nr_hugepages", number))
			why = "its pool of huge pages can't be changed";
		free(number);
	}
	free(directory);
	return why;
}

/* Memory that is larger than what is free on the far node, which it prefers. */
static int overflow(struct numalens_lab *lab, struct numalens_actor *actor, uint64_t kb)
{
	struct numalens_order_policy policy = {
		.mode = MPOL_PREFERRED, .nids = { lab->far }, .nr = 1,
	};
	uint64_t pages = kb * 1024 / sysconf(_SC_PAGESIZE), far, sum;
	struct numalens_area area;
	struct numalens_view view;
	int ret = numalens_area_map(actor, 0, &area, pages, NUMALENS_AREA_SMALL);

	if (!ret)
		ret = numalens_actor_policy_area(actor, 0, &area, &policy);
	if (!ret && policy.err)
		ret = numalens_lab_fail(lab, "a policy can't be set: %s", strerror(policy.err));
	if (!ret)
		ret = numalens_area_touch(actor, 0, &area, true);
	if (!ret)
		ret = numalens_area_look(actor, &area, &view);
	if (ret)
		return ret;
	far = numalens_view_on(&view, lab->far);
	sum = numalens_place_sum(&view.place);
	numalens_lab_table_nodes(lab, "pages", "memory", &view.process.snapshot);
	numalens_lab_row(lab);
	numalens_lab_cell(lab, "%" PRIu64 " MiB, %s", kb / 1024, view.place.policy);
	numalens_view_row(lab, &view);
	numalens_lab_claim(lab, sum == pages && far < pages,
			   "preferred, but full: the rest is taken from another node, without an error",
			   "%" PRIu64 " of %" PRIu64 " on node %u, %" PRIu64 " elsewhere", far, pages,
			   lab->far, sum - far);
	numalens_view_free(&view);
	return NUMALENS_OK;
}

/**
 * numalens_experiment_policy_full() - fill the far node, and prefer it
 * @lab: lab
 *
 * Return: NUMALENS_OK, also where it can't be filled, or the exit status.
 */
int numalens_experiment_policy_full(struct numalens_lab *lab)
{
	struct numalens_actor *actor;
	const char *why;
	uint64_t kb;
	int ret;

	numalens_lab_phase(lab, "a full node", "almost all of node %u becomes huge pages that nobody "
			   "uses; then memory that prefers node %u is written to, more than is left "
			   "there. (Were it bound to it, the kernel would kill somebody instead.)",
			   lab->far, lab->far);
	why = lab->topology.guest == 1 ? take_all(lab->far) :
	      "this is no virtual machine, and others may need it";
	kb = free_kb(lab->far) + MORE_KB;
	if (!why && kb > MAX_AREA_KB)
		why = "huge pages don't fill it";
	if (!why && free_kb(lab->near) < kb + ROOM_KB)
		why = "the other node has not enough memory for the rest";
	if (why) {
		numalens_lab_phase(lab, "a full node, skipped", "node %u is not filled: %s.",
				   lab->far, why);
		return NUMALENS_OK;
	}
	actor = numalens_actor_start(lab, "lab-filler", 1);
	if (!actor)
		return NUMALENS_FAILED;
	ret = numalens_actor_run_on(actor, 0, lab->near);
	return ret ? ret : overflow(lab, actor, kb);
}
