// SPDX-License-Identifier: GPL-2.0
/*
 * lab run numatune: where the memory of a guest's cells lies is decided by the
 * thread that touches it first, unless a policy was set before.
 */
#include "experiment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actor.h"
#include "alloc.h"
#include "area.h"
#include "error.h"
#include "event.h"
#include "file.h"
#include "guest.h"
#include "matrix.h"
#include "qemu.h"
#include "qemu_vma.h"
#include "reader.h"
#include "undo.h"

#define CELL_MIB	16
#define HUGE_MIB	2
#define PLAIN_CELLS	2
#define MAX_CELLS	4	/* two of plain memory, two of huge pages */
#define MAX_ARGS	48
#define HUGE_DIR	"sys/devices/system/node/node%u/hugepages/hugepages-2048kB"

/* Where a cell is asked to be, or must be. */
enum place {
	NEAR,
	FAR,
	BOTH,
};

/**
 * struct setup - a way to start the guest
 * @name: of the phase
 * @note: what is done
 * @policy: of its memory backends, NULL: none
 * @afar: QEMU runs on the far node, not on the near one
 * @places: of the first and second cell, of plain memory, and of huge pages
 */
struct setup {
	const char *name;
	const char *note;
	const char *policy;
	bool afar;
	enum place places[PLAIN_CELLS];
};

static const struct setup setups[] = {
	{ "no policy", "nothing is said about the memory: the node of the thread that preallocates "
	  "it decides, for all cells.", NULL, false, { NEAR, NEAR } },
	{ "no policy, on the other node", "the same command, but QEMU runs on the other node: all "
	  "cells go with it.", NULL, true, { FAR, FAR } },
	{ "bind", "as libvirt's <memnode mode='strict'>: one node for each cell. QEMU calls mbind(2) "
	  "before the first touch.", "bind", false, { NEAR, FAR } },
	{ "preferred", "as mode='preferred', here crosswise: the policy, not the thread, decides as "
	  "long as there is room.", "preferred", false, { FAR, NEAR } },
	{ "interleave", "as mode='interleave': page by page in turn, huge pages as whole ones.",
	  "interleave", false, { BOTH, BOTH } },
};

/* The command line that is being made. */
struct line {
	char *args[MAX_ARGS];
	size_t nr;
};

/* A guest as it is seen, and what is claimed of it. */
struct sight {
	struct numalens_lab *lab;
	const struct setup *setup;
	size_t nr_cells;
	struct numalens_process process;
	struct numalens_qemu qemu;
};

/* The word becomes the line's. */
static void add(struct line *line, char *word)
{
	if (line->nr + 1 < MAX_ARGS)
		line->args[line->nr++] = word;
	else
		free(word);
}

static void add_words(struct line *line, const char *words)
{
	char *copy = numalens_strdup(words), *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		add(line, numalens_strdup(word));
	free(copy);
}

static void line_free(struct line *line)
{
	while (line->nr)
		free(line->args[--line->nr]);
}

static char *nodes_of(const struct numalens_lab *lab, enum place place)
{
	if (place == BOTH)
		return numalens_strf(",host-nodes=%u,host-nodes=%u", lab->near, lab->far);
	return numalens_strf(",host-nodes=%u", place == NEAR ? lab->near : lab->far);
}

static void backend_add(struct line *line, const struct numalens_lab *lab,
			const struct setup *setup, size_t cell)
{
	char *nodes = nodes_of(lab, setup->places[cell % PLAIN_CELLS]);

	add(line, numalens_strdup("-object"));
	add(line, numalens_strf("%s,id=ram%zu,size=%dM,prealloc=on%s%s%s", cell < PLAIN_CELLS ?
				"memory-backend-ram" :
				"memory-backend-memfd,hugetlb=on,hugetlbsize=2M", cell, CELL_MIB,
				setup->policy ? ",policy=" : "",
				setup->policy ? setup->policy : "", setup->policy ? nodes : ""));
	add(line, numalens_strdup("-numa"));
	if (cell < PLAIN_CELLS)
		add(line, numalens_strf("node,nodeid=%zu,cpus=%zu,memdev=ram%zu", cell, cell,
					cell));
	else
		add(line, numalens_strf("node,nodeid=%zu,memdev=ram%zu", cell, cell));
	free(nodes);
}

static void line_make(struct line *line, const struct numalens_lab *lab,
		      const struct setup *setup, size_t nr_cells)
{
	size_t cell;

	line->nr = 0;
	add_words(line, NUMALENS_GUEST_QEMU " -S -nodefaults -display none -qmp stdio "
		  "-machine mem-merge=off -accel tcg,thread=multi,tb-size=16 -smp 2,sockets=2 -name lab,debug-threads=on -m");
	add(line, numalens_strf("%zuM", nr_cells * CELL_MIB));
	for (cell = 0; cell < nr_cells; cell++)
		backend_add(line, lab, setup, cell);
	line->args[line->nr] = NULL;
}

/*
 * The memory of a cell: QEMU maps each in one piece, which may be several VMAs.
 * Of no size if it is not found.
 */
static void cell_area(const struct sight *sight, size_t cell, struct numalens_area *area)
{
	const struct numalens_backend *backend;
	struct numalens_vma first, last;
	size_t of;

	memset(area, 0, sizeof(*area));
	of = cell < sight->qemu.nr_cells ? sight->qemu.cells[cell].backend : NUMALENS_QEMU_NONE;
	if (of == NUMALENS_QEMU_NONE || !sight->qemu.backends[of].nr_vmas)
		return;
	backend = &sight->qemu.backends[of];
	numalens_snapshot_vma(&sight->process.snapshot, backend->vmas[0], &first);
	numalens_snapshot_vma(&sight->process.snapshot, backend->vmas[backend->nr_vmas - 1],
			      &last);
	area->start = first.start;
	area->size = last.end - first.start;
}

static const char *memory_of(size_t cell)
{
	return cell < PLAIN_CELLS ? "plain" : "huge pages";
}

static void claim_cell(const struct sight *sight, size_t cell, const struct numalens_place *place)
{
	enum place wanted = sight->setup->places[cell % PLAIN_CELLS];
	const struct numalens_snapshot *snapshot = &sight->process.snapshot;
	const struct numalens_lab *lab = sight->lab;
	uint64_t near = numalens_place_on(place, snapshot, lab->near);
	uint64_t far = numalens_place_on(place, snapshot, lab->far);
	uint64_t pages = numalens_place_sum(place) + place->untouched;
	uint64_t apart = near > far ? near - far : far - near;
	char *where = wanted == BOTH ? numalens_strf("half on node %u, half on node %u", lab->near,
						     lab->far) :
		      numalens_strf("all on node %u", wanted == NEAR ? lab->near : lab->far);
	char *expect = numalens_strf("%s: cell %zu (%s) %s", sight->setup->name, cell,
				     memory_of(cell), where);
	bool met = wanted == BOTH ? near + far == pages && apart <= pages / 20 :
		   (wanted == NEAR ? near : far) == pages;

	numalens_lab_claim(sight->lab, met && pages, expect, "%" PRIu64 " and %" PRIu64 " of %" PRIu64
			   " pages, policy %s", near, far, pages, place->policy);
	free(expect);
	free(where);
}

static void show_cells(const struct sight *sight, struct numalens_matrix *touches)
{
	struct numalens_area area;
	struct numalens_place place;
	size_t cell;

	numalens_lab_table_nodes(sight->lab, "pages", "cell", &sight->process.snapshot);
	for (cell = 0; cell < sight->nr_cells; cell++) {
		cell_area(sight, cell, &area);
		numalens_place_read(&place, &area, &sight->process.snapshot);
		numalens_lab_row(sight->lab);
		numalens_lab_cell(sight->lab, "%zu, %s, policy %s", cell, memory_of(cell),
				  place.policy);
		numalens_lab_numbers(sight->lab, place.pages, place.nr);
		numalens_place_free(&place);
		numalens_area_matrix_add(touches, &area, &sight->process.snapshot,
					 NUMALENS_EVENTS_TOUCH);
	}
	for (cell = 0; cell < sight->nr_cells; cell++) {
		cell_area(sight, cell, &area);
		numalens_place_read(&place, &area, &sight->process.snapshot);
		claim_cell(sight, cell, &place);
		numalens_place_free(&place);
	}
}

static uint64_t touched(const struct sight *sight, enum numalens_scope scope, size_t index)
{
	return numalens_matrix_sum_of(&sight->process.snapshot, scope, index,
				      NUMALENS_EVENTS_TOUCH);
}

static void toucher_row(const struct sight *sight, const char *name, const char *node,
			uint64_t pages)
{
	numalens_lab_row(sight->lab);
	numalens_lab_cell(sight->lab, "%s", name);
	numalens_lab_cell(sight->lab, "%s", node);
	numalens_lab_number(sight->lab, pages);
}

/* QEMU's own memory is in it, too. Threads that only preallocated have ended. */
static void show_touchers(const struct sight *sight)
{
	static const char * const columns[] = { "thread", "on node", "pages touched first" };
	const struct numalens_snapshot *snapshot = &sight->process.snapshot;
	uint64_t all = touched(sight, NUMALENS_SCOPE_PROCESS, 0), of_threads = 0, pages;
	struct numalens_thread thread;
	char *name, *node;
	size_t i;

	numalens_lab_table(sight->lab, "who touched, QEMU's own memory counted in", columns,
			   ARRAY_SIZE(columns));
	for (i = 0; i < snapshot->header.nr_threads; i++) {
		pages = touched(sight, NUMALENS_SCOPE_THREAD, i);
		of_threads += pages;
		numalens_snapshot_thread(snapshot, i, &thread);
		name = numalens_strf("%.*s (%" PRIu32 ")", NUMALENS_COMM_LEN, thread.comm,
				     thread.tid);
		node = numalens_strf("%" PRIu32, thread.nid);
		if (pages)
			toucher_row(sight, name, node, pages);
		free(node);
		free(name);
	}
	if (all > of_threads)
		toucher_row(sight, "threads that have ended", "", all - of_threads);
}

static void show(struct sight *sight)
{
	const struct numalens_snapshot *snapshot = &sight->process.snapshot;
	struct numalens_matrix touches;

	numalens_matrix_init(&touches, snapshot->header.nr_nodes);
	show_cells(sight, &touches);
	numalens_lab_matrix(sight->lab, "first touches of the cells' memory", "CPU node",
			    "memory node", "pages", &touches, snapshot);
	numalens_matrix_free(&touches);
	show_touchers(sight);
}

static int sight_read(struct sight *sight, struct numalens_guest *guest)
{
	int ret = numalens_actor_look(guest->actor, &sight->process);

	if (!ret && !numalens_qemu_read(&sight->qemu, guest->actor->pid))
		ret = numalens_lab_fail(sight->lab, "process %d is not QEMU's",
					(int)guest->actor->pid);
	if (!ret) {
		numalens_qemu_vma_find(&sight->qemu, &sight->process.snapshot);
		show(sight);
	}
	numalens_qemu_free(&sight->qemu);
	numalens_reader_process_free(&sight->process);
	return ret;
}

static int not_up(struct numalens_lab *lab, const struct numalens_guest *guest)
{
	char *errors = numalens_guest_errors(guest);
	int ret = numalens_lab_fail(lab, "QEMU does not start: %s", errors);

	free(errors);
	return ret;
}

static int setup_run(struct numalens_lab *lab, const struct setup *setup, size_t nr_cells)
{
	struct sight sight = { .lab = lab, .setup = setup, .nr_cells = nr_cells };
	struct numalens_guest guest;
	struct line line;
	int ret;

	numalens_lab_phase(lab, setup->name, "%s", setup->note);
	/* The guest before had its time. */
	numalens_actor_stop_all();
	line_make(&line, lab, setup, nr_cells);
	ret = numalens_guest_start(&guest, lab, setup->afar ? lab->far : lab->near, line.args);
	if (!ret)
		ret = numalens_guest_is_up(&guest) ? sight_read(&sight, &guest) :
		      not_up(lab, &guest);
	numalens_guest_leave(&guest);
	line_free(&line);
	return ret;
}

/* As many more as all cells could ask of one node. */
static bool huge_get(unsigned int nid)
{
	const uint64_t more = (MAX_CELLS - PLAIN_CELLS) * CELL_MIB / HUGE_MIB;
	char *path = numalens_strf(HUGE_DIR, nid), *value = NULL;
	struct numalens_dir dir;
	uint64_t had, has;
	bool got = false;

	numalens_dir_set(&dir, "%s", path);
	if (!numalens_dir_read_u64(&dir, "nr_hugepages", &had)) {
		value = numalens_strf("%" PRIu64, had + more);
		got = !numalens_undo_setting(path, "nr_hugepages", value) &&
		      !numalens_dir_read_u64(&dir, "free_hugepages", &has) && has >= more;
	}
	free(value);
	free(path);
	return got;
}

static int run(struct numalens_lab *lab)
{
	size_t nr_cells = PLAIN_CELLS, i;
	int ret = NUMALENS_OK;

	/* What it moves would not be where it was first put. */
	numalens_undo_setting("proc/sys/kernel", "numa_balancing", "0");
	if (huge_get(lab->near) && huge_get(lab->far))
		nr_cells = MAX_CELLS;
	numalens_lab_phase(lab, "the guest", "%s, paused (-S), of %zu cells, %d MiB each, all "
			   "preallocated: %d of plain memory%s. QEMU is tied to node %u, unless said "
			   "otherwise, has no transparent huge pages, and merges no pages.",
			   NUMALENS_GUEST_QEMU, nr_cells, CELL_MIB, PLAIN_CELLS,
			   nr_cells > PLAIN_CELLS ? ", and 2 of hugetlb pages of 2 MiB" :
			   "; for cells of huge pages there are not enough of them", lab->near);
	for (i = 0; i < ARRAY_SIZE(setups) && !ret; i++)
		ret = setup_run(lab, &setups[i], nr_cells);
	return ret;
}

static const char *missing(const struct numalens_lab *lab)
{
	const char *nodes = numalens_lab_missing_memory(lab);

	if (nodes)
		return nodes;
	/* Of another machine nothing is known. */
	return !numalens_file_is_live() || numalens_guest_has_qemu() ? NULL :
	       NUMALENS_GUEST_QEMU " is not installed (Debian: qemu-system-x86)";
}

const struct numalens_experiment numalens_experiment_numatune = {
	.name = "numatune",
	.title = "a guest's memory lies where QEMU touched it, unless a policy was set before",
	.expects = "Without a policy, all cells' memory lies on the node of the thread that preallocated "
		   "it, whatever node a cell's CPUs will run on. With host-nodes and policy, as libvirt's "
		   "numatune sets them, each lies where it was asked for.",
	.why = "For each memory backend QEMU calls mbind(2) first, then touches the memory "
	       "(host_memory_backend_memory_complete()). MPOL_DEFAULT allocates on the node of the CPU "
	       "that takes the fault; once it is there, a guest's memory stays there, huge pages for "
	       "good: NUMA balancing does not sample hugetlb. numalens check judges such guests.",
	.missing = missing,
	.run = run,
};
