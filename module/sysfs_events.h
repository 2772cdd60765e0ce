/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_EVENTS_H
#define _NUMALENS_SYSFS_EVENTS_H

#include <linux/bits.h>
#include <linux/types.h>

#include "uapi/numalens.h"

struct numalens_snapshot;

/* Sets of events, bit by event. A page of a file is not of the memory of a process. */
#define NUMALENS_TOUCHES	(BIT_ULL(NUMALENS_TOUCH_ANON) | BIT_ULL(NUMALENS_TOUCH_THP) | \
				 BIT_ULL(NUMALENS_TOUCH_HUGETLB) |			\
				 BIT_ULL(NUMALENS_TOUCH_SHMEM) | BIT_ULL(NUMALENS_TOUCH_COW))
#define NUMALENS_MIGRATIONS	GENMASK_ULL(NUMALENS_MIGRATE_OTHER, NUMALENS_MIGRATE_COMPACTION)
#define NUMALENS_FAILURES	GENMASK_ULL(NUMALENS_FAILED_OTHER, NUMALENS_FAILED_COMPACTION)
#define NUMALENS_SKIPS		GENMASK_ULL(NUMALENS_SKIP_SEQ_COMPLETED, NUMALENS_SKIP_UNSUITABLE)
#define NUMALENS_MOVES		GENMASK_ULL(NUMALENS_MOVE_LOAD_BALANCE, NUMALENS_MOVE_NUMA_MOVE)

/**
 * struct numalens_event_set - events of one VMA, one thread, or the process
 * @snapshot: the snapshot
 * @scope: enum numalens_scope
 * @index: which VMA or thread record
 * @events: bit by event
 */
struct numalens_event_set {
	const struct numalens_snapshot *snapshot;
	u32 scope;
	u32 index;
	u64 events;
};

ssize_t numalens_emit_events(const struct numalens_event_set *set, char *buf);
ssize_t numalens_emit_nr_events(const struct numalens_event_set *set, char *buf);

#endif
