/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * numalens: layout of /sys/kernel/numalens/processes/<pid>/snapshot
 *
 * One file holds one snapshot: a header, and sections found by the offsets in
 * the header. All integers are in the machine's byte order; pages are base
 * pages (a huge page counts as many). A reader walks records by the sizes that
 * the header states, never by sizeof(), so that it can skip what a later
 * version appends.
 *
 *	header		struct numalens_snapshot_header
 *	nodes		__u32 nid[nr_nodes]: the column order of every array
 *	totals		__u64 [nr_totals][nr_nodes], rows are enum numalens_total; of nr_orders
 *			more, the last ones, the first is of pages that are a folio by
 *			themselves, the next of pages in folios of order 1, and so on
 *	vmas		nr_vmas records of vma_size bytes, ascending, disjoint:
 *			struct numalens_vma, then
 *			__u64 [nr_vma_arrays][nr_nodes], enum numalens_vma_array
 *	strings		NUL-terminated; offset 0 is the empty string
 *	threads		nr_threads records of thread_size bytes, ascending by tid:
 *			struct numalens_thread, then
 *			__u64 [nr_thread_arrays][nr_nodes], enum numalens_thread_array
 *	cells		nr_cells records of cell_size bytes: struct numalens_cell, what
 *			events have been counted; what is zero is not there
 *
 * Reading from offset 0 pins a snapshot for that open file, so the pieces that
 * follow belong to the same generation; a piece whose snapshot is no longer
 * kept is refused with ESTALE: start again at 0.
 */
#ifndef _UAPI_NUMALENS_H
#define _UAPI_NUMALENS_H

#include <linux/types.h>

#define NUMALENS_ABI_VERSION		1
#define NUMALENS_SNAPSHOT_MAGIC		0x534e4c4e	/* "NLNS", little endian */
#define NUMALENS_COMM_LEN		16

/**
 * enum numalens_total - rows of the per-process table, one value a node
 * @NUMALENS_TOTAL_PAGES: resident pages; the sum of the next four
 * @NUMALENS_TOTAL_ANON: anonymous pages, also copies made in a private file mapping
 * @NUMALENS_TOTAL_FILE: page-cache pages of files, and pages that drivers map
 * @NUMALENS_TOTAL_SHMEM: tmpfs, memfd, System V and shared anonymous pages
 * @NUMALENS_TOTAL_HUGETLB: hugetlb pages, counted in base pages
 * @NUMALENS_TOTAL_THP: of the above, pages mapped by a PMD-sized transparent huge page
 * @NUMALENS_TOTAL_TIME_NS: CPU time spent on the node since the watch, nanoseconds
 * @NUMALENS_TOTAL_THREADS: threads whose last CPU is on the node
 * @NUMALENS_TOTAL_HOME_BP: home share of the node, in 1/100 of a percent
 * @NUMALENS_NR_TOTALS: number of rows
 */
enum numalens_total {
	NUMALENS_TOTAL_PAGES,
	NUMALENS_TOTAL_ANON,
	NUMALENS_TOTAL_FILE,
	NUMALENS_TOTAL_SHMEM,
	NUMALENS_TOTAL_HUGETLB,
	NUMALENS_TOTAL_THP,
	NUMALENS_TOTAL_TIME_NS,
	NUMALENS_TOTAL_THREADS,
	NUMALENS_TOTAL_HOME_BP,
	NUMALENS_NR_TOTALS,
};

/**
 * enum numalens_vma_array - arrays behind each struct numalens_vma, one value a node
 * @NUMALENS_VMA_PAGES: resident pages
 * @NUMALENS_VMA_ANON: of these, anonymous pages
 * @NUMALENS_VMA_THP: of these, pages mapped by a PMD-sized transparent huge page
 * @NUMALENS_NR_VMA_ARRAYS: number of arrays
 */
enum numalens_vma_array {
	NUMALENS_VMA_PAGES,
	NUMALENS_VMA_ANON,
	NUMALENS_VMA_THP,
	NUMALENS_NR_VMA_ARRAYS,
};

/**
 * enum numalens_vma_kind - what backs a VMA
 * @NUMALENS_KIND_ANON: nothing: anonymous memory
 * @NUMALENS_KIND_FILE: a file
 * @NUMALENS_KIND_SHMEM: tmpfs, memfd, System V shared memory, shared anonymous memory
 * @NUMALENS_KIND_HUGETLB: hugetlbfs
 * @NUMALENS_KIND_SPECIAL: the kernel's own (vdso) or a device's; frames without
 *	struct page are never counted
 */
enum numalens_vma_kind {
	NUMALENS_KIND_ANON,
	NUMALENS_KIND_FILE,
	NUMALENS_KIND_SHMEM,
	NUMALENS_KIND_HUGETLB,
	NUMALENS_KIND_SPECIAL,
};

/**
 * enum numalens_policy_source - where the policy in force was set
 * @NUMALENS_SOURCE_SYSTEM: nowhere: the system default (local allocation)
 * @NUMALENS_SOURCE_TASK: set_mempolicy(2) of the thread group leader
 * @NUMALENS_SOURCE_SHARED: on the shared object (tmpfs, shm), for all who map it
 * @NUMALENS_SOURCE_VMA: mbind(2) on the VMA
 */
enum numalens_policy_source {
	NUMALENS_SOURCE_SYSTEM,
	NUMALENS_SOURCE_TASK,
	NUMALENS_SOURCE_SHARED,
	NUMALENS_SOURCE_VMA,
};

/**
 * enum numalens_thread_array - arrays behind each struct numalens_thread, one value a node
 * @NUMALENS_THREAD_TIME_NS: CPU time spent on the node since the watch, nanoseconds
 * @NUMALENS_THREAD_NUMA_FAULTS: what NUMA balancing keeps of the hinting faults on memory
 *	of the node, private and shared together; it decays (kernel/sched/fair.c, numa_faults)
 * @NUMALENS_NR_THREAD_ARRAYS: number of arrays
 */
enum numalens_thread_array {
	NUMALENS_THREAD_TIME_NS,
	NUMALENS_THREAD_NUMA_FAULTS,
	NUMALENS_NR_THREAD_ARRAYS,
};

/**
 * enum numalens_event - what is counted while events are on, as matrices
 * @NUMALENS_TOUCH_ANON: anonymous pages of base size that a fault made resident where
 *	none was. Of all first touches the row is the node of the CPU, the column that
 *	of the page, and base pages are counted
 * @NUMALENS_TOUCH_THP: the same, transparent huge pages
 * @NUMALENS_TOUCH_HUGETLB: the same, pages of hugetlbfs
 * @NUMALENS_TOUCH_SHMEM: the same, pages of tmpfs and shared memory
 * @NUMALENS_TOUCH_FILE: pages of files that a thread brought into the page cache, by
 *	a fault, a read or a write; never of a VMA
 * @NUMALENS_TOUCH_COW: anonymous pages made by copying another page
 * @NUMALENS_HINT_FAULTS: hinting faults, a huge page's as one; row is the node of the
 *	CPU, column that of the page before it is moved
 * @NUMALENS_HINT_SHARED: of these, on pages that more than one process maps
 * @NUMALENS_HINT_MIGRATED: base pages that a hinting fault moved; column: from where
 * @NUMALENS_HINT_FAILED: base pages that a hinting fault should have moved, and could not
 * @NUMALENS_MIGRATE_COMPACTION: base pages migrated; row is the node that they left,
 *	column the one that they came to. The reasons are <linux/migrate_mode.h>'s
 * @NUMALENS_MIGRATE_MEMORY_FAILURE: the same
 * @NUMALENS_MIGRATE_MEMORY_HOTPLUG: the same
 * @NUMALENS_MIGRATE_SYSCALL_OR_CPUSET: the same, where it is none of the next three,
 *	into which this reason of the kernel's is divided
 * @NUMALENS_MIGRATE_MIGRATE_PAGES: migrate_pages(2)
 * @NUMALENS_MIGRATE_MOVE_PAGES: move_pages(2)
 * @NUMALENS_MIGRATE_CPUSET: a cpuset's memory nodes were changed
 * @NUMALENS_MIGRATE_MEMPOLICY_MBIND: mbind(2)
 * @NUMALENS_MIGRATE_NUMA_MISPLACED: NUMA balancing
 * @NUMALENS_MIGRATE_CONTIG_RANGE: the same
 * @NUMALENS_MIGRATE_LONGTERM_PIN: the same
 * @NUMALENS_MIGRATE_DEMOTION: the same
 * @NUMALENS_MIGRATE_OTHER: a reason that this version has no name for
 * @NUMALENS_FAILED_COMPACTION: base pages that could not be migrated, by reason, in the
 *	order of the above; only the sum of the matrix says something
 * @NUMALENS_FAILED_MEMORY_FAILURE: the same
 * @NUMALENS_FAILED_MEMORY_HOTPLUG: the same
 * @NUMALENS_FAILED_SYSCALL_OR_CPUSET: the same
 * @NUMALENS_FAILED_MIGRATE_PAGES: the same
 * @NUMALENS_FAILED_MOVE_PAGES: the same
 * @NUMALENS_FAILED_CPUSET: the same
 * @NUMALENS_FAILED_MEMPOLICY_MBIND: the same
 * @NUMALENS_FAILED_NUMA_MISPLACED: the same
 * @NUMALENS_FAILED_CONTIG_RANGE: the same
 * @NUMALENS_FAILED_LONGTERM_PIN: the same
 * @NUMALENS_FAILED_DEMOTION: the same
 * @NUMALENS_FAILED_OTHER: the same
 * @NUMALENS_MOVE_NUMA_MOVE: threads that changed their node; row is the node that they
 *	left, column the one that they came to; NUMA balancing brought it to an idle CPU
 * @NUMALENS_MOVE_NUMA_SWAP: NUMA balancing had it change places with another thread
 * @NUMALENS_MOVE_AFFINITY: its CPU was no longer one that it may run on, or went offline
 * @NUMALENS_MOVE_WAKEUP: it was woken on another CPU
 * @NUMALENS_MOVE_LOAD_BALANCE: it was pulled or pushed, or an exec chose another CPU
 * @NUMALENS_SKIP_UNSUITABLE: how often NUMA balancing, marking pages for hinting faults,
 *	passed over a VMA; only the sum of the matrix says something. The reasons are
 *	<linux/sched/numa_balancing.h>'s: it can't migrate, or is of a kind never sampled
 * @NUMALENS_SKIP_SHARED_RO: a file that is only read, as libraries are
 * @NUMALENS_SKIP_INACCESSIBLE: it may not be read, written or executed
 * @NUMALENS_SKIP_SCAN_DELAY: it is too new
 * @NUMALENS_SKIP_PID_INACTIVE: the thread that scans has not used it lately
 * @NUMALENS_SKIP_IGNORE_PID: no thread has used it lately
 * @NUMALENS_SKIP_SEQ_COMPLETED: it was gone through in this pass already
 * @NUMALENS_NR_EVENTS: number of matrices
 */
enum numalens_event {
	NUMALENS_TOUCH_ANON,
	NUMALENS_TOUCH_THP,
	NUMALENS_TOUCH_HUGETLB,
	NUMALENS_TOUCH_SHMEM,
	NUMALENS_TOUCH_FILE,
	NUMALENS_TOUCH_COW,
	NUMALENS_HINT_FAULTS,
	NUMALENS_HINT_SHARED,
	NUMALENS_HINT_MIGRATED,
	NUMALENS_HINT_FAILED,
	NUMALENS_MIGRATE_COMPACTION,
	NUMALENS_MIGRATE_MEMORY_FAILURE,
	NUMALENS_MIGRATE_MEMORY_HOTPLUG,
	NUMALENS_MIGRATE_SYSCALL_OR_CPUSET,
	NUMALENS_MIGRATE_MIGRATE_PAGES,
	NUMALENS_MIGRATE_MOVE_PAGES,
	NUMALENS_MIGRATE_CPUSET,
	NUMALENS_MIGRATE_MEMPOLICY_MBIND,
	NUMALENS_MIGRATE_NUMA_MISPLACED,
	NUMALENS_MIGRATE_CONTIG_RANGE,
	NUMALENS_MIGRATE_LONGTERM_PIN,
	NUMALENS_MIGRATE_DEMOTION,
	NUMALENS_MIGRATE_OTHER,
	NUMALENS_FAILED_COMPACTION,
	NUMALENS_FAILED_MEMORY_FAILURE,
	NUMALENS_FAILED_MEMORY_HOTPLUG,
	NUMALENS_FAILED_SYSCALL_OR_CPUSET,
	NUMALENS_FAILED_MIGRATE_PAGES,
	NUMALENS_FAILED_MOVE_PAGES,
	NUMALENS_FAILED_CPUSET,
	NUMALENS_FAILED_MEMPOLICY_MBIND,
	NUMALENS_FAILED_NUMA_MISPLACED,
	NUMALENS_FAILED_CONTIG_RANGE,
	NUMALENS_FAILED_LONGTERM_PIN,
	NUMALENS_FAILED_DEMOTION,
	NUMALENS_FAILED_OTHER,
	NUMALENS_MOVE_NUMA_MOVE,
	NUMALENS_MOVE_NUMA_SWAP,
	NUMALENS_MOVE_AFFINITY,
	NUMALENS_MOVE_WAKEUP,
	NUMALENS_MOVE_LOAD_BALANCE,
	NUMALENS_SKIP_UNSUITABLE,
	NUMALENS_SKIP_SHARED_RO,
	NUMALENS_SKIP_INACCESSIBLE,
	NUMALENS_SKIP_SCAN_DELAY,
	NUMALENS_SKIP_PID_INACTIVE,
	NUMALENS_SKIP_IGNORE_PID,
	NUMALENS_SKIP_SEQ_COMPLETED,
	NUMALENS_NR_EVENTS,
};

/**
 * enum numalens_scope - whose events a cell counts
 * @NUMALENS_SCOPE_PROCESS: the process's, all of them
 * @NUMALENS_SCOPE_VMA: those of a VMA; the process has more, of VMAs that are gone and
 *	such as could not be told. No task moves, no failed migrations, no files' pages
 * @NUMALENS_SCOPE_THREAD: those that a thread caused; first touches, hinting faults and
 *	its moves. The process has more, of threads that are gone and of other processes
 */
enum numalens_scope {
	NUMALENS_SCOPE_PROCESS,
	NUMALENS_SCOPE_VMA,
	NUMALENS_SCOPE_THREAD,
};

/* No node, where a node's id is expected */
#define NUMALENS_NO_NODE		0xffffffff

/* struct numalens_vma.perms */
#define NUMALENS_PERM_READ		(1U << 0)
#define NUMALENS_PERM_WRITE		(1U << 1)
#define NUMALENS_PERM_EXEC		(1U << 2)
#define NUMALENS_PERM_SHARED		(1U << 3)

/**
 * struct numalens_snapshot_header - start of the snapshot file
 * @magic: NUMALENS_SNAPSHOT_MAGIC
 * @abi_version: NUMALENS_ABI_VERSION
 * @header_size: bytes of this header
 * @vma_size: bytes from one VMA record to the next, its arrays included
 * @nr_nodes: columns
 * @nr_totals: rows of the totals table
 * @nr_vma_arrays: arrays behind each VMA record
 * @nr_vmas: VMA records
 * @nodes_offset: bytes from the start of the file
 * @totals_offset: bytes from the start of the file
 * @vmas_offset: bytes from the start of the file
 * @strings_offset: bytes from the start of the file
 * @size: bytes of the whole file
 * @generation: 1 for the first snapshot of a watch, one more for each that follows
 * @snapshot_ns: when the walk ended, CLOCK_MONOTONIC
 * @watch_ns: since when CPU time is counted, CLOCK_MONOTONIC
 * @walk_ns: time spent walking, with the lock held
 * @walk_pages: page-table entries looked at, huge ones counted once
 * @lock_hold_max_ns: longest time that mmap_lock was held without a break
 * @zero: zero pages mapped, the huge zero page counted as many
 * @swap: swap entries
 * @migrating: pages under migration: neither here nor there
 * @untouched: pages of the address space with nothing behind them
 * @remote_pages: see Documentation/design.rst, "remote pages"
 * @page_size: bytes of a base page
 * @remote_bp: remote pages in 1/100 of a percent of the resident ones
 * @mean_distance: mean distance in hundredths, 1000 is all local; 0 if nothing is resident
 * @pid: process id in the initial pid namespace
 * @policy: string offset: policy of the thread group leader, as numa_maps writes it
 * @allowed_nodes: string offset: nodes on whose CPUs one of its threads may run, a list
 * @comm: name of the thread group leader
 * @mems_allowed: string offset: nodes that its cpuset lets it allocate from, a list
 * @events: 1 if events are being counted, else 0. From here on: not in the first
 *	version's header
 * @threads_offset: bytes from the start of the file
 * @cells_offset: bytes from the start of the file
 * @events_ns: since when events are counted, CLOCK_MONOTONIC; 0 if they never were
 * @scan_seq: how often NUMA balancing has gone through the address space
 * @nr_threads: thread records
 * @thread_size: bytes from one thread record to the next, its arrays included
 * @nr_thread_arrays: arrays behind each thread record
 * @nr_cells: cells
 * @cell_size: bytes from one cell to the next
 * @preferred_nid: node that NUMA balancing prefers for the leader, or NUMALENS_NO_NODE
 * @scan_period_ms: of the leader: how often NUMA balancing scans at present
 * @caller_pid: who last moved pages of this process from outside, process id in the
 *	initial pid namespace; 0 if nobody did
 * @caller_event: why, enum numalens_event
 * @nr_orders: rows of the totals table by order of folio; 0 if they were not asked for.
 *	Pages of hugetlbfs are in none of them, larger folios in the last one
 * @caller_comm: the caller's name
 */
struct numalens_snapshot_header {
	__u32 magic;
	__u32 abi_version;
	__u32 header_size;
	__u32 vma_size;
	__u32 nr_nodes;
	__u32 nr_totals;
	__u32 nr_vma_arrays;
	__u32 nr_vmas;
	__u64 nodes_offset;
	__u64 totals_offset;
	__u64 vmas_offset;
	__u64 strings_offset;
	__u64 size;
	__u64 generation;
	__u64 snapshot_ns;
	__u64 watch_ns;
	__u64 walk_ns;
	__u64 walk_pages;
	__u64 lock_hold_max_ns;
	__u64 zero;
	__u64 swap;
	__u64 migrating;
	__u64 untouched;
	__u64 remote_pages;
	__u32 page_size;
	__u32 remote_bp;
	__u32 mean_distance;
	__u32 pid;
	__u32 policy;
	__u32 allowed_nodes;
	char comm[NUMALENS_COMM_LEN];
	__u32 mems_allowed;
	__u32 events;
	__u64 threads_offset;
	__u64 cells_offset;
	__u64 events_ns;
	__u64 scan_seq;
	__u32 nr_threads;
	__u32 thread_size;
	__u32 nr_thread_arrays;
	__u32 nr_cells;
	__u32 cell_size;
	__u32 preferred_nid;
	__u32 scan_period_ms;
	__u32 caller_pid;
	__u32 caller_event;
	__u32 nr_orders;
	char caller_comm[NUMALENS_COMM_LEN];
};

/**
 * struct numalens_vma - one VMA; NUMALENS_NR_VMA_ARRAYS arrays follow it
 * @start: first address
 * @end: first address behind it
 * @page_size: bytes of a page that the VMA faults in, 4096 unless hugetlb
 * @zero: zero pages, the huge zero page counted as many
 * @swap: swap entries
 * @migrating: pages under migration
 * @untouched: pages with nothing behind them
 * @remote_pages: of the resident pages, as for the process
 * @kind: enum numalens_vma_kind
 * @policy_source: enum numalens_policy_source
 * @perms: NUMALENS_PERM_*
 * @path: string offset: file, [heap], [stack], [vdso] or anonymous name, or 0
 * @policy: string offset: policy in force, as numa_maps writes it
 * @reserved: 0
 */
struct numalens_vma {
	__u64 start;
	__u64 end;
	__u64 page_size;
	__u64 zero;
	__u64 swap;
	__u64 migrating;
	__u64 untouched;
	__u64 remote_pages;
	__u32 kind;
	__u32 policy_source;
	__u32 perms;
	__u32 path;
	__u32 policy;
	__u32 reserved;
};

/**
 * struct numalens_thread - a thread; NUMALENS_NR_THREAD_ARRAYS arrays follow it
 * @tid: thread id in the initial pid namespace
 * @cpu: CPU that it runs on or ran on last
 * @nid: that CPU's node
 * @preferred_nid: node that NUMA balancing prefers for it, or NUMALENS_NO_NODE
 * @scan_period_ms: how often NUMA balancing scans on its behalf at present
 * @policy: string offset: policy that it set for itself, as numa_maps writes it
 * @allowed_nodes: string offset: nodes on whose CPUs it may run, a list
 * @allowed_cpus: string offset: CPUs that it may run on, a list
 * @comm: its name
 * @numa_pages_migrated: pages that NUMA balancing moved at its faults, since its birth
 * @total_numa_faults: faults that NUMA balancing keeps of it at present
 */
struct numalens_thread {
	__u32 tid;
	__u32 cpu;
	__u32 nid;
	__u32 preferred_nid;
	__u32 scan_period_ms;
	__u32 policy;
	__u32 allowed_nodes;
	__u32 allowed_cpus;
	char comm[NUMALENS_COMM_LEN];
	__u64 numa_pages_migrated;
	__u64 total_numa_faults;
};

/**
 * struct numalens_cell - one count; ascending by scope, index, event, row, column
 * @scope: enum numalens_scope
 * @index: which VMA or thread record, from 0; 0 of the process
 * @event: enum numalens_event
 * @row: which node of nodes, from 0
 * @column: which node of nodes, from 0
 * @count: pages, faults or moves, as the event says
 */
struct numalens_cell {
	__u32 scope;
	__u32 index;
	__u32 event;
	__u16 row;
	__u16 column;
	__u64 count;
};

#endif /* _UAPI_NUMALENS_H */
