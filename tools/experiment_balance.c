// SPDX-License-Identifier: GPL-2.0
/*
 * lab run balance: NUMA balancing brings memory and the threads that use it
 * together; where threads on two nodes share it, it can't.
 */
#include "experiment.h"

#include <errno.h>
#include <inttypes.h>
#include <numaif.h>
#include <stdlib.h>

#include "actor.h"
#include "alloc.h"
#include "course.h"
#include "error.h"
#include "event.h"
#include "matrix.h"
#include "reader.h"
#include "undo.h"

#define PAGES	4096
#define MOST	(PAGES / 10 * 9)	/* there may be pages that can't be moved */
#define SOME	(PAGES / 8)
#define ROUNDS	50

#ifndef MPOL_F_NUMA_BALANCING
#define MPOL_F_NUMA_BALANCING	(1 << 13)
#endif

enum workload {
	SMALL,
	HUGE,
	BOUND,
	SHARED,
	NR_WORKLOADS,
};

static const char * const names[] = {
	[SMALL] = "one thread, 4 KiB",
	[HUGE] = "one thread, huge pages",
	[BOUND] = "one thread, bound memory",
	[SHARED] = "two threads, shared",
};

/* The kernel's own are a second. */
static const char * const knobs[][2] = {
	{ "scan_delay_ms", "0" },
	{ "scan_period_min_ms", "100" },
	{ "scan_period_max_ms", "1000" },
};

/* Where debugfs is not to be had, all takes longer. */
static void hurry(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(knobs); i++)
		if (numalens_undo_setting("sys/kernel/debug/sched/numa_balancing", knobs[i][0],
					  knobs[i][1]))
			return;
}

/* Since balancing was turned on for it. */
static struct numalens_effort effort_of(const struct numalens_course *course)
{
	struct numalens_effort effort = course->effort;

	numalens_effort_since(&effort, &course->start);
	return effort;
}

static bool has_worked(const struct numalens_course *course)
{
	return numalens_actor_rounds(course->actor, 0) >= ROUNDS;
}

static int stays_off(struct numalens_course *course)
{
	struct numalens_process process;
	int ret = numalens_course_wait(course, false, has_worked);

	if (ret)
		return ret;
	ret = numalens_course_look(course, &process);
	if (!ret) {
		numalens_course_show(course, &process.snapshot);
		numalens_lab_claim(course->lab, course->near == PAGES && !course->effort.faults,
				   "off: no hinting fault, no page moves", "%" PRIu64 " faults, %"
				   PRIu64 " of %d pages where they were", course->effort.faults,
				   course->near, PAGES);
	}
	numalens_reader_process_free(&process);
	return ret;
}

static bool has_come(const struct numalens_course *course)
{
	return course->far >= MOST;
}

static void claim_come(const struct numalens_course *course, const char *what)
{
	char *expect = numalens_strf("%s, on: most of it comes to node %u", what, course->lab->far);
	struct numalens_effort effort = effort_of(course);

	numalens_lab_claim(course->lab, has_come(course), expect, "%" PRIu64 " of %d pages after "
			   "%.1f s, %" PRIu64 " hinting faults", course->far, PAGES,
			   effort.ms / 1000.0, effort.faults);
	free(expect);
}

/* Nothing else may have moved them. (Some more may be on their way.) */
static int claim_mover(struct numalens_course *course)
{
	uint32_t near = course->lab->near, far = course->lab->far;
	struct numalens_process process;
	uint64_t moved, faults;
	int ret = numalens_course_look(course, &process);

	if (!ret) {
		moved = numalens_course_count(course, &process.snapshot,
					      NUMALENS_MIGRATE_NUMA_MISPLACED, near, far);
		faults = numalens_course_count(course, &process.snapshot, NUMALENS_HINT_FAULTS,
					       far, near);
		numalens_course_show(course, &process.snapshot);
		numalens_lab_claim(course->lab, moved >= MOST && faults,
				   "it was NUMA balancing that moved them, at hinting faults",
				   "%" PRIu64 " pages moved by it, %" PRIu64 " faults from node %"
				   PRIu32 " on pages of node %" PRIu32, moved, faults, far, near);
	}
	numalens_reader_process_free(&process);
	return ret;
}

static int small_pages(struct numalens_course *course)
{
	struct numalens_lab *lab = course->lab;
	int ret;

	numalens_lab_phase(lab, "off", "a thread writes 16 MiB on node %u, in pages of 4 KiB; then it "
			   "goes to node %u, and uses them from there all the time. Balancing is off.",
			   lab->near, lab->far);
	ret = numalens_course_prepare(course, "lab-small", 1, NUMALENS_AREA_SMALL, PAGES);
	if (!ret)
		ret = numalens_course_go_afar(course);
	if (!ret)
		ret = stays_off(course);
	if (ret)
		return ret;
	numalens_lab_phase(lab, "on", "kernel.numa_balancing is 1: now and then the kernel lets some of "
			   "its pages fault, sees who uses them, and moves them there. (Delay and "
			   "period of its scans are shortened.)");
	ret = numalens_course_turn(course, true);
	if (!ret)
		ret = numalens_course_wait(course, true, has_come);
	if (ret)
		return ret;
	claim_come(course, "4 KiB pages");
	return claim_mover(course);
}

static void no_huge_pages(const struct numalens_course *course)
{
	static const char * const columns[] = { "huge pages" };

	numalens_lab_table(course->lab, "", columns, ARRAY_SIZE(columns));
	numalens_lab_row(course->lab);
	numalens_lab_cell(course->lab, "only %" PRIu64 " of %d pages could be had as part of huge ones: "
			  "nothing can be said", course->thp, PAGES);
}

static int huge_pages(struct numalens_course *course, const struct numalens_course *small)
{
	struct numalens_process process;
	int ret;

	numalens_lab_phase(course->lab, "huge pages", "the same with transparent huge pages: one fault "
			   "samples 2 MiB, and moves them.");
	ret = numalens_course_prepare(course, "lab-huge", 1, NUMALENS_AREA_HUGE, PAGES);
	if (!ret)
		ret = numalens_course_go_afar(course);
	if (!ret)
		ret = numalens_course_turn(course, true);
	if (!ret && course->thp < PAGES) {
		no_huge_pages(course);
		return NUMALENS_OK;
	}
	if (!ret)
		ret = numalens_course_wait(course, true, has_come);
	if (ret)
		return ret;
	ret = numalens_course_look(course, &process);
	if (!ret) {
		numalens_course_show(course, &process.snapshot);
		claim_come(course, "huge pages");
		numalens_lab_claim(course->lab,
				   effort_of(course).faults < effort_of(small).faults,
				   "fewer hinting faults do for huge pages", "%" PRIu64 "; it took %"
				   PRIu64 " for pages of 4 KiB", effort_of(course).faults,
				   effort_of(small).faults);
	}
	numalens_reader_process_free(&process);
	return ret;
}

struct binding {
	struct numalens_area area;
	unsigned int nid;
};

/* Sampled, though bound: such is MPOL_F_NUMA_BALANCING (set_mempolicy(2)). */
static int bind_sampled(void *context)
{
	const struct binding *binding = context;
	unsigned long mask[16] = { 0 };
	const unsigned int bits = 8 * sizeof(*mask);

	if (binding->nid < ARRAY_SIZE(mask) * bits)
		mask[binding->nid / bits] = 1UL << binding->nid % bits;
	return mbind((void *)(uintptr_t)binding->area.start, binding->area.size,
		     MPOL_BIND | MPOL_F_NUMA_BALANCING, mask, ARRAY_SIZE(mask) * bits, 0) ?
	       errno : 0;
}

static bool is_home(const struct numalens_course *course)
{
	return course->nid == course->lab->near && course->preferred == course->lab->near;
}

static void show_moves(const struct numalens_course *course,
		       const struct numalens_snapshot *snapshot)
{
	struct numalens_matrix matrix;

	numalens_matrix_init(&matrix, snapshot->header.nr_nodes);
	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_MOVE);
	numalens_lab_matrix(course->lab, "moves of its thread", "from node", "to node", "moves",
			    &matrix, snapshot);
	numalens_matrix_free(&matrix);
	numalens_lab_threads(course->lab, "CPU time of its thread, by node", snapshot);
}

/* Where it is found then may be elsewhere: it was there once, and preferred to be. */
static int claim_home(struct numalens_course *course)
{
	char *expect = numalens_strf("the thread comes to its memory, to node %u",
				     course->lab->near);
	int ret = numalens_course_wait(course, true, is_home);
	struct numalens_course seen = *course;
	struct numalens_process process;

	if (!ret) {
		ret = numalens_course_look(course, &process);
		if (!ret) {
			numalens_course_show(course, &process.snapshot);
			show_moves(course, &process.snapshot);
		}
		numalens_reader_process_free(&process);
	}
	if (!ret)
		numalens_lab_claim(course->lab, is_home(&seen), expect,
				   seen.preferred == NUMALENS_NO_NODE ?
				   "it is on node %" PRIu32 ", the kernel prefers none for it" :
				   "it is on node %" PRIu32 ", the kernel prefers node %" PRIu32
				   " for it", seen.nid, seen.preferred);
	free(expect);
	return ret;
}

/* The memory can't come, so the thread has to. */
static int thread_moves(struct numalens_course *course)
{
	struct numalens_lab *lab = course->lab;
	struct binding binding;
	int ret;

	numalens_lab_phase(lab, "the thread moves", "the memory is bound to node %u, but sampled "
			   "(MPOL_F_NUMA_BALANCING). Its thread is brought to node %u, and from there "
			   "may go where it likes.", lab->near, lab->far);
	ret = numalens_course_prepare(course, "lab-bound", 1, NUMALENS_AREA_SMALL, PAGES);
	binding = (struct binding){ course->area, lab->near };
	if (!ret)
		ret = numalens_actor_do(course->actor, 0, "bind its memory", bind_sampled, &binding,
					sizeof(binding));
	if (!ret)
		ret = numalens_actor_run_on(course->actor, 0, lab->far);
	if (!ret)
		ret = numalens_actor_run_on(course->actor, 0, -1);
	if (!ret)
		ret = numalens_area_use_begin(course->actor, 0, &course->area, true);
	if (!ret)
		ret = numalens_course_turn(course, true);
	return ret ? ret : claim_home(course);
}

static bool has_some_moved(const struct numalens_course *course)
{
	return effort_of(course).moved >= SOME;
}

static bool has_some_remote(const struct numalens_course *course)
{
	return effort_of(course).remote >= SOME;
}

static int claim_shared(struct numalens_course *course, const struct numalens_course *later)
{
	uint32_t near = course->lab->near, far = course->lab->far;
	struct numalens_effort after = effort_of(later);
	struct numalens_process process;
	uint64_t there, back;
	int ret = numalens_course_look(course, &process);

	if (!ret) {
		there = numalens_course_count(course, &process.snapshot,
					      NUMALENS_MIGRATE_NUMA_MISPLACED, near, far);
		back = numalens_course_count(course, &process.snapshot,
					     NUMALENS_MIGRATE_NUMA_MISPLACED, far, near);
		numalens_course_show(course, &process.snapshot);
		numalens_lab_claim(course->lab, there + back >= SOME,
				   "shared by threads on two nodes, pages are moved, too",
				   "%" PRIu64 " moved to node %" PRIu32 ", %" PRIu64 " to node %"
				   PRIu32, there, far, back, near);
		numalens_lab_claim(course->lab, has_some_remote(later),
				   "but for nothing: remote hinting faults don't end",
				   "after %d pages had moved, %" PRIu64 " of %" PRIu64 " faults were "
				   "remote", SOME, after.remote, after.faults);
	}
	numalens_reader_process_free(&process);
	return ret;
}

static int shared_pages(struct numalens_course *course)
{
	struct numalens_lab *lab = course->lab;
	struct numalens_course later;
	int ret;

	numalens_lab_phase(lab, "shared", "two threads use the same 16 MiB all the time, one on node "
			   "%u, one on node %u: wherever a page is, it is remote to one of them.",
			   lab->near, lab->far);
	ret = numalens_course_prepare(course, "lab-shared", 2, NUMALENS_AREA_SMALL, PAGES);
	if (!ret)
		ret = numalens_actor_run_on(course->actor, 1, lab->far);
	if (!ret)
		ret = numalens_area_use_begin(course->actor, 0, &course->area, true);
	if (!ret)
		ret = numalens_area_use_begin(course->actor, 1, &course->area, true);
	if (!ret)
		ret = numalens_course_turn(course, true);
	if (!ret)
		ret = numalens_course_wait(course, true, has_some_moved);
	/* What follows shows what that was good for. */
	later = *course;
	later.start = course->effort;
	if (!ret)
		ret = numalens_course_wait(&later, true, has_some_remote);
	course->effort = later.effort;
	return ret ? ret : claim_shared(course, &later);
}

static void compare(struct numalens_lab *lab, const struct numalens_course *courses)
{
	struct numalens_effort effort;
	size_t i;

	numalens_lab_phase(lab, "the cost", "since balancing was turned on for each. The kernel scans "
			   "and takes the faults in the time of the process: what that spent in the "
			   "kernel has both. Entries marked are those of all processes.");
	numalens_effort_head(lab);
	for (i = 0; i < NR_WORKLOADS; i++) {
		effort = effort_of(&courses[i]);
		numalens_effort_row(lab, names[i], &effort);
	}
}

static int workload_run(struct numalens_course *courses, enum workload workload, bool *still_on)
{
	struct numalens_course *course = &courses[workload];
	int ret = NUMALENS_OK;

	if (workload == SMALL)
		ret = small_pages(course);
	else if (workload == HUGE)
		ret = huge_pages(course, &courses[SMALL]);
	else if (workload == BOUND)
		ret = thread_moves(course);
	else
		ret = shared_pages(course);
	*still_on = numalens_course_is_on();
	return ret;
}

static int run(struct numalens_lab *lab)
{
	struct numalens_course courses[NR_WORKLOADS];
	bool still_on = true;
	int ret = numalens_lab_need_idle(lab);
	size_t i;

	if (ret)
		return ret;
	hurry();
	for (i = 0; i < NR_WORKLOADS; i++)
		courses[i] = (struct numalens_course){ .lab = lab, .series = names[i] };
	/* Where it does not act at all, there is nothing more to see. */
	for (i = 0; i < NR_WORKLOADS && !ret && still_on && (!i || has_come(&courses[SMALL])); i++)
		ret = workload_run(courses, i, &still_on);
	if (ret)
		return ret;
	numalens_lab_claim(lab, still_on, "kernel.numa_balancing stays as it was set", still_on ?
			   "it did" : "somebody else has changed it");
	if (i == NR_WORKLOADS)
		compare(lab, courses);
	return NUMALENS_OK;
}

static const char *missing(const struct numalens_lab *lab)
{
	const char *nodes = numalens_lab_missing_memory(lab);

	if (nodes)
		return nodes;
	return lab->topology.balancing ? NULL :
	       "this kernel has no NUMA balancing (CONFIG_NUMA_BALANCING)";
}

const struct numalens_experiment numalens_experiment_balance = {
	.name = "balance",
	.title = "NUMA balancing brings memory and its users together, or tries to",
	.expects = "Off, memory stays far from the thread that uses it. On, hinting faults bring it to "
		   "the thread, or the thread to it where it can't move. Pages that threads on two "
		   "nodes share are moved as well, and remote faults don't end.",
	.why = "The kernel makes entries of page tables inaccessible now and then (task_numa_work()); "
	       "the fault at the next use tells which node needs the page (task_numa_fault()), and "
	       "one that keeps being used from another node is moved there (mpol_misplaced(), "
	       "should_numa_migrate_memory()). A thread is moved to the node of most of its faults "
	       "(task_numa_migrate()).",
	.missing = missing,
	.run = run,
};
