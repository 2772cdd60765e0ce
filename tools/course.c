// SPDX-License-Identifier: GPL-2.0
/*
 * The course of a workload while NUMA balancing acts: where its memory is and
 * what balancing does, looked at again and again.
 */
#include "course.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "error.h"
#include "file.h"
#include "lab.h"
#include "matrix.h"
#include "reader.h"
#include "undo.h"

#define PERIOD_US	100000
#define LIMIT_MS	180000
#define UNSAMPLED_NS	5000000000ULL	/* of CPU time: scans go by it, ten a second */
#define KERNEL_DIR	"proc/sys/kernel"

/**
 * numalens_course_go_afar() - let the first thread go to the far node, and use its memory
 * @course: course
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_course_go_afar(struct numalens_course *course)
{
	int ret = numalens_actor_run_on(course->actor, 0, course->lab->far);

	return ret ? ret : numalens_area_use_begin(course->actor, 0, &course->area, true);
}

static double seconds(const struct numalens_course *course)
{
	return (course->effort.ms - course->first_ms) / 1000.0;
}

static char *faults_of(const struct numalens_course *course)
{
	return numalens_strf("what balancing does: %s", course->series);
}

static void plot(const struct numalens_course *course)
{
	struct numalens_lab *lab = course->lab;
	char *of_near = numalens_strf("node %u", lab->near);
	char *of_far = numalens_strf("node %u", lab->far);
	char *pages = numalens_strf("pages: %s", course->series);
	char *faults = faults_of(course);
	double at = seconds(course);

	numalens_lab_point(lab, pages, "s", "pages", of_near, lab->near, at, course->near);
	numalens_lab_point(lab, pages, "s", "pages", of_far, lab->far, at, course->far);
	numalens_lab_point(lab, faults, "s", "so far", "hinting faults", -1, at,
			   course->effort.faults);
	numalens_lab_point(lab, faults, "s", "so far", "pages moved", -1, at,
			   course->effort.moved);
	free(faults);
	free(pages);
	free(of_far);
	free(of_near);
}

static uint64_t cpu_ns_of(const struct numalens_snapshot *snapshot)
{
	uint64_t sum = 0;
	size_t node;

	for (node = 0; node < snapshot->header.nr_nodes && snapshot->header.nr_threads; node++)
		sum += numalens_snapshot_thread_value(snapshot, 0, NUMALENS_THREAD_TIME_NS, node);
	return sum;
}

/**
 * numalens_course_look() - have the workload scanned, and see how it goes
 * @course: course
 * @process: gets all that is known; numalens_reader_process_free() it, whatever is
 *	returned. NULL: what @course gets is enough
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_course_look(struct numalens_course *course, struct numalens_process *process)
{
	struct numalens_process own, *seen = process ? process : &own;
	int ret = numalens_actor_look(course->actor, seen);
	const struct numalens_snapshot *snapshot = &seen->snapshot;
	struct numalens_thread thread = { 0 };
	struct numalens_place place;

	if (!ret) {
		numalens_effort_read(&course->effort, &course->area, snapshot);
		numalens_place_read(&place, &course->area, snapshot);
		course->near = numalens_place_on(&place, snapshot, course->lab->near);
		course->far = numalens_place_on(&place, snapshot, course->lab->far);
		course->thp = place.thp;
		numalens_place_free(&place);
		if (snapshot->header.nr_threads)
			numalens_snapshot_thread(snapshot, 0, &thread);
		course->cpu_ns = cpu_ns_of(snapshot);
		course->nid = thread.nid;
		course->preferred = thread.preferred_nid;
		if (!course->first_ms)
			course->first_ms = course->effort.ms;
		plot(course);
	}
	if (!process)
		numalens_reader_process_free(&own);
	return ret;
}

/**
 * numalens_course_is_on() - is balancing as numalens_course_turn() turned it on?
 *
 * Return: false if somebody else has changed it.
 */
bool numalens_course_is_on(void)
{
	struct numalens_dir dir;
	uint64_t value;

	numalens_dir_set(&dir, KERNEL_DIR);
	return !numalens_dir_read_u64(&dir, "numa_balancing", &value) && value == 1;
}

/**
 * numalens_course_turn() - turn balancing on or off
 * @course: course; remembers where it stood when it was turned on
 * @on: on
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_course_turn(struct numalens_course *course, bool on)
{
	const char *value = on ? "1" : "0";
	char *pages, *faults;
	int ret;

	if (on) {
		ret = numalens_course_look(course, NULL);
		if (ret)
			return ret;
		course->start = course->effort;
		course->start_cpu_ns = course->cpu_ns;
		pages = numalens_strf("pages: %s", course->series);
		faults = faults_of(course);
		numalens_lab_mark(course->lab, pages, seconds(course), "balancing on");
		numalens_lab_mark(course->lab, faults, seconds(course), "balancing on");
		free(faults);
		free(pages);
	}
	ret = numalens_undo_setting(KERNEL_DIR, "numa_balancing", value);
	if (!ret)
		return NUMALENS_OK;
	return numalens_lab_fail(course->lab, "kernel.numa_balancing can't be set to %s: %s", value,
				 strerror(-ret));
}

/**
 * numalens_course_prepare() - start an actor on the near node, and write to its memory
 * @course: course
 * @name: the actor's
 * @nr_threads: its threads
 * @kind: what its memory is
 * @pages: how much of it
 *
 * Balancing is turned off, and other actors are stopped.
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_course_prepare(struct numalens_course *course, const char *name,
			    unsigned int nr_threads, enum numalens_area_kind kind, uint64_t pages)
{
	int ret;

	/* Those before had their time. */
	numalens_actor_stop_all();
	ret = numalens_course_turn(course, false);
	if (ret)
		return ret;
	course->actor = numalens_actor_start(course->lab, name, nr_threads);
	if (!course->actor)
		return NUMALENS_FAILED;
	ret = numalens_actor_run_on(course->actor, 0, course->lab->near);
	if (!ret)
		ret = numalens_area_map(course->actor, 0, &course->area, pages, kind);
	if (!ret)
		ret = numalens_area_touch(course->actor, 0, &course->area, true);
	return ret;
}

/* Somebody turned it off, or it passes this workload over. */
static bool is_in_vain(const struct numalens_course *course)
{
	return !numalens_course_is_on() ||
	       (course->effort.faults == course->start.faults &&
		course->cpu_ns - course->start_cpu_ns >= UNSAMPLED_NS);
}

/**
 * numalens_course_wait() - look until something has come
 * @course: course
 * @balanced: it is balancing that brings it
 * @reached: has it come?
 *
 * It ends, too, if it has not come for long, or can't.
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_course_wait(struct numalens_course *course, bool balanced,
			 bool (*reached)(const struct numalens_course *course))
{
	int ret = numalens_course_look(course, NULL);
	uint64_t until = course->effort.ms + LIMIT_MS;

	while (!ret && !reached(course) && course->effort.ms < until &&
	       !(balanced && is_in_vain(course))) {
		usleep(PERIOD_US);
		ret = numalens_course_look(course, NULL);
	}
	return ret;
}

/**
 * numalens_course_show() - show where the memory is, and what moved it
 * @course: course
 * @snapshot: of the workload
 */
void numalens_course_show(const struct numalens_course *course,
			  const struct numalens_snapshot *snapshot)
{
	struct numalens_matrix matrix;
	struct numalens_place place;

	numalens_lab_table_nodes(course->lab, "pages", "memory", snapshot);
	numalens_place_read(&place, &course->area, snapshot);
	numalens_lab_row(course->lab);
	numalens_lab_cell(course->lab, "the 16 MiB");
	numalens_lab_numbers(course->lab, place.pages, place.nr);
	numalens_place_free(&place);
	numalens_matrix_init(&matrix, snapshot->header.nr_nodes);
	numalens_area_matrix_add(&matrix, &course->area, snapshot,
				 NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	if (numalens_matrix_sum(&matrix))
		numalens_lab_matrix(course->lab, "hinting faults, by where the page was before",
				    "CPU node", "memory node", "faults", &matrix, snapshot);
	numalens_matrix_free(&matrix);
	numalens_matrix_init(&matrix, snapshot->header.nr_nodes);
	numalens_area_matrix_add(&matrix, &course->area, snapshot, NUMALENS_EVENTS_MIGRATE);
	if (numalens_matrix_sum(&matrix))
		numalens_lab_matrix(course->lab, "pages moved", "from node", "to node", "pages",
				    &matrix, snapshot);
	numalens_matrix_free(&matrix);
}

/**
 * numalens_course_count() - what was counted in the memory, from node to node
 * @course: course
 * @snapshot: of the workload
 * @event: what
 * @from: the row
 * @to: the column
 *
 * Return: the count.
 */
uint64_t numalens_course_count(const struct numalens_course *course,
			       const struct numalens_snapshot *snapshot, enum numalens_event event,
			       uint32_t from, uint32_t to)
{
	size_t nr = snapshot->header.nr_nodes, row, column;
	struct numalens_matrix matrix;
	uint64_t value = 0;

	numalens_matrix_init(&matrix, nr);
	numalens_area_matrix_add(&matrix, &course->area, snapshot, NUMALENS_EVENT(event));
	for (row = 0; row < nr; row++)
		for (column = 0; column < nr; column++)
			if (numalens_snapshot_nid(snapshot, row) == from &&
			    numalens_snapshot_nid(snapshot, column) == to)
				value = numalens_matrix_get(&matrix, row, column);
	numalens_matrix_free(&matrix);
	return value;
}
