/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of events, as files and trace events have them: X(part of the enumerator, name).
 */
#ifndef _NUMALENS_EVENT_NAMES_H
#define _NUMALENS_EVENT_NAMES_H

#define NUMALENS_EACH_TOUCH(X)			\
	X(ANON, anon)				\
	X(THP, thp)				\
	X(HUGETLB, hugetlb)			\
	X(SHMEM, shmem)				\
	X(FILE, file)				\
	X(COW, cow)

/* The kernel's own words (<linux/migrate_mode.h>), and what one of them is divided into. */
#define NUMALENS_EACH_REASON(X)			\
	X(COMPACTION, compaction)		\
	X(MEMORY_FAILURE, memory_failure)	\
	X(MEMORY_HOTPLUG, memory_hotplug)	\
	X(SYSCALL_OR_CPUSET, syscall_or_cpuset)	\
	X(MIGRATE_PAGES, migrate_pages)		\
	X(MOVE_PAGES, move_pages)		\
	X(CPUSET, cpuset)			\
	X(MEMPOLICY_MBIND, mempolicy_mbind)	\
	X(NUMA_MISPLACED, numa_misplaced)	\
	X(CONTIG_RANGE, contig_range)		\
	X(LONGTERM_PIN, longterm_pin)		\
	X(DEMOTION, demotion)			\
	X(OTHER, other)

#define NUMALENS_EACH_MOVE(X)			\
	X(NUMA_MOVE, numa_move)			\
	X(NUMA_SWAP, numa_swap)			\
	X(AFFINITY, affinity)			\
	X(WAKEUP, wakeup)			\
	X(LOAD_BALANCE, load_balance)

/* The kernel's words (trace event sched_skip_vma_numa); one of them is shorter here. */
#define NUMALENS_EACH_SKIP(X)			\
	X(UNSUITABLE, unsuitable)		\
	X(SHARED_RO, shared_ro)			\
	X(INACCESSIBLE, inaccessible)		\
	X(SCAN_DELAY, scan_delay)		\
	X(PID_INACTIVE, pid_inactive)		\
	X(IGNORE_PID, ignore_pid)		\
	X(SEQ_COMPLETED, seq_completed)

#endif
