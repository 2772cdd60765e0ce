/* SPDX-License-Identifier: GPL-2.0 */
/* All that lies below a directory of /sys/kernel/numalens, with modes. */
#ifndef SELFTESTS_TREE_H
#define SELFTESTS_TREE_H

#include <sys/types.h>

#define TREE_PATH	128

/**
 * struct tree_entry - a file or a directory
 * @path: relative to the directory that numalens makes
 * @mode: type and permissions
 */
struct tree_entry {
	char path[TREE_PATH];
	mode_t mode;
};

/**
 * tree_read - find everything below a directory, and itself
 * @root: where numalens' directory is, or is bound to
 * @path: the directory, relative to it; "" for all
 * @entries: filled in; a directory comes before what is in it
 * @max: how many there is room for
 *
 * Return: how many were found, those of directories that can't be listed left out;
 * -E2BIG for more than @max, -errno.
 */
int tree_read(const char *root, const char *path, struct tree_entry *entries, int max);

#endif
