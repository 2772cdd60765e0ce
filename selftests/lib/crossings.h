/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle for moves of threads between nodes: sched_migrate_task, and what
 * the other events of the scheduler say of its cause. Of all puppets.
 */
#ifndef SELFTESTS_CROSSINGS_H
#define SELFTESTS_CROSSINGS_H

#include <stdbool.h>
#include <sys/types.h>

#include "matrix.h"

#define MOVERS_MAX	64

/** enum crossing_cause - in the order of crossing_files */
enum crossing_cause {
	CROSSED_BY_NUMA_MOVE,
	CROSSED_BY_NUMA_SWAP,
	CROSSED_BY_AFFINITY,
	CROSSED_BY_WAKEUP,
	CROSSED_BY_LOAD_BALANCE,
	NR_CROSSING_CAUSES,
};

/** crossing_files - the files of task_moves/ by cause */
extern const char *const crossing_files[NR_CROSSING_CAUSES];

/** struct mover - a thread that was seen moving, also within a node */
struct mover {
	pid_t tid;
	struct matrix matrix;
	bool waking;
	int move_to, swap_to;
};

/** struct crossings - what was seen */
struct crossings {
	struct matrix matrix;
	struct matrix cause[NR_CROSSING_CAUSES];
	struct mover mover[MOVERS_MAX];
	int nr_movers;
	bool pinned;
};

/** crossings_begin - record from here on; false where the kernel can't */
bool crossings_begin(void);

/** crossings_node - node of a CPU that was online when it began, or -1 */
int crossings_node(int cpu);

/**
 * crossings_end - stop, and sort what was recorded
 * @crossings: filled in
 * @pinned: each thread may run on one node only, at any time: whatever moved
 *	it to another did so for that
 *
 * Return: 0, or -errno with a note.
 */
int crossings_end(struct crossings *crossings, bool pinned);

#endif
