/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracles for hinting faults: /proc/vmstat, for a process that is alone,
 * and probes on two functions of the kernel's, which tell who had them: that of
 * numa_hint_faults, mpol_misplaced(), and task_numa_fault() for what came of it.
 */
#ifndef SELFTESTS_HINTS_H
#define SELFTESTS_HINTS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define HINTERS_MAX	64

/** struct hint_counts - faults, a huge page's as one; and base pages */
struct hint_counts {
	uint64_t faults, local, shared;
	uint64_t migrated, failed;
};

/** struct hinter - a thread that had some */
struct hinter {
	pid_t tid;
	struct hint_counts counts;
};

/**
 * struct hints - what was counted
 * @vmstat: of the whole machine while the probes were on; no shared, no failed
 * @most: the same, with what came while they were switched on and off
 * @hinter: by thread
 * @nr_hinters: threads
 */
struct hints {
	struct hint_counts vmstat, most;
	struct hinter hinter[HINTERS_MAX];
	int nr_hinters;
};

/** hints_begin - count from here on; false where the kernel can't probe */
bool hints_begin(void);

/** hints_end - count no more; 0, or -errno with a note */
int hints_end(struct hints *hints);

/** hints_of_thread - what one thread had */
struct hint_counts hints_of_thread(const struct hints *hints, pid_t tid);

/** hints_of - what the threads of a process had, those that are there now */
struct hint_counts hints_of(const struct hints *hints, pid_t pid);

#endif
