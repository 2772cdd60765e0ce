/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The oracle for VMAs: /proc/PID/maps, numa_maps and smaps in one list. Pages
 * are base pages; numa_maps counts huge ones, kernelpagesize_kB converts.
 */
#ifndef SELFTESTS_AREAS_H
#define SELFTESTS_AREAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "node.h"

/**
 * struct area - one VMA in the kernel's own words
 * @start: from maps
 * @end: from maps
 * @perms: from maps, as "rw-p"
 * @path: from maps, "" if there is none
 * @policy: from numa_maps
 * @hugetlb: numa_maps says huge
 * @page_size: numa_maps' kernelpagesize_kB, or smaps' KernelPageSize, in bytes
 * @node: numa_maps' N<id>=, by node id
 * @pages: their sum
 * @anon: numa_maps' anon=
 * @thp: smaps' AnonHugePages + ShmemPmdMapped + FilePmdMapped
 * @swap: smaps' Swap
 * @pfnmap: smaps' VmFlags has pf: a device's or the kernel's frames
 * @mixedmap: smaps' VmFlags has mm
 */
struct area {
	uint64_t start, end;
	char perms[5];
	char *path;
	char policy[96];
	bool hugetlb;
	uint64_t page_size;
	uint64_t node[NODES_MAX];
	uint64_t pages;
	uint64_t anon;
	uint64_t thp;
	uint64_t swap;
	bool pfnmap, mixedmap;
};

/** struct areas - all VMAs of a process, ascending, without [vsyscall] */
struct areas {
	struct area *v;
	size_t nr;
};

/**
 * areas_read - read the three files
 * @pid: a process, stopped, or its VMAs may not match up
 * @areas: filled in, for areas_free()
 * @smaps: also read smaps, which costs as much as numa_maps
 *
 * Return: 0, or -errno; -EAGAIN if the files did not match up.
 */
int areas_read(pid_t pid, struct areas *areas, bool smaps);

/** areas_free - forget what areas_read() filled in */
void areas_free(struct areas *areas);

/** areas_at - the VMA that holds an address, or NULL */
const struct area *areas_at(const struct areas *areas, uint64_t addr);

/** areas_node - resident pages of all VMAs on a node */
uint64_t areas_node(const struct areas *areas, int nid);

#endif
