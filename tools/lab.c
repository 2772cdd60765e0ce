// SPDX-License-Identifier: GPL-2.0
/*
 * Experiments: run one after the other, what is seen recorded as JSON, and
 * printed from that at once.
 */
#include "lab.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "actor.h"
#include "alloc.h"
#include "busy.h"
#include "error.h"
#include "lab_machine.h"
#include "lab_record.h"
#include "lab_text.h"
#include "output.h"
#include "undo.h"

#define FORMAT	1
#define FREE_KB	(192UL << 10)	/* more than any experiment needs of a node */

static void nodes_find(struct numalens_lab *lab)
{
	size_t i;

	for (i = 0; i < lab->topology.nr_nodes; i++) {
		const struct numalens_node *node = &lab->topology.nodes[i];

		if (!node->has_memory || !*node->cpus)
			continue;
		if (!lab->nr_usable++)
			lab->near = node->nid;
		lab->far = node->nid;
	}
}

/**
 * numalens_lab_init() - look at the machine
 * @lab: gets it; numalens_lab_free() it, whatever is returned
 * @text: people read along
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_lab_init(struct numalens_lab *lab, bool text)
{
	int ret;

	memset(lab, 0, sizeof(*lab));
	lab->text = text;
	ret = numalens_topology_read(&lab->topology);
	if (ret)
		return ret;
	nodes_find(lab);
	return NUMALENS_OK;
}

/**
 * numalens_lab_free() - end what numalens_lab_init() gave
 * @lab: lab
 */
void numalens_lab_free(struct numalens_lab *lab)
{
	json_object_put(lab->root);
	numalens_topology_free(&lab->topology);
	free(lab->reason);
}

/**
 * numalens_lab_missing_nodes() - for struct numalens_experiment: two nodes are needed
 * @lab: lab
 *
 * Return: why it can't run, or NULL.
 */
const char *numalens_lab_missing_nodes(const struct numalens_lab *lab)
{
	return lab->nr_usable > 1 ? NULL : "it takes two nodes that have both memory and CPUs";
}

/**
 * numalens_lab_missing_memory() - for struct numalens_experiment: two nodes with free memory
 * @lab: lab
 *
 * The kernel takes memory from another node before it gives up what is cached on the one
 * that is asked for: where that is full, nothing lies where it should.
 *
 * Return: why it can't run, or NULL.
 */
const char *numalens_lab_missing_memory(const struct numalens_lab *lab)
{
	const unsigned int nids[] = { lab->near, lab->far };
	const struct numalens_node *node;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(nids) && lab->nr_usable > 1; i++) {
		node = numalens_topology_node(&lab->topology, nids[i]);
		if (node && node->memory && node->free_kb < FREE_KB)
			return "on the first or the last node less than 192 MiB are free (what is "
			       "cached there goes by echo 1 >/proc/sys/vm/drop_caches)";
	}
	return numalens_lab_missing_nodes(lab);
}

__attribute__((format(printf, 2, 0)))
static void reason_set(struct numalens_lab *lab, const char *fmt, va_list args)
{
	char *reason;

	/* The first is the cause of those that follow. */
	if (lab->reason)
		return;
	if (vasprintf(&reason, fmt, args) < 0)
		reason = numalens_strdup(fmt);
	lab->reason = reason;
}

/**
 * numalens_lab_fail() - say why an experiment can't go on
 * @lab: lab
 * @fmt: why, as for printf()
 *
 * Return: NUMALENS_FAILED.
 */
int numalens_lab_fail(struct numalens_lab *lab, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	reason_set(lab, fmt, args);
	va_end(args);
	return NUMALENS_FAILED;
}

/**
 * numalens_lab_skip() - say why an experiment says nothing on this machine
 * @lab: lab
 * @fmt: why, as for printf()
 *
 * Return: NUMALENS_MISSING.
 */
int numalens_lab_skip(struct numalens_lab *lab, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	reason_set(lab, fmt, args);
	va_end(args);
	return NUMALENS_MISSING;
}

static void root_make(struct numalens_lab *lab)
{
	lab->root = numalens_output_json_new("lab");
	json_object_object_add(lab->root, "format", json_object_new_int(FORMAT));
	json_object_object_add(lab->root, "version", json_object_new_string(NUMALENS_VERSION));
	json_object_object_add(lab->root, "machine", numalens_lab_machine(&lab->topology));
	lab->experiments = json_object_new_array();
	json_object_object_add(lab->root, "experiments", lab->experiments);
}

static void experiment_make(struct numalens_lab *lab, const struct numalens_experiment *experiment)
{
	if (!lab->root)
		root_make(lab);
	lab->experiment = json_object_new_object();
	json_object_array_add(lab->experiments, lab->experiment);
	numalens_lab_record_text(lab->experiment, "name", experiment->name);
	numalens_lab_record_text(lab->experiment, "title", experiment->title);
	numalens_lab_record_text(lab->experiment, "expects", experiment->expects);
	numalens_lab_record_text(lab->experiment, "why", experiment->why);
	if (lab->text)
		numalens_lab_text_begin(lab->experiment);
}

static bool all_met(const struct json_object *experiment)
{
	struct json_object *claims, *met;
	size_t i, nr;

	if (!json_object_object_get_ex(experiment, "claims", &claims))
		return false;
	nr = json_object_array_length(claims);
	for (i = 0; i < nr; i++) {
		json_object_object_get_ex(json_object_array_get_idx(claims, i), "met", &met);
		if (!json_object_get_boolean(met))
			return false;
	}
	return true;
}

/* One that could not go on says nothing, whatever of its claims was met. */
static int verdict_set(struct numalens_lab *lab, int ret)
{
	const char *verdict = "failed";

	if (ret == NUMALENS_MISSING)
		verdict = "skipped";
	else if (!ret && all_met(lab->experiment))
		verdict = "as expected";
	else if (!ret)
		verdict = "not as expected";
	if (!ret && strcmp(verdict, "as expected"))
		ret = NUMALENS_FAILED;
	numalens_lab_record_text(lab->experiment, "verdict", verdict);
	if (lab->reason)
		numalens_lab_record_text(lab->experiment, "reason", lab->reason);
	return ret;
}

/**
 * numalens_lab_need_idle() - for experiments whose outcome is the scheduler's
 * @lab: lab
 *
 * With other work on most CPUs, what it does is due to that.
 *
 * Return: NUMALENS_OK, or what numalens_lab_skip() returned.
 */
int numalens_lab_need_idle(struct numalens_lab *lab)
{
	struct numalens_busy busy;

	if (numalens_busy_read(&busy) || 2 * busy.nr_busy <= busy.nr_cpus)
		return NUMALENS_OK;
	return numalens_lab_skip(lab, "%u of %u CPUs are busy with other processes, which would decide "
				 "what is seen", busy.nr_busy, busy.nr_cpus);
}

/**
 * numalens_lab_run() - run an experiment
 * @lab: lab
 * @experiment: which
 *
 * Return: NUMALENS_OK if all was as expected, NUMALENS_MISSING if it can't run here,
 * NUMALENS_FAILED if it was not, or could not go on.
 */
int numalens_lab_run(struct numalens_lab *lab, const struct numalens_experiment *experiment)
{
	const char *missing = experiment->missing ? experiment->missing(lab) : NULL;
	int ret;

	experiment_make(lab, experiment);
	if (missing)
		ret = numalens_lab_skip(lab, "%s", missing);
	else
		ret = experiment->run(lab);
	numalens_lab_phase_end(lab);
	numalens_actor_stop_all();
	numalens_undo_all();
	ret = verdict_set(lab, ret);
	if (lab->text)
		numalens_lab_text_end(lab->experiment);
	free(lab->reason);
	lab->reason = NULL;
	lab->experiment = NULL;
	lab->phase = NULL;
	return ret;
}
