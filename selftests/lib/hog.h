/* SPDX-License-Identifier: GPL-2.0 */
/* Takes a node's memory, and gives it back at the latest at exit. */
#ifndef SELFTESTS_HOG_H
#define SELFTESTS_HOG_H

#include <stdint.h>

/** node_free_pages - MemFree of a node, in base pages */
uint64_t node_free_pages(int nid);

/**
 * hog_fill - take nearly all pages of 2 MiB that a node has
 * @nid: the node
 *
 * They go into the hugetlb pool of the node, which costs no time and kills
 * nobody. What remains is in smaller pieces.
 *
 * Return: how many pages of 2 MiB the pool has on the node.
 */
unsigned int hog_fill(int nid);

/** hog_release - give all back */
void hog_release(void);

#endif
