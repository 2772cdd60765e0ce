/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reader of what numalens says of a process, from the binary snapshot and from
 * the directories below vmas/, both in one form.
 */
#ifndef SELFTESTS_SNAPSHOT_H
#define SELFTESTS_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "numalens.h"
#include "node.h"

/** struct lens_vma - one VMA; the strings belong to the list */
struct lens_vma {
	uint64_t start, end, page_size;
	uint64_t zero, swap, migrating, untouched, remote_pages;
	uint32_t kind, source, perms;
	const char *path, *policy;
	uint64_t pages[NODES_MAX], anon[NODES_MAX], thp[NODES_MAX];
};

/** struct snapshot - a whole snapshot; columns in the order of nodes[] */
struct snapshot {
	struct numalens_snapshot_header head;
	char *raw;
	size_t size;
	uint32_t nodes[NODES_MAX];
	uint64_t totals[NUMALENS_NR_TOTALS][NODES_MAX];
	const char *policy;
	struct lens_vma *vmas;
	size_t nr_vmas;
};

/**
 * snapshot_read - read and take apart the snapshot file
 * @pid: a watched process
 * @snap: filled in, for snapshot_free()
 *
 * Checks what the layout promises: magic, sizes, sections inside the file,
 * records ascending and disjoint, strings that end.
 *
 * Return: 0, -errno of the read, or -EBADMSG with a note of what is wrong.
 */
int snapshot_read(pid_t pid, struct snapshot *snap);

/** snapshot_read_fd - the same from an open file, from offset 0 */
int snapshot_read_fd(int fd, struct snapshot *snap);

/** snapshot_free - forget what snapshot_read() filled in */
void snapshot_free(struct snapshot *snap);

/** snapshot_vma - the record that begins at an address, or NULL */
const struct lens_vma *snapshot_vma(const struct snapshot *snap, uint64_t start);

/**
 * snapshot_sums - do the VMAs add up to the totals
 * @snap: a snapshot
 *
 * Return: 0, or the number of sums that are off, each with a note.
 */
int snapshot_sums(const struct snapshot *snap);

/**
 * vma_dirs_read - read every directory below vmas/
 * @pid: a watched process
 * @list: filled in, ascending, for vma_dirs_free()
 *
 * Return: their number, or -errno; a file that is not as documented is
 * -EBADMSG with a note.
 */
int vma_dirs_read(pid_t pid, struct lens_vma **list);

/** vma_dirs_free - forget what vma_dirs_read() filled in */
void vma_dirs_free(struct lens_vma *list, int nr);

#endif
