/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SNAPSHOT_H
#define NUMALENS_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>

#include "../module/uapi/numalens.h"

struct numalens_dir;

/* Bytes of the first version's header: nothing about events. */
#define NUMALENS_SNAPSHOT_FIRST_SIZE	\
	((int)offsetof(struct numalens_snapshot_header, threads_offset))

/**
 * struct numalens_snapshot - a snapshot file, checked
 * @data: the file
 * @header: its header
 * @comm: name of the process, terminated
 */
struct numalens_snapshot {
	unsigned char *data;
	struct numalens_snapshot_header header;
	char comm[NUMALENS_COMM_LEN + 1];
};

int numalens_snapshot_header_read(struct numalens_snapshot_header *header,
				  const struct numalens_dir *dir, const char **why);
int numalens_snapshot_read(struct numalens_snapshot *snapshot, const struct numalens_dir *dir,
			   const char **why);
int numalens_snapshot_take(struct numalens_snapshot *snapshot, unsigned char *data, size_t len,
			   const char **why);
void numalens_snapshot_free(struct numalens_snapshot *snapshot);
uint32_t numalens_snapshot_nid(const struct numalens_snapshot *snapshot, size_t node);
uint32_t *numalens_snapshot_nids(const struct numalens_snapshot *snapshot);
uint64_t numalens_snapshot_total(const struct numalens_snapshot *snapshot,
				 enum numalens_total row, size_t node);
uint64_t numalens_snapshot_order(const struct numalens_snapshot *snapshot, uint32_t order,
				 size_t node);
uint64_t numalens_snapshot_sum(const struct numalens_snapshot *snapshot,
			       enum numalens_total row);
void numalens_snapshot_vma(const struct numalens_snapshot *snapshot, size_t index,
			   struct numalens_vma *vma);
uint64_t numalens_snapshot_vma_value(const struct numalens_snapshot *snapshot, size_t index,
				     enum numalens_vma_array array, size_t node);
uint64_t numalens_snapshot_vma_pages(const struct numalens_snapshot *snapshot, size_t index);
void numalens_snapshot_thread(const struct numalens_snapshot *snapshot, size_t index,
			      struct numalens_thread *thread);
uint64_t numalens_snapshot_thread_value(const struct numalens_snapshot *snapshot, size_t index,
					enum numalens_thread_array array, size_t node);
void numalens_snapshot_cell(const struct numalens_snapshot *snapshot, size_t index,
			    struct numalens_cell *cell);
const char *numalens_snapshot_string(const struct numalens_snapshot *snapshot, uint32_t offset);

#endif /* NUMALENS_SNAPSHOT_H */
