/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_COURSE_H
#define NUMALENS_COURSE_H

#include <stdbool.h>
#include <stdint.h>

#include "area.h"
#include "effort.h"
#include "event.h"

struct numalens_actor;
struct numalens_lab;
struct numalens_process;

/**
 * struct numalens_course - a workload whose memory is watched while NUMA balancing acts
 * @lab: the experiment's
 * @series: what is plotted of it
 * @actor: the workload
 * @area: its memory
 * @first_ms: when it was first looked at
 * @start: what balancing had done when it was turned on
 * @start_cpu_ns: CPU time that its first thread had used by then
 * @effort: what it has done; as all below, by the last look
 * @near: pages on the near node
 * @far: pages on the far node
 * @thp: pages that are part of huge ones
 * @nid: where its first thread is
 * @preferred: which node the kernel prefers for that
 * @cpu_ns: CPU time that it has used
 */
struct numalens_course {
	struct numalens_lab *lab;
	const char *series;
	struct numalens_actor *actor;
	struct numalens_area area;
	uint64_t first_ms;
	struct numalens_effort start;
	uint64_t start_cpu_ns;
	struct numalens_effort effort;
	uint64_t near;
	uint64_t far;
	uint64_t thp;
	uint32_t nid;
	uint32_t preferred;
	uint64_t cpu_ns;
};

int numalens_course_prepare(struct numalens_course *course, const char *name,
			    unsigned int nr_threads, enum numalens_area_kind kind, uint64_t pages);
int numalens_course_go_afar(struct numalens_course *course);
int numalens_course_turn(struct numalens_course *course, bool on);
bool numalens_course_is_on(void);
int numalens_course_look(struct numalens_course *course, struct numalens_process *process);
int numalens_course_wait(struct numalens_course *course, bool balanced,
			 bool (*reached)(const struct numalens_course *course));
void numalens_course_show(const struct numalens_course *course,
			  const struct numalens_snapshot *snapshot);
uint64_t numalens_course_count(const struct numalens_course *course,
			       const struct numalens_snapshot *snapshot, enum numalens_event event,
			       uint32_t from, uint32_t to);

#endif /* NUMALENS_COURSE_H */
