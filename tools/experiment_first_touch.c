// SPDX-License-Identifier: GPL-2.0
/*
 * lab run first-touch: memory lies where the thread ran that wrote to it first.
 */
#include "experiment.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "area.h"
#include "error.h"
#include "event.h"
#include "matrix.h"
#include "reader.h"
#include "undo.h"

#define PAGES		1024	/* of a part */
#define NR_WORKERS	4	/* threads that compute, each on its part; thread 0 does not */
#define USE_US		300000

/* Workers and their parts: the first half on the near node, the others on the far one. */
struct crew {
	struct numalens_lab *lab;
	struct numalens_actor *actor;
	struct numalens_area parts[NR_WORKERS];
};

static unsigned int nid_of(const struct crew *crew, unsigned int worker)
{
	return worker < NR_WORKERS / 2 ? crew->lab->near : crew->lab->far;
}

static int parts_map(struct crew *crew)
{
	unsigned int i;
	int ret = NUMALENS_OK;

	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_area_map(crew->actor, 0, &crew->parts[i], PAGES,
					NUMALENS_AREA_SMALL);
	return ret;
}

/* Reads of what nobody wrote to: the zero page, which is on no node. */
static int read_only(struct numalens_lab *lab, struct numalens_actor *actor,
		     const struct numalens_area *area)
{
	struct numalens_view view;
	uint64_t sum;
	int ret = numalens_area_touch(actor, 0, area, false);

	if (!ret)
		ret = numalens_area_look(actor, area, &view);
	if (ret)
		return ret;
	sum = numalens_place_sum(&view.place);
	numalens_lab_table_nodes(lab, "pages, read once", "memory", &view.process.snapshot);
	numalens_lab_row(lab);
	numalens_lab_cell(lab, "4 MiB, %" PRIu64 " of its pages the zero page", view.place.zero);
	numalens_view_row(lab, &view);
	numalens_lab_claim(lab, view.place.zero == PAGES && !sum,
			   "memory that was only read takes no page of any node",
			   "%" PRIu64 " pages taken, the zero page mapped %" PRIu64 " times", sum,
			   view.place.zero);
	numalens_view_free(&view);
	return NUMALENS_OK;
}

/* Then a write, from another node than the read. */
static int then_write(struct numalens_lab *lab, struct numalens_actor *actor,
		      const struct numalens_area *area)
{
	char *expect = numalens_strf("a later write decides: all on node %u", lab->far);
	struct numalens_view view;
	int ret = numalens_actor_run_on(actor, 0, lab->far);

	if (!ret)
		ret = numalens_area_touch(actor, 0, area, true);
	if (!ret)
		ret = numalens_area_look(actor, area, &view);
	if (!ret) {
		uint64_t there = numalens_view_on(&view, lab->far);

		numalens_lab_table_nodes(lab, "pages, written once", "memory",
					 &view.process.snapshot);
		numalens_lab_row(lab);
		numalens_lab_cell(lab, "the same 4 MiB");
		numalens_view_row(lab, &view);
		numalens_lab_claim(lab, there == PAGES, expect, "%" PRIu64 " of %d", there, PAGES);
		numalens_view_free(&view);
	}
	free(expect);
	return ret;
}

static int zero_page(struct numalens_lab *lab)
{
	struct numalens_actor *actor = numalens_actor_start(lab, "lab-reader", 1);
	struct numalens_area area;
	int ret;

	if (!actor)
		return NUMALENS_FAILED;
	numalens_lab_phase(lab, "read", "a thread on node %u reads memory that nobody has written "
			   "to: each page is mapped, to the one page of zeros that all share.",
			   lab->near);
	ret = numalens_actor_run_on(actor, 0, lab->near);
	if (!ret)
		ret = numalens_area_map(actor, 0, &area, PAGES, NUMALENS_AREA_SMALL);
	if (!ret)
		ret = read_only(lab, actor, &area);
	if (ret)
		return ret;
	numalens_lab_phase(lab, "then write", "the thread goes to node %u, and writes to each page. "
			   "Where it ran when it read does not matter.", lab->far);
	return then_write(lab, actor, &area);
}

/* Lets all workers compute on their parts for a while. */
static int compute(struct crew *crew)
{
	unsigned int i;
	int ret = NUMALENS_OK;

	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_area_use_begin(crew->actor, i + 1, &crew->parts[i], true);
	if (!ret)
		usleep(USE_US);
	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_area_use_end(crew->actor, i + 1);
	return ret;
}

/* What the parts' users find on their own node, of all that they have. */
static uint64_t parts_show(struct crew *crew, const struct numalens_process *process)
{
	const struct numalens_snapshot *snapshot = &process->snapshot;
	struct numalens_place place;
	uint64_t local = 0;
	unsigned int i;

	numalens_lab_table_nodes(crew->lab, "pages of each part", "part, used by", snapshot);
	for (i = 0; i < NR_WORKERS; i++) {
		numalens_place_read(&place, &crew->parts[i], snapshot);
		local += numalens_place_on(&place, snapshot, nid_of(crew, i));
		numalens_lab_row(crew->lab);
		numalens_lab_cell(crew->lab, "part %u, thread %u on node %u", i + 1, i + 1,
				  nid_of(crew, i));
		numalens_lab_numbers(crew->lab, place.pages, place.nr);
		numalens_place_free(&place);
	}
	return local;
}

static void touches_show(struct crew *crew, const struct numalens_process *process)
{
	struct numalens_matrix matrix;
	unsigned int i;

	numalens_matrix_init(&matrix, process->snapshot.header.nr_nodes);
	for (i = 0; i < NR_WORKERS; i++)
		numalens_area_matrix_add(&matrix, &crew->parts[i], &process->snapshot,
					 NUMALENS_EVENTS_TOUCH);
	numalens_lab_matrix(crew->lab, "first touches of these parts", "CPU node", "memory node",
			    "pages", &matrix, &process->snapshot);
	numalens_matrix_free(&matrix);
	numalens_lab_threads(crew->lab, "CPU time of the threads so far, by node",
			     &process->snapshot);
}

/* All written by one thread on the near node, then used by all. */
static int one_writes(struct crew *crew)
{
	struct numalens_lab *lab = crew->lab;
	char *expect = numalens_strf("for the threads on node %u all they use is remote", lab->far);
	struct numalens_process process;
	uint64_t local, remote;
	unsigned int i;
	int ret;

	numalens_lab_phase(lab, "one initialises", "thread 0, on node %u, writes all %d parts first; "
			   "then %d threads compute, each on its own part.", lab->near, NR_WORKERS,
			   NR_WORKERS);
	ret = parts_map(crew);
	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_area_touch(crew->actor, 0, &crew->parts[i], true);
	if (!ret)
		ret = compute(crew);
	if (!ret)
		ret = numalens_actor_look(crew->actor, &process);
	if (!ret) {
		local = parts_show(crew, &process);
		remote = NR_WORKERS * PAGES - local;
		touches_show(crew, &process);
		numalens_lab_claim(lab, remote == NR_WORKERS / 2 * PAGES, expect,
				   "%" PRIu64 " of %d pages of all are remote to their user",
				   remote, NR_WORKERS * PAGES);
		numalens_reader_process_free(&process);
	}
	free(expect);
	return ret;
}

/* Each part written by the thread that uses it. */
static int each_writes(struct crew *crew)
{
	struct numalens_process process;
	uint64_t local;
	unsigned int i;
	int ret = NUMALENS_OK;

	numalens_lab_phase(crew->lab, "each its own", "new memory: each thread writes its own part "
			   "first, and computes on it.");
	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_area_unmap(crew->actor, 0, &crew->parts[i]);
	if (!ret)
		ret = parts_map(crew);
	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_area_touch(crew->actor, i + 1, &crew->parts[i], true);
	if (!ret)
		ret = compute(crew);
	if (!ret)
		ret = numalens_actor_look(crew->actor, &process);
	if (ret)
		return ret;
	local = parts_show(crew, &process);
	touches_show(crew, &process);
	numalens_lab_space(crew->lab, "the largest parts of the address space, pages by node",
			   &process.snapshot);
	numalens_lab_claim(crew->lab, local == NR_WORKERS * PAGES,
			   "initialised by its user, each part is local to it",
			   "%" PRIu64 " of %d pages are on the node of their user", local,
			   NR_WORKERS * PAGES);
	numalens_reader_process_free(&process);
	return NUMALENS_OK;
}

static int threads(struct numalens_lab *lab)
{
	struct crew crew = {
		.lab = lab,
		.actor = numalens_actor_start(lab, "lab-crew", NR_WORKERS + 1),
	};
	unsigned int i;
	int ret;

	if (!crew.actor)
		return NUMALENS_FAILED;
	ret = numalens_actor_run_on(crew.actor, 0, lab->near);
	for (i = 0; i < NR_WORKERS && !ret; i++)
		ret = numalens_actor_run_on(crew.actor, i + 1, nid_of(&crew, i));
	if (!ret)
		ret = one_writes(&crew);
	return ret ? ret : each_writes(&crew);
}

static int run(struct numalens_lab *lab)
{
	int ret;

	/* It would bring the pages to their users after a while: see lab run balance. */
	numalens_undo_setting("proc/sys/kernel", "numa_balancing", "0");
	ret = zero_page(lab);
	return ret ? ret : threads(lab);
}

const struct numalens_experiment numalens_experiment_first_touch = {
	.name = "first-touch",
	.title = "memory lies where the thread ran that wrote to it first",
	.expects = "What is only read lies nowhere. What one thread initialises for all lies on its "
		   "node, far from the others; what each initialises for itself is local.",
	.why = "Memory is allocated by the page fault of the first write, on the node of the CPU that "
	       "takes it, if no policy says otherwise (do_anonymous_page() in mm/memory.c; numa(7)). "
	       "A fault of a read maps the zero page, which all share.",
	.missing = numalens_lab_missing_memory,
	.run = run,
};
