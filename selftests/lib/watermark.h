/* SPDX-License-Identifier: GPL-2.0 */
/* A node that NUMA balancing takes for full, without all of it being taken. */
#ifndef SELFTESTS_WATERMARK_H
#define SELFTESTS_WATERMARK_H

/**
 * watermark_above - raise the watermarks of all nodes above what one has free
 * @nid: the node; some of its memory goes into the pool of huge pages
 *
 * It has less than its high watermark then, and more than its low one: nothing
 * is migrated to it, and nothing is reclaimed from it.
 *
 * Return: 0, or -errno.
 */
int watermark_above(int nid);

/** watermark_back - undo it; done at the latest when the program ends */
void watermark_back(void);

#endif
