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
#include "remedy_tune.h"
#include "topology.h"
#include "tune.h"

__attribute__((format(printf, 3, 4)))
static void add(struct numalens_remedy *remedy, enum numalens_remedy_kind kind,
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

/* Where the pages of an area lie that should not. */
static char *sources_of(const struct numalens_judgement *judgement,
			const struct numalens_area *area)
{
	static struct numalens_list list;
	size_t node;

	memset(&list, 0, sizeof(list));
	for (node = 0; node < judgement->snapshot->header.nr_nodes; node++) {
		uint32_t nid = numalens_snapshot_nid(judgement->snapshot, node);

		if (area->pages[node] && !numalens_list_has(&area->wanted, nid))
			numalens_list_add(&list, nid);
	}
	return numalens_list_format(&list);
}

/* Would what is moved to one be right for the other as well? */
static bool is_as_good(const struct numalens_area *area, const struct numalens_area *other)
{
	return other->has_wanted && other->mode != NUMALENS_MODE_INTERLEAVE &&
	       numalens_list_is_within(&area->wanted, &other->wanted);
}

/* Has the other one memory where it would be taken along, or will need a node to be left? */
static bool is_needed(const struct numalens_judgement *judgement,
		      const struct numalens_area *area, const struct numalens_area *other)
{
	size_t node;

	for (node = 0; node < judgement->snapshot->header.nr_nodes; node++) {
		uint32_t nid = numalens_snapshot_nid(judgement->snapshot, node);

		if (!area->pages[node] || numalens_list_has(&area->wanted, nid))
			continue;
		if (other->pages[node] && !is_as_good(area, other))
			return true;
		if (other->has_wanted && numalens_list_has(&other->wanted, nid) && other->outside)
			return true;
	}
	return false;
}

/*
 * migratepages(8) moves all that a process has on a node: not what is wanted
 * if another cell's memory belongs there, or if that is not known.
 */
static bool is_alone(const struct numalens_judgement *judgement,
		     const struct numalens_area *area, const struct numalens_qemu *qemu)
{
	size_t i, nr_cells = 0;

	for (i = 0; i < qemu->nr_backends && area->cell != NUMALENS_NONE; i++)
		if (qemu->backends[i].nr_vmas && numalens_qemu_is_spare(qemu, i))
			return false;
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *other = &judgement->areas[i];

		nr_cells += other->cell != NUMALENS_NONE;
		if (other != area && is_needed(judgement, area, other))
			return false;
	}
	return area->cell == NUMALENS_NONE || nr_cells == qemu->nr_cells;
}

/* Two cells may have to move the same way: that takes one line. */
static bool is_there(const struct numalens_remedy *remedy, const char *line)
{
	size_t i;

	for (i = 0; i < remedy->nr[NUMALENS_REMEDY_NOW]; i++)
		if (!strcmp(remedy->lines[NUMALENS_REMEDY_NOW][i], line))
			return true;
	return false;
}

static void pages_remedy(struct numalens_remedy *remedy,
			 const struct numalens_judgement *judgement,
			 const struct numalens_area *area, const struct numalens_qemu *qemu)
{
	char *from = sources_of(judgement, area), *to = numalens_list_format(&area->wanted);
	char *line = numalens_strf("migratepages %" PRIu32 " %s %s",
				   (uint32_t)judgement->snapshot->header.pid, from, to);

	if (area->outside && !is_alone(judgement, area, qemu))
		add(remedy, NUMALENS_REMEDY_NOW,
		    "# migratepages could move other memory with that of %s: start it anew",
		    area->name);
	else if (area->outside && area->mode != NUMALENS_MODE_INTERLEAVE &&
		 !is_there(remedy, line))
		add(remedy, NUMALENS_REMEDY_NOW, "%s", line);
	free(line);
	free(to);
	free(from);
}

static void restart_remedy(struct numalens_remedy *remedy, const struct numalens_area *area)
{
	char *nodes = numalens_list_format(&area->wanted);
	const char *option = "membind";

	if (area->mode == NUMALENS_MODE_INTERLEAVE)
		option = "interleave";
	else if (area->mode == NUMALENS_MODE_PREFERRED)
		option = area->wanted.nr > 1 ? "preferred-many" : "preferred";
	add(remedy, NUMALENS_REMEDY_RESTART, "numactl --%s=%s -- COMMAND", option, nodes);
	free(nodes);
}

/* Has a cell memory on some nodes that belongs there, or not to others? */
static bool has_settled(const struct numalens_judgement *judgement,
			const struct numalens_list *from, const struct numalens_list *to)
{
	size_t i, node;

	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *area = &judgement->areas[i];

		if (area->cell == NUMALENS_NONE || !area->has_wanted ||
		    numalens_list_is_within(to, &area->wanted))
			continue;
		for (node = 0; node < judgement->snapshot->header.nr_nodes; node++)
			if (area->pages[node] &&
			    numalens_list_has(from, numalens_snapshot_nid(judgement->snapshot,
									  node)))
				return true;
	}
	return false;
}

/* The nodes that threads run on are where memory should be. */
static void remote_remedy(struct numalens_remedy *remedy,
			  const struct numalens_judgement *judgement)
{
	static struct numalens_list homes, others;
	const struct numalens_snapshot *s = judgement->snapshot;
	char *from, *to;
	size_t node;

	memset(&homes, 0, sizeof(homes));
	memset(&others, 0, sizeof(others));
	for (node = 0; node < s->header.nr_nodes; node++) {
		if (numalens_snapshot_total(s, NUMALENS_TOTAL_HOME_BP, node))
			numalens_list_add(&homes, numalens_snapshot_nid(s, node));
		else if (numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, node))
			numalens_list_add(&others, numalens_snapshot_nid(s, node));
	}
	from = numalens_list_format(&others);
	to = numalens_list_format(&homes);
	if (others.nr && homes.nr && has_settled(judgement, &others, &homes))
		add(remedy, NUMALENS_REMEDY_NOW,
		    "# migratepages would move memory of cells from where it belongs");
	else if (others.nr && homes.nr)
		add(remedy, NUMALENS_REMEDY_NOW, "migratepages %" PRIu32 " %s %s",
		    (uint32_t)s->header.pid, from, to);
	if (homes.nr && !judgement->tune)
		add(remedy, NUMALENS_REMEDY_RESTART,
		    "numactl --cpunodebind=%s --membind=%s -- COMMAND", to, to);
	free(to);
	free(from);
}

static void pin_remedy(struct numalens_remedy *remedy, const struct numalens_judgement *judgement,
		       const struct numalens_finding *finding, const char *cpus)
{
	struct numalens_thread thread;
	char *line;

	if (judgement->tune) {
		line = numalens_remedy_tune_pin(judgement->tune, finding->vcpu, cpus);
		add(remedy, NUMALENS_REMEDY_NOW, "%s", line);
		free(line);
		return;
	}
	numalens_snapshot_thread(judgement->snapshot, finding->thread, &thread);
	add(remedy, NUMALENS_REMEDY_NOW, "taskset -p -c %s %" PRIu32, cpus, (uint32_t)thread.tid);
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
				add(remedy, NUMALENS_REMEDY_LIBVIRT, "<cputune>");
			add(remedy, NUMALENS_REMEDY_LIBVIRT, "  <vcpupin vcpu='%zu' cpuset='%s'/>",
			    finding->vcpu, cpus);
			began = true;
		}
		free(cpus);
	}
	if (began)
		add(remedy, NUMALENS_REMEDY_LIBVIRT, "</cputune>");
	pins_remedy(remedy, judgement, &settled);
}

static bool has_cell(const struct numalens_area *area)
{
	return area->cell != NUMALENS_NONE && area->has_wanted;
}

/* Where nothing but its CPUs say so, and it is right, they are what has to be pinned. */
static bool has_memnode(const struct numalens_area *area)
{
	return has_cell(area) && (!area->by_vcpus || area->is_wrong);
}

static void memory_remedy(struct numalens_remedy *remedy, const struct numalens_area *area)
{
	char *nodes = numalens_list_format(&area->wanted);

	add(remedy, NUMALENS_REMEDY_LIBVIRT, "<numatune>");
	add(remedy, NUMALENS_REMEDY_LIBVIRT, "  <memory mode='%s' nodeset='%s'/>",
	    numalens_rule_mode_name(area->mode), nodes);
	add(remedy, NUMALENS_REMEDY_LIBVIRT, "</numatune>");
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
		nr_others += qemu->cells[i].backend != NUMALENS_QEMU_NONE;
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *area = &judgement->areas[i];

		if (!has_cell(area))
			continue;
		nr_others--;
		mode = mode ? mode : numalens_rule_mode_name(area->mode);
		memnode_of(judgement, area, &one);
		for (nid = 0; nid <= NUMALENS_MAX_ID; nid++)
			if (numalens_list_has(&one, nid))
				numalens_list_add(&all, nid);
	}
	nodes = numalens_list_format(&all);
	add(remedy, NUMALENS_REMEDY_LIBVIRT, "<numatune>");
	if (!nr_others)
		add(remedy, NUMALENS_REMEDY_LIBVIRT, "  <memory mode='%s' nodeset='%s'/>", mode,
		    nodes);
	free(nodes);
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *area = &judgement->areas[i];

		if (!has_cell(area))
			continue;
		memnode_of(judgement, area, &one);
		nodes = numalens_list_format(&one);
		add(remedy, NUMALENS_REMEDY_LIBVIRT,
		    "  <memnode cellid='%zu' mode='%s' nodeset='%s'/>", area->cell,
		    numalens_rule_mode_name(area->mode), nodes);
		free(nodes);
	}
	add(remedy, NUMALENS_REMEDY_LIBVIRT, "</numatune>");
}

static void object_remedy(struct numalens_remedy *remedy, const struct numalens_area *area,
			  const struct numalens_qemu *qemu)
{
	static const char * const policies[] = {
		[NUMALENS_MODE_STRICT] = "bind",
		[NUMALENS_MODE_INTERLEAVE] = "interleave",
		[NUMALENS_MODE_PREFERRED] = "preferred",
	};
	size_t backend = qemu->cells[numalens_qemu_cell(qemu, area->cell)].backend;
	char *nodes = numalens_list_format(&area->wanted);

	add(remedy, NUMALENS_REMEDY_QEMU, "-object %s,policy=%s,host-nodes=%s",
	    qemu->backends[backend].properties, policies[area->mode], nodes);
	/* Memory that had no backend gets one. */
	if (!qemu->has_numa && strchr(area->backend, ' '))
		add(remedy, NUMALENS_REMEDY_QEMU, "-machine memory-backend=ram");
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

		add(remedy, NUMALENS_REMEDY_RESTART, "%s", line);
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
		pages_remedy(remedy, judgement, area, qemu);
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
		remote_remedy(remedy, judgement);
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
