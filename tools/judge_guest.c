// SPDX-License-Identifier: GPL-2.0
/*
 * Does the memory of a guest's cells lie where it must, and do its CPUs run
 * there? What must be is said by rules; where there is none, by the host nodes
 * that the cell's backend asks for; where it asks for none, by the nodes that
 * the cell's CPUs may run on.
 */
#include "judge_guest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "judge.h"
#include "output.h"
#include "qemu.h"

/* A node with less than this share of a cell's pages is not where its memory is. */
#define HOME_BP		1000

static void wanted_from_backend(struct numalens_area *area,
				const struct numalens_backend *backend)
{
	area->has_wanted = *backend->nodes && strcmp(backend->policy, "default") &&
			   !numalens_list_parse(&area->wanted, backend->nodes);
	if (!area->has_wanted)
		return;
	if (!strcmp(backend->policy, "interleave"))
		area->mode = NUMALENS_MODE_INTERLEAVE;
	else if (!strcmp(backend->policy, "preferred"))
		area->mode = NUMALENS_MODE_PREFERRED;
	area->source = numalens_strf("host-nodes=%s,policy=%s of its backend", backend->nodes,
				     backend->policy);
}

static void wanted_from_vcpus(struct numalens_area *area, const struct numalens_snapshot *s,
			      const struct numalens_qemu *qemu, size_t cell)
{
	static struct numalens_list list;
	struct numalens_thread thread;
	unsigned int nid;
	size_t i;

	for (i = 0; i < qemu->nr_vcpus; i++) {
		if (qemu->vcpus[i].cell != cell || qemu->vcpus[i].thread == NUMALENS_QEMU_NONE)
			continue;
		numalens_snapshot_thread(s, qemu->vcpus[i].thread, &thread);
		if (numalens_list_parse(&list, numalens_snapshot_string(s, thread.allowed_nodes)))
			continue;
		for (nid = 0; nid <= NUMALENS_MAX_ID; nid++)
			if (numalens_list_has(&list, nid))
				numalens_list_add(&area->wanted, nid);
	}
	area->has_wanted = area->wanted.nr;
	area->by_vcpus = true;
	area->source = numalens_strdup("where its vCPUs may run");
}

static void wanted_from_rule(struct numalens_area *area, const struct numalens_cell_rule *rule)
{
	char *nodes = numalens_list_format(&rule->nodes);

	area->has_wanted = true;
	area->wanted = rule->nodes;
	area->mode = rule->mode;
	area->by_domain = rule->source;
	area->source = rule->source ? numalens_strdup(rule->source) :
		       numalens_strf("--cell %u=%s", rule->cell, nodes);
	free(nodes);
}

/* It can't be judged, which is not as it should be. */
static void blind_find(struct numalens_judgement *judgement, struct numalens_area *area,
		       char *why)
{
	struct numalens_finding *finding;

	finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, "cell", area->name, why);
	finding->cell = area->cell;
	area->is_wrong = true;
}

static char *name_of(const struct numalens_qemu *qemu, const struct numalens_backend *backend)
{
	unsigned int id = qemu->cells[backend->cell].id;

	return backend->dimm ? numalens_strf("%s in cell %u", backend->dimm, id) :
	       numalens_strf("cell %u", id);
}

/* A domain says of a DIMM, too, where it belongs: QEMU was given that. */
static const struct numalens_cell_rule *rule_of(const struct numalens_rules *rules,
						const struct numalens_qemu *qemu,
						const struct numalens_backend *backend)
{
	const struct numalens_cell_rule *rule;

	rule = numalens_rule_cell(rules, qemu->cells[backend->cell].id);
	return rule && rule->source && backend->dimm && *backend->nodes ? NULL : rule;
}

static void backend_judge(struct numalens_judgement *judgement, const struct numalens_qemu *qemu,
			  const struct numalens_backend *backend)
{
	const struct numalens_rules *rules = judgement->rules;
	const struct numalens_cell_rule *rule = rule_of(rules, qemu, backend);
	bool alone = numalens_rule_is_guests(rules);
	struct numalens_area *area;

	if (!rule && !alone && !rules->vcpu_local)
		return;
	area = numalens_judge_area_add(judgement, name_of(qemu, backend), backend->nr_vmas);
	area->cell = qemu->cells[backend->cell].id;
	area->backend = backend->id;
	if (backend->nr_vmas)
		memcpy(area->vmas, backend->vmas, backend->nr_vmas * sizeof(*area->vmas));
	if (rule)
		wanted_from_rule(area, rule);
	else if (alone)
		wanted_from_backend(area, backend);
	if (alone && !area->has_wanted)
		wanted_from_vcpus(area, judgement->snapshot, qemu, backend->cell);
	numalens_judge_area_fill(judgement, area);
	if (!backend->nr_vmas)
		blind_find(judgement, area,
			   numalens_strf("no memory of %" PRIu64 " bytes is mapped that could be "
					 "its backend %s", backend->size, backend->id));
	else if (area->has_wanted)
		numalens_judge_area(judgement, area, "cell");
	else if (alone)
		blind_find(judgement, area,
			   numalens_strdup("nothing says where it must lie: its backend has no "
					   "host-nodes, and no thread is known as a vCPU of it"));
}

/**
 * numalens_judge_guest_home() - nodes that the memory of a cell is on
 * @judgement: what it is part of
 * @area: the cell's memory
 * @nodes: gets the nodes; where nothing is resident yet, those where it must come
 */
void numalens_judge_guest_home(const struct numalens_judgement *judgement,
			       const struct numalens_area *area, struct numalens_list *nodes)
{
	size_t node;

	memset(nodes, 0, sizeof(*nodes));
	if (!area->resident && area->has_wanted)
		*nodes = area->wanted;
	for (node = 0; node < judgement->snapshot->header.nr_nodes; node++)
		if (area->pages[node] && (double)area->pages[node] * 10000 >=
					 (double)area->resident * HOME_BP)
			numalens_list_add(nodes, numalens_snapshot_nid(judgement->snapshot, node));
}

static void vcpu_judge(struct numalens_judgement *judgement, const struct numalens_qemu *qemu,
		       size_t cpu)
{
	static struct numalens_list home, allowed;
	const struct numalens_snapshot *s = judgement->snapshot;
	const struct numalens_vcpu *vcpu = &qemu->vcpus[cpu];
	const struct numalens_area *area;
	struct numalens_finding *finding;
	struct numalens_thread thread;
	const char *nodes;
	char *subject, *homes;

	if (vcpu->cell == NUMALENS_QEMU_NONE || vcpu->thread == NUMALENS_QEMU_NONE)
		return;
	area = numalens_judge_cell(judgement, qemu->cells[vcpu->cell].id);
	/* Memory that is wrong by where the CPUs may run has been told already. */
	if (!area || (area->by_vcpus && area->is_wrong))
		return;
	numalens_judge_guest_home(judgement, area, &home);
	numalens_snapshot_thread(s, vcpu->thread, &thread);
	nodes = numalens_snapshot_string(s, thread.allowed_nodes);
	if (!home.nr || numalens_list_parse(&allowed, nodes) ||
	    numalens_list_is_within(&allowed, &home))
		return;
	subject = numalens_strf("vCPU %zu", cpu);
	homes = numalens_list_format(&home);
	finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, "vcpu-local", subject,
		numalens_strf("thread %u may run on node%s %s, ran last on node %u; the memory of "
			      "%s is on node%s %s", thread.tid, allowed.nr > 1 ? "s" : "", nodes,
			      thread.nid, area->name, home.nr > 1 ? "s" : "", homes));
	finding->cell = area->cell;
	finding->thread = vcpu->thread;
	finding->vcpu = cpu;
	free(homes);
	free(subject);
}

static void vcpus_judge(struct numalens_judgement *judgement, const struct numalens_qemu *qemu)
{
	size_t cpu;

	if (!qemu->vcpu_source)
		numalens_judge_find(judgement, judgement->rules->vcpu_local ?
				    NUMALENS_GRADE_WRONG : NUMALENS_GRADE_WARNING, "vcpu-local",
				    "vCPUs",
				    numalens_strdup("which threads they are is not known: QEMU "
						    "tells it with -name NAME,debug-threads=on, or "
						    "through a -qmp unix: socket that is free"));
	for (cpu = 0; cpu < qemu->nr_vcpus; cpu++)
		vcpu_judge(judgement, qemu, cpu);
}

/* Memory without a backend is somewhere in the process, and nothing says where. */
static void blind_cells_find(struct numalens_judgement *judgement,
			     const struct numalens_qemu *qemu)
{
	struct numalens_finding *finding;
	bool any = false;
	char *subject;
	size_t i;

	for (i = 0; i < qemu->nr_cells; i++)
		any |= qemu->cells[i].backend != NUMALENS_QEMU_NONE;
	for (i = 0; i < qemu->nr_cells; i++) {
		const struct numalens_guest_cell *cell = &qemu->cells[i];

		if (cell->backend != NUMALENS_QEMU_NONE ||
		    (any && !cell->has_size && !cell->memdev))
			continue;
		subject = numalens_strf("cell %u", cell->id);
		finding = numalens_judge_find(judgement, NUMALENS_GRADE_WRONG, "cell", subject,
			numalens_strdup("its memory has no backend: which of the process's it is "
					"can't be told"));
		finding->cell = cell->id;
		free(subject);
	}
}

static void spare_backends_find(struct numalens_judgement *judgement,
				const struct numalens_qemu *qemu)
{
	char *subject;
	size_t i;

	for (i = 0; i < qemu->nr_backends; i++) {
		if (qemu->backends[i].cell != NUMALENS_QEMU_NONE)
			continue;
		subject = numalens_strf("backend %s", qemu->backends[i].id);
		numalens_judge_find(judgement, NUMALENS_GRADE_WARNING, "cell", subject,
				    numalens_strdup("no cell and no device has it from the start, "
						    "but one that was plugged in later may: it was "
						    "not judged"));
		free(subject);
	}
}

/**
 * numalens_judge_guest() - judge the cells and the CPUs of a guest
 * @judgement: gets what is found
 * @qemu: guest whose VMAs and threads have been found
 */
void numalens_judge_guest(struct numalens_judgement *judgement, const struct numalens_qemu *qemu)
{
	size_t cell, i;

	for (cell = 0; cell < qemu->nr_cells; cell++)
		if (qemu->cells[cell].backend != NUMALENS_QEMU_NONE)
			backend_judge(judgement, qemu, &qemu->backends[qemu->cells[cell].backend]);
	for (i = 0; i < qemu->nr_backends; i++)
		if (qemu->backends[i].dimm && qemu->backends[i].cell != NUMALENS_QEMU_NONE)
			backend_judge(judgement, qemu, &qemu->backends[i]);
	if (!judgement->rules->vcpu_local && !numalens_rule_is_guests(judgement->rules))
		return;
	blind_cells_find(judgement, qemu);
	spare_backends_find(judgement, qemu);
	vcpus_judge(judgement, qemu);
}
