/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The second oracle, page by page: /proc/PID/pagemap and /proc/kpageflags, and
 * the node of a frame from the memory blocks of sysfs. It shares no code with
 * numa_maps' walk: it sees each entry on its own.
 */
#ifndef SELFTESTS_FRAMES_H
#define SELFTESTS_FRAMES_H

#include <stdint.h>
#include <sys/types.h>

#include "node.h"

/**
 * struct frames - what lies behind a range of addresses, in base pages
 * @absent: nothing
 * @swap: swap entries, also migration entries
 * @zero: zero page or huge zero page
 * @reserved: frames that the kernel keeps for itself, as the vdso
 * @foreign: frames in no memory block
 * @anon: by node id
 * @file: page cache that is not swap-backed
 * @shmem: page cache that is swap-backed
 * @hugetlb: by node id
 * @thp: in aligned runs that a PMD may map: transparent huge pages, whole
 */
struct frames {
	uint64_t absent, swap, zero, reserved, foreign;
	uint64_t anon[NODES_MAX];
	uint64_t file[NODES_MAX];
	uint64_t shmem[NODES_MAX];
	uint64_t hugetlb[NODES_MAX];
	uint64_t thp;
};

/**
 * frames_count - look at every page of a range
 * @pid: whose addresses
 * @start: first address
 * @end: first address behind it
 * @page_size: of huge pages of hugetlb only the first part is looked at
 * @out: is added to
 *
 * Return: 0, or -errno.
 */
int frames_count(pid_t pid, uint64_t start, uint64_t end, uint64_t page_size,
		 struct frames *out);

/**
 * pages_locate - move_pages(2) as a question
 * @pid: whose addresses
 * @addrs: page addresses
 * @status: node id of each, or -errno
 * @nr: how many
 *
 * Return: 0, or -errno.
 */
int pages_locate(pid_t pid, const uint64_t *addrs, int *status, size_t nr);

/**
 * pages_present - which pages pagemap calls present
 * @pid: whose addresses
 * @start: of the range
 * @nr: pages
 * @present: one byte each
 *
 * Return: 0, or -errno.
 */
int pages_present(pid_t pid, uint64_t start, size_t nr, uint8_t *present);

#endif
