/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What numalens counts of a watched process while events are on: first touches
 * and migrations. The functions that read scan first, read every file, hold
 * the files against each other, and return how much is wrong, each with a note.
 */
#ifndef SELFTESTS_EVENTS_H
#define SELFTESTS_EVENTS_H

#include <stdint.h>
#include <sys/types.h>

#include "matrix.h"

enum touch_kind {
	TOUCH_ANON,
	TOUCH_THP,
	TOUCH_HUGETLB,
	TOUCH_SHMEM,
	TOUCH_COW,
	TOUCH_FILE,
	NR_TOUCH_KINDS,
};

/** struct touches - first_touch/: by kind; all but files together; no VMA's */
struct touches {
	struct matrix kind[NR_TOUCH_KINDS];
	struct matrix all;
	uint64_t no_vma;
};

/** touches_read - scan, and read first_touch/ */
int touches_read(pid_t pid, struct touches *touches);

/** touches_sub - take away what was there before */
void touches_sub(struct touches *touches, const struct touches *before);

/** touches_differ - how many counts differ, each with a note that names @what */
int touches_differ(const char *what, const struct touches *got,
		   const struct touches *want);

enum move_reason {
	MOVE_COMPACTION,
	MOVE_MEMORY_FAILURE,
	MOVE_MEMORY_HOTPLUG,
	MOVE_SYSCALL_OR_CPUSET,
	MOVE_MIGRATE_PAGES,
	MOVE_MOVE_PAGES,
	MOVE_CPUSET,
	MOVE_MEMPOLICY_MBIND,
	MOVE_NUMA_MISPLACED,
	MOVE_CONTIG_RANGE,
	MOVE_LONGTERM_PIN,
	MOVE_DEMOTION,
	MOVE_OTHER,
	NR_MOVE_REASONS,
};

/** struct moves - migrations/: by reason; all together; who did it last */
struct moves {
	struct matrix reason[NR_MOVE_REASONS];
	uint64_t failed[NR_MOVE_REASONS];
	struct matrix all;
	uint64_t no_vma;
	uint64_t caller_pid;
	char caller_comm[32], caller_reason[32];
};

/** move_reason_name - as the files call it */
const char *move_reason_name(enum move_reason reason);

/** moves_read - scan, and read migrations/ */
int moves_read(pid_t pid, struct moves *moves);

/** moves_sub - take away what was counted before; the caller stays */
void moves_sub(struct moves *moves, const struct moves *before);

/** moves_differ - the counts that differ, each with a note that names @what */
int moves_differ(const char *what, const struct moves *got,
		 const struct moves *want);

/** moves_caller_differs - 1 with a note unless the last caller is this one */
int moves_caller_differs(const struct moves *moves, pid_t pid,
			 const char *comm, const char *reason);

/**
 * vma_matrix - a matrix of the VMA that holds an address
 * @pid: a watched process
 * @addr: the address
 * @name: first_touch, hint_faults or migrations
 * @matrix: filled in, zeroes if there is no such VMA
 *
 * Return: 0, -ENOENT if no directory holds the address, or -errno.
 */
int vma_matrix(pid_t pid, uint64_t addr, const char *name,
	       struct matrix *matrix);

/** thread_matrix - the same of a thread; -ENOENT if it has no directory */
int thread_matrix(pid_t pid, pid_t tid, const char *name,
		  struct matrix *matrix);

#endif
