// SPDX-License-Identifier: GPL-2.0
/*
 * Lines that would put right what a check found: for libvirt, for QEMU, for
 * the shell. They are made to be copied, so they are never wrapped.
 */
#include "remedy.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "judge.h"
#include "judge_guest.h"
#include "qemu.h"
#include "remedy_pages.h"
#include "remedy_tune.h"
#include "topology.h"
#include "tune.h"
#include "word.h"

/**
 * numalens_remedy_add() - add a line
 * @remedy: lines
 * @kind: what kind it is of
 * @fmt: the line, as for printf()
 */
void numalens_remedy_add(struct numalens_remedy *remedy, enum numalens_remedy_kind kind,
			 const char *fmt, ...)
{
	va_list args;
	char *line;
	int len;

	va_start(args, fmt);
	len = vasprintf(&line, fmt, args);
	va_end(args);
	if (len < 0)
		return;
	remedy->lines[kind] = numalens_realloc(remedy->lines[kind], remedy->nr[kind] + 1,
					       sizeof(*remedy->lines[kind]));
	remedy->lines[kind][remedy->nr[kind]++] = line;
}

static void restart_remedy(struct numalens_remedy *remedy, const struct numalens_area *area)
{
	char *nodes = numalens_list_format(&area->wanted);
	const char *option = "membind";

	if (area->mode == NUMALENS_MODE_INTERLEAVE)
		option = "interleave";
	else if (area->mode == NUMALENS_MODE_PREFERRED)
		option = area->wanted.nr > 1 ? "preferred-many" : "preferred";
	numalens_remedy_add(remedy, NUMALENS_REMEDY_RESTART, "numactl --%s=%s -- COMMAND", option,
			    nodes);
	free(nodes);
}

static void pin_remedy(struct numalens_remedy *remedy, const struct numalens_judgement *judgement,
		       const struct numalens_finding *finding, const char *cpus)
{
	struct numalens_thread thread;
	char *line;

	if (judgement->tune) {
		line = numalens_remedy_tune_pin(judgement->tune, finding->vcpu, cpus);
		numalens_remedy_add(remedy, NUMALENS_REMEDY_NOW, "%s", line);
		free(line);
		return;
	}
	numalens_snapshot_thread(judgement->snapshot, finding->thread, &thread);
	numalens_remedy_add(remedy, NUMALENS_REMEDY_NOW, "taskset -p -c %s %" PRIu32, cpus,
			    (uint32_t)thread.tid);
}

/* Is the domain's pin, which the thread does not keep, one of the CPUs that are right? */
static bool is_pin_right(const struct numalens_judgement *judgement, size_t vcpu,
			 const char *cpus)
{
	static struct numalens_list right, list;
	size_t i;

	for (i = 0; i < judgement->nr_findings; i++) {
		const struct numalens_finding *finding = &judgement->findings[i];

		if (finding->vcpu == vcpu && finding->cpus &&
		    !numalens_list_parse(&list, finding->cpus) &&
		    !numalens_list_parse(&right, cpus))
			return numalens_list_is_within(&list, &right);
	}
	return false;
}

/* The domain says well where threads belong, and they are elsewhere. */
static void pins_remedy(struct numalens_remedy *remedy, const struct numalens_judgement *judgement,
			const struct numalens_list *settled)
{
	size_t i;

	for (i = 0; i < judgement->nr_findings; i++) {
		const struct numalens_finding *finding = &judgement->findings[i];

		if (finding->cpus && (finding->vcpu == NUMALENS_NONE ||
				      !numalens_list_has(settled, finding->vcpu)))
			pin_remedy(remedy, judgement, finding, finding->cpus);
	}
}

/* A CPU goes to where its cell's memory belongs; where that is not said, to where it is. */
static void vcpus_remedy(struct numalens_remedy *remedy,
			 const struct numalens_judgement *judgement,
			 const struct numalens_topology *topology)
{
	static struct numalens_list home, settled;
	bool began = false;
	size_t i;

	memset(&settled, 0, sizeof(settled));
	for (i = 0; i < judgement->nr_findings; i++) {
		const struct numalens_finding *finding = &judgement->findings[i];
		const struct numalens_area *area = numalens_judge_cell(judgement, finding->cell);
		char *cpus;

		if (finding->vcpu == NUMALENS_NONE || !area)
			continue;
		numalens_judge_guest_home(judgement, area, &home);
		cpus = numalens_topology_cpus(topology, area->has_wanted && !area->by_vcpus ?
					      &area->wanted : &home);
		if (*cpus && !is_pin_right(judgement, finding->vcpu, cpus)) {
			pin_remedy(remedy, judgement, finding, cpus);
			numalens_list_add(&settled, finding->vcpu);
			if (!began)
				numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "<cputune>");
			numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT,
					    "  <vcpupin vcpu='%zu' cpuset='%s'/>", finding->vcpu,
					    cpus);
			began = true;
		}
		free(cpus);
	}
	if (began)
		numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "</cputune>");
	pins_remedy(remedy, judgement, &settled);
}

static bool has_cell(const struct numalens_area *area)
{
	return area->cell != NUMALENS_NONE && area->has_wanted;
}

/* One line for each cell, whatever is plugged into it. */
static bool is_first(const struct numalens_judgement *judgement, const struct numalens_area *area)
{
	return has_cell(area) && numalens_judge_cell(judgement, area->cell) == area;
}

/* Where nothing but its CPUs say so, and it is right, they are what has to be pinned. */
static bool has_memnode(const struct numalens_area *area)
{
	return has_cell(area) && (!area->by_vcpus || area->is_wrong);
}

static void memory_remedy(struct numalens_remedy *remedy, const struct numalens_area *area)
{
	char *nodes = numalens_list_format(&area->wanted);

	numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "<numatune>");
	numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "  <memory mode='%s' nodeset='%s'/>",
			    numalens_rule_mode_name(area->mode), nodes);
	numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "</numatune>");
	free(nodes);
}

/* A cell that is right by luck is to stay where it is. */
static void memnode_of(const struct numalens_judgement *judgement,
		       const struct numalens_area *area, struct numalens_list *nodes)
{
	if (has_memnode(area))
		*nodes = area->wanted;
	else
		numalens_judge_guest_home(judgement, area, nodes);
}

static bool has_memory(const struct numalens_qemu *qemu, size_t cell)
{
	size_t i;

	for (i = 0; i < qemu->nr_backends; i++)
		if (qemu->backends[i].cell == cell)
			return true;
	return false;
}

/*
 * A cell without a <memnode> would get what <memory> says: so all that are judged
 * have one, and there is no <memory> where some are not.
 */
static void numatune_remedy(struct numalens_remedy *remedy,
			    const struct numalens_judgement *judgement,
			    const struct numalens_qemu *qemu)
{
	static struct numalens_list all, one;
	const char *mode = NULL;
	unsigned int nid;
	size_t i, nr_others = 0;
	char *nodes;

	memset(&all, 0, sizeof(all));
	for (i = 0; i < qemu->nr_cells; i++)
		nr_others += has_memory(qemu, i);
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *area = &judgement->areas[i];

		if (!is_first(judgement, area))
			continue;
		nr_others--;
		mode = mode ? mode : numalens_rule_mode_name(area->mode);
		memnode_of(judgement, area, &one);
		for (nid = 0; nid <= NUMALENS_MAX_ID; nid++)
			if (numalens_list_has(&one, nid))
				numalens_list_add(&all, nid);
	}
	nodes = numalens_list_format(&all);
	numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "<numatune>");
	if (!nr_others)
		numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT,
				    "  <memory mode='%s' nodeset='%s'/>", mode, nodes);
	free(nodes);
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *area = &judgement->areas[i];

		if (!is_first(judgement, area))
			continue;
		memnode_of(judgement, area, &one);
		nodes = numalens_list_format(&one);
		numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT,
				    "  <memnode cellid='%zu' mode='%s' nodeset='%s'/>", area->cell,
				    numalens_rule_mode_name(area->mode), nodes);
		free(nodes);
	}
	numalens_remedy_add(remedy, NUMALENS_REMEDY_LIBVIRT, "</numatune>");
}

/* As a property of QEMU's, whose own commas end it: "0-1,host-nodes=3". */
static char *host_nodes_of(const struct numalens_list *list)
{
	char *nodes = numalens_list_format(list), *text = numalens_strdup(""), *from;

	for (from = nodes; *from; from++)
		numalens_append(&text, *from == ',' ? "%chost-nodes=" : "%c", *from);
	free(nodes);
	return text;
}

static void object_remedy(struct numalens_remedy *remedy, const struct numalens_area *area,
			  const struct numalens_qemu *qemu)
{
	static const char * const policies[] = {
		[NUMALENS_MODE_STRICT] = "bind",
		[NUMALENS_MODE_INTERLEAVE] = "interleave",
		[NUMALENS_MODE_PREFERRED] = "preferred",
	};
	size_t backend = numalens_qemu_backend(qemu, area->backend);
	char *nodes = host_nodes_of(&area->wanted);
	char *object = numalens_strf("%s,policy=%s,host-nodes=%s",
				     qemu->backends[backend].properties, policies[area->mode], nodes);
	char *word = numalens_word(object);

	numalens_remedy_add(remedy, NUMALENS_REMEDY_QEMU, "-object %s", word);
	/* Memory that had no backend gets one. */
	if (!qemu->has_numa && strchr(area->backend, ' '))
		numalens_remedy_add(remedy, NUMALENS_REMEDY_QEMU, "-machine memory-backend=ram");
	free(word);
	free(object);
	free(nodes);
}

/* Is there something about the pages of the area, or about its policy? */
static bool has_finding(const struct numalens_judgement *judgement,
			const struct numalens_area *area)
{
	size_t i;

	for (i = 0; i < judgement->nr_findings; i++)
		if (!strcmp(judgement->findings[i].subject, area->name) &&
		    strcmp(judgement->findings[i].rule, "max-remote") &&
		    strcmp(judgement->findings[i].rule, "hugepages"))
			return area->has_wanted;
	return false;
}

static bool has_rule(const struct numalens_judgement *judgement, const char *rule)
{
	size_t i;

	for (i = 0; i < judgement->nr_findings; i++)
		if (!strcmp(judgement->findings[i].rule, rule))
			return true;
	return false;
}

static void domain_remedy(struct numalens_remedy *remedy, const struct numalens_tune *tune)
{
	static const char * const commands[] = { "edit", "shutdown", "start" };
	/* What it says is right already, or it has to be told. */
	size_t i = !remedy->nr[NUMALENS_REMEDY_LIBVIRT];

	for (; i < ARRAY_SIZE(commands); i++) {
		char *line = numalens_remedy_tune_virsh(tune, commands[i]);

		numalens_remedy_add(remedy, NUMALENS_REMEDY_RESTART, "%s", line);
		free(line);
	}
}

/**
 * numalens_remedy_find() - find what would put right what was found
 * @remedy: gets the lines; numalens_remedy_free() it
 * @judgement: what was found
 * @qemu: guest that it was found of; without cells if it is none
 * @topology: machine
 */
void numalens_remedy_find(struct numalens_remedy *remedy,
			  const struct numalens_judgement *judgement,
			  const struct numalens_qemu *qemu,
			  const struct numalens_topology *topology)
{
	const struct numalens_area *whole = NULL;
	bool numatune = false, again = false;
	size_t i;

	memset(remedy, 0, sizeof(*remedy));
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *area = &judgement->areas[i];

		if (!has_finding(judgement, area))
			continue;
		numalens_remedy_pages(remedy, judgement, area, qemu);
		again = true;
		if (area->cell == NUMALENS_NONE && judgement->tune)
			whole = area;
		else if (area->cell == NUMALENS_NONE)
			restart_remedy(remedy, area);
		if (!has_memnode(area) || area->by_domain)
			continue;
		numatune = true;
		if (!judgement->tune)
			object_remedy(remedy, area, qemu);
	}
	if (numatune)
		numatune_remedy(remedy, judgement, qemu);
	else if (whole)
		memory_remedy(remedy, whole);
	if (has_rule(judgement, "max-remote"))
		numalens_remedy_remote(remedy, judgement);
	vcpus_remedy(remedy, judgement, topology);
	if (judgement->tune && (again || remedy->nr[NUMALENS_REMEDY_LIBVIRT]))
		domain_remedy(remedy, judgement->tune);
}

/**
 * numalens_remedy_free() - end what numalens_remedy_find() gave
 * @remedy: lines
 */
void numalens_remedy_free(struct numalens_remedy *remedy)
{
	size_t kind;

	for (kind = 0; kind < NUMALENS_NR_REMEDIES; kind++)
		numalens_dir_names_free(remedy->lines[kind], remedy->nr[kind]);
}
