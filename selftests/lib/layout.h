/* SPDX-License-Identifier: GPL-2.0 */
/* Processes of many sizes and shapes that hold still, for benchmarks. */
#ifndef SELFTESTS_LAYOUT_H
#define SELFTESTS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define MIB		(1UL << 20)
#define GIB		(1UL << 30)
#define BASE_PAGE	4096UL

/**
 * struct layout - one process
 * @name: printed
 * @make: makes its memory, in the process; returns where that begins
 * @size: bytes that are touched
 * @nr: VMAs or threads, where the layout is about them
 * @holes: more is mapped than is touched: not to be asked for page by page
 * @brief: one of the few that a short run has
 * @prepare: lets the machine have what it takes, before; false if that can't be had
 * @clear: undoes it
 */
struct layout {
	const char *name;
	char *(*make)(const struct layout *layout);
	size_t size;
	unsigned int nr;
	bool holes, brief;
	bool (*prepare)(const struct layout *layout);
	void (*clear)(void);
};

/* Base pages: on the last node, on all in turn, on all with frames in no order. */
char *layout_one_node(const struct layout *layout);
char *layout_alternating(const struct layout *layout);
char *layout_random(const struct layout *layout);

/* Other kinds of pages, on all nodes in turn. */
char *layout_thp(const struct layout *layout);
char *layout_hugetlb(const struct layout *layout);
char *layout_shmem(const struct layout *layout);
char *layout_file(const struct layout *layout);
char *layout_swapped(const struct layout *layout);
char *layout_zero(const struct layout *layout);

/** layout_vmas - so many VMAs, all of the size together */
char *layout_vmas(const struct layout *layout);

/** layout_threads - so many threads, which sleep */
char *layout_threads(const struct layout *layout);

/** layout_thin - a page in each 2 MiB of the size */
char *layout_thin(const struct layout *layout);

/** layout_sparse - the size is in the middle of 1 TiB */
char *layout_sparse(const struct layout *layout);

/* What some of them want beforehand, and afterwards no more. */
bool layout_hugetlb_prepare(const struct layout *layout);
void layout_hugetlb_clear(void);
bool layout_swap_prepare(const struct layout *layout);
void layout_swap_clear(void);

/**
 * layout_start - start the process
 * @layout: which
 * @mem: filled in: where its memory begins
 *
 * Return: its pid once it holds still, or -errno.
 */
pid_t layout_start(const struct layout *layout, char **mem);

/** layout_end - end it, and give back what it took */
void layout_end(const struct layout *layout, pid_t pid);

#endif
