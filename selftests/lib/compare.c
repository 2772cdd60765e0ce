// SPDX-License-Identifier: GPL-2.0
#include "compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"

#define NOTES_MAX	8

/* Notes the first few differences of a comparison, counts all. */
struct diff {
	const char *view;
	const struct area *area;
	int nr;
};

static void differs(struct diff *diff, const char *what, uint64_t lens,
		    uint64_t kernel)
{
	if (lens == kernel)
		return;
	if (diff->nr++ < NOTES_MAX)
		note("%s %" PRIx64 "-%" PRIx64 " %s %s: %s is %" PRIu64
		     ", the kernel says %" PRIu64, diff->view,
		     diff->area->start, diff->area->end, diff->area->perms,
		     diff->area->path, what, lens, kernel);
}

static void differs_text(struct diff *diff, const char *what, const char *lens,
			 const char *kernel)
{
	if (!strcmp(lens, kernel))
		return;
	if (diff->nr++ < NOTES_MAX)
		note("%s %" PRIx64 "-%" PRIx64 " %s: %s is \"%s\", the kernel says \"%s\"",
		     diff->view, diff->area->start, diff->area->end,
		     diff->area->path, what, lens, kernel);
}

typedef void compare_one(struct diff *diff, const struct area *area,
			 const struct lens_vma *vma, const struct view *view);

static int compare_each(const struct areas *areas, const struct view *view,
			compare_one *one)
{
	struct diff diff = { .view = view->name };
	size_t i;

	if (areas->nr != view->nr_vmas) {
		note("%s: %zu VMAs, the kernel has %zu", view->name,
		     view->nr_vmas, areas->nr);
		return 1;
	}
	for (i = 0; i < areas->nr; i++) {
		diff.area = &areas->v[i];
		one(&diff, &areas->v[i], &view->vmas[i], view);
	}
	return diff.nr;
}

static void one_range(struct diff *diff, const struct area *area,
		      const struct lens_vma *vma, const struct view *view)
{
	char perms[5];

	differs(diff, "start", vma->start, area->start);
	differs(diff, "end", vma->end, area->end);
	snprintf(perms, sizeof(perms), "%c%c%c%c",
		 vma->perms & NUMALENS_PERM_READ ? 'r' : '-',
		 vma->perms & NUMALENS_PERM_WRITE ? 'w' : '-',
		 vma->perms & NUMALENS_PERM_EXEC ? 'x' : '-',
		 vma->perms & NUMALENS_PERM_SHARED ? 's' : 'p');
	differs_text(diff, "perms", perms, area->perms);
}

int compare_ranges(const struct areas *areas, const struct view *view)
{
	return compare_each(areas, view, one_range);
}

static void one_nodes(struct diff *diff, const struct area *area,
		      const struct lens_vma *vma, const struct view *view)
{
	uint64_t seen = 0, anon = 0;
	char what[32];
	size_t col;

	for (col = 0; col < view->nr_nodes; col++) {
		snprintf(what, sizeof(what), "pages on node %u",
			 view->nodes[col]);
		differs(diff, what, vma->pages[col],
			area->node[view->nodes[col]]);
		seen += vma->pages[col];
		anon += vma->anon[col];
		if (vma->anon[col] > vma->pages[col])
			differs(diff, "anon above pages", vma->anon[col],
				vma->pages[col]);
	}
	/* also catches a node that has no column */
	differs(diff, "pages", seen, area->pages);
	if (!area->hugetlb)
		differs(diff, "anon", anon, area->anon);
}

int compare_nodes(const struct areas *areas, const struct view *view)
{
	return compare_each(areas, view, one_nodes);
}

static void one_policy(struct diff *diff, const struct area *area,
		       const struct lens_vma *vma, const struct view *view)
{
	/* kernels before 6.1.y's fix say "default" of bind=balancing */
	if (strstr(vma->policy, "balancing") &&
	    !strcmp(area->policy, "default"))
		return;
	differs_text(diff, "policy", vma->policy, area->policy);
}

int compare_policies(const struct areas *areas, const struct view *view)
{
	return compare_each(areas, view, one_policy);
}

static void one_path(struct diff *diff, const struct area *area,
		     const struct lens_vma *vma, const struct view *view)
{
	differs_text(diff, "path", vma->path, area->path);
	differs(diff, "page_size", vma->page_size, area->page_size);
	differs(diff, "kind is hugetlb", vma->kind == NUMALENS_KIND_HUGETLB,
		area->hugetlb);
}

int compare_paths(const struct areas *areas, const struct view *view)
{
	return compare_each(areas, view, one_path);
}

static uint64_t thp_of(const struct lens_vma *vma, const struct view *view)
{
	uint64_t thp = 0;
	size_t col;

	for (col = 0; col < view->nr_nodes; col++)
		thp += vma->thp[col];
	return thp;
}

/*
 * smaps passes over PROT_NONE entries of huge pages, whoever made them: it is
 * a lower bound for thp then, and compare_frames() has the upper.
 */
static void one_smaps(struct diff *diff, const struct area *area,
		      const struct lens_vma *vma, const struct view *view)
{
	uint64_t thp = thp_of(vma, view);

	if (view->prot_none || area->perms[0] != 'r') {
		if (thp < area->thp)
			differs(diff, "thp, at least", thp, area->thp);
	} else {
		differs(diff, "thp", thp, area->thp);
	}
	/* for shmem smaps adds what the object has swapped out */
	if (vma->kind != NUMALENS_KIND_SHMEM)
		differs(diff, "swap", vma->swap, area->swap);
}

int compare_smaps(const struct areas *areas, const struct view *view)
{
	return compare_each(areas, view, one_smaps);
}

/* Frames of a device and of the kernel's are neither counted nor untouched. */
static bool is_kernels_own(const struct area *area)
{
	return area->pfnmap || !strcmp(area->path, "[vdso]");
}

static uint64_t sum(const uint64_t *values)
{
	uint64_t all = 0;
	int i;

	for (i = 0; i < NODES_MAX; i++)
		all += values[i];
	return all;
}

struct frames *areas_frames(pid_t pid, const struct areas *areas)
{
	struct frames *frames = calloc(areas->nr + 1, sizeof(*frames));
	size_t i;
	int ret;

	for (i = 0; i < areas->nr; i++) {
		const struct area *area = &areas->v[i];

		ret = frames_count(pid, area->start, area->end, area->page_size,
				   &frames[i]);
		if (ret) {
			free(frames);
			errno = -ret;
			return NULL;
		}
	}
	return frames;
}

static void one_frames(struct diff *diff, const struct frames *frames,
		       const struct lens_vma *vma, const struct view *view)
{
	uint64_t anon = 0;
	size_t col;

	for (col = 0; col < view->nr_nodes; col++)
		anon += vma->anon[col];
	differs(diff, "zero", vma->zero, diff->area->pfnmap ? 0 : frames->zero);
	if (thp_of(vma, view) > frames->thp)
		differs(diff, "thp, at most", thp_of(vma, view), frames->thp);
	if (is_kernels_own(diff->area))
		return;
	differs(diff, "swap + migrating", vma->swap + vma->migrating,
		frames->swap);
	/* From 7.0 on it has pages like a file's, but how many is the kernel's to know. */
	if (strncmp(diff->area->path, "[vvar", 5))
		differs(diff, "untouched", vma->untouched, frames->absent);
	if (!diff->area->hugetlb)
		differs(diff, "anon", anon, sum(frames->anon));
}

int compare_frames(const struct areas *areas, const struct frames *frames,
		   const struct view *view)
{
	struct diff diff = { .view = view->name };
	size_t i;

	if (areas->nr != view->nr_vmas)
		return 1;
	for (i = 0; i < areas->nr; i++) {
		diff.area = &areas->v[i];
		one_frames(&diff, &frames[i], &view->vmas[i], view);
	}
	return diff.nr;
}

static int row_differs(const struct snapshot *snap, int row, const char *name,
		       const uint64_t *by_nid)
{
	uint32_t col;
	int nr = 0;

	for (col = 0; col < snap->head.nr_nodes; col++) {
		uint32_t nid = snap->nodes[col];

		if (snap->totals[row][col] == by_nid[nid])
			continue;
		nr++;
		note("%s on node %u: %" PRIu64 ", kpageflags says %" PRIu64,
		     name, nid, (uint64_t)snap->totals[row][col], by_nid[nid]);
	}
	return nr;
}

int compare_totals(const struct areas *areas, const struct frames *frames,
		   const struct snapshot *snap)
{
	struct frames all = { 0 };
	int nr, nid;
	size_t i;

	for (i = 0; i < areas->nr; i++) {
		/* Where pagemap does not go, numa_maps does from v6.2 on, and finds copies. */
		for (nid = 0; nid < NODES_MAX && areas->v[i].pfnmap; nid++)
			all.anon[nid] += areas->v[i].node[nid];
		if (is_kernels_own(&areas->v[i]))
			continue;
		for (nid = 0; nid < NODES_MAX; nid++) {
			all.anon[nid] += frames[i].anon[nid];
			all.file[nid] += frames[i].file[nid];
			all.shmem[nid] += frames[i].shmem[nid];
			all.hugetlb[nid] += frames[i].hugetlb[nid];
		}
	}
	nr = row_differs(snap, NUMALENS_TOTAL_ANON, "anon", all.anon);
	nr += row_differs(snap, NUMALENS_TOTAL_FILE, "file", all.file);
	nr += row_differs(snap, NUMALENS_TOTAL_SHMEM, "shmem", all.shmem);
	return nr + row_differs(snap, NUMALENS_TOTAL_HUGETLB, "hugetlb",
				all.hugetlb);
}
