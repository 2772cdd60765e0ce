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
 *	totals		__u64 [nr_totals][nr_nodes], rows are enum numalens_total
 *	vmas		nr_vmas records of vma_size bytes, ascending, disjoint:
 *			struct numalens_vma, then
 *			__u64 [nr_vma_arrays][nr_nodes], enum numalens_vma_array
 *	strings		NUL-terminated; offset 0 is the empty string
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
 * @reserved: 0
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
	__u32 reserved;
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

#endif /* _UAPI_NUMALENS_H */
