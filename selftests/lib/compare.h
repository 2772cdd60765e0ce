/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What numalens says of a stopped process against what the kernel says. Each
 * function notes what differs (the first few) and returns how much does.
 */
#ifndef SELFTESTS_COMPARE_H
#define SELFTESTS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "areas.h"
#include "frames.h"
#include "snapshot.h"

/**
 * struct view - one source of lens_vma and the columns of their arrays
 * @name: for notes
 * @vmas: the list, ascending
 * @nr_vmas: its length
 * @nodes: ids of the columns
 * @nr_nodes: columns
 * @prot_none: NUMA balancing may have made entries PROT_NONE
 */
struct view {
	const char *name;
	const struct lens_vma *vmas;
	size_t nr_vmas;
	const uint32_t *nodes;
	size_t nr_nodes;
	bool prot_none;
};

/** compare_ranges - start, end and permissions against maps */
int compare_ranges(const struct areas *areas, const struct view *view);

/** compare_nodes - pages per node, and anon, against numa_maps */
int compare_nodes(const struct areas *areas, const struct view *view);

/** compare_policies - the text of the policy against numa_maps */
int compare_policies(const struct areas *areas, const struct view *view);

/** compare_paths - path against maps, hugetlb and page size against numa_maps */
int compare_paths(const struct areas *areas, const struct view *view);

/** compare_smaps - thp, and swap where smaps counts it by VMA */
int compare_smaps(const struct areas *areas, const struct view *view);

/** areas_frames - pagemap and kpageflags of each VMA, for free(); NULL, errno */
struct frames *areas_frames(pid_t pid, const struct areas *areas);

/** compare_frames - zero, swap, untouched, anon against pagemap, kpageflags */
int compare_frames(const struct areas *areas, const struct frames *frames,
		   const struct view *view);

/** compare_totals - the process' rows by node and kind against kpageflags */
int compare_totals(const struct areas *areas, const struct frames *frames,
		   const struct snapshot *snap);

#endif
