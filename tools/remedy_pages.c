// SPDX-License-Identifier: GPL-2.0
/*
 * Lines that move memory while it is used, if they move no other with it.
 */
#include "remedy_pages.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "judge.h"
#include "qemu.h"
#include "remedy.h"

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
	size_t i, nr_judged = 0, nr_all = 0;

	for (i = 0; i < qemu->nr_backends; i++)
		nr_all += qemu->backends[i].nr_vmas || qemu->backends[i].cell != NUMALENS_QEMU_NONE;
	/* That without a backend is somewhere. */
	for (i = 0; i < qemu->nr_cells; i++)
		nr_all += qemu->cells[i].backend == NUMALENS_QEMU_NONE;
	for (i = 0; i < judgement->nr_areas; i++) {
		const struct numalens_area *other = &judgement->areas[i];

		nr_judged += other->cell != NUMALENS_NONE;
		if (other != area && is_needed(judgement, area, other))
			return false;
	}
	return area->cell == NUMALENS_NONE || nr_judged == nr_all;
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

/**
 * numalens_remedy_pages() - bring the pages of an area to where they belong
 * @remedy: gets the line
 * @judgement: what was found
 * @area: area
 * @qemu: guest that it is of; without cells if it is none
 */
void numalens_remedy_pages(struct numalens_remedy *remedy,
			   const struct numalens_judgement *judgement,
			   const struct numalens_area *area, const struct numalens_qemu *qemu)
{
	char *from = sources_of(judgement, area), *to = numalens_list_format(&area->wanted);
	char *line = numalens_strf("migratepages %" PRIu32 " %s %s",
				   (uint32_t)judgement->snapshot->header.pid, from, to);

	if (area->outside && !is_alone(judgement, area, qemu))
		numalens_remedy_add(remedy, NUMALENS_REMEDY_NOW,
				    "# migratepages could move other memory with %s: start it anew",
				    area->name);
	else if (area->outside && area->mode != NUMALENS_MODE_INTERLEAVE &&
		 !is_there(remedy, line))
		numalens_remedy_add(remedy, NUMALENS_REMEDY_NOW, "%s", line);
	free(line);
	free(to);
	free(from);
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

/**
 * numalens_remedy_remote() - bring memory to the nodes that threads run on
 * @remedy: gets the lines
 * @judgement: what was found
 */
void numalens_remedy_remote(struct numalens_remedy *remedy,
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
		numalens_remedy_add(remedy, NUMALENS_REMEDY_NOW,
				    "# migratepages would move memory of cells from where it belongs");
	else if (others.nr && homes.nr)
		numalens_remedy_add(remedy, NUMALENS_REMEDY_NOW, "migratepages %" PRIu32 " %s %s",
				    (uint32_t)s->header.pid, from, to);
	if (homes.nr && !judgement->tune)
		numalens_remedy_add(remedy, NUMALENS_REMEDY_RESTART,
				    "numactl --cpunodebind=%s --membind=%s -- COMMAND", to, to);
	free(to);
	free(from);
}
