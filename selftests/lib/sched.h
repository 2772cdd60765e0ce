/* SPDX-License-Identifier: GPL-2.0 */
/* What NUMA balancing keeps of a thread: /proc/PID/task/TID/sched. */
#ifndef SELFTESTS_SCHED_H
#define SELFTESTS_SCHED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "node.h"

/**
 * struct sched - of one thread
 * @scan_seq: mm->numa_scan_seq
 * @preferred_nid: numa_preferred_nid, -1 for none
 * @numa_pages_migrated: of the same name
 * @total_numa_faults: of the same name
 * @numa_faults: by node id: private and shared together
 */
struct sched {
	uint64_t scan_seq;
	int preferred_nid;
	uint64_t numa_pages_migrated, total_numa_faults;
	uint64_t numa_faults[NODES_MAX];
};

/** sched_read - 0, or -errno; -EPROTO where the kernel does not tell */
int sched_read(pid_t pid, pid_t tid, struct sched *sched);

/** sched_sum - a field that holds a number, of all threads together */
uint64_t sched_sum(pid_t pid, const char *key);

#endif
