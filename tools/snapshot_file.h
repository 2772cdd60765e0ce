/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SNAPSHOT_FILE_H
#define NUMALENS_SNAPSHOT_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct numalens_snapshot;
struct numalens_snapshot_header;

ssize_t numalens_snapshot_file_read(int fd, void *to, size_t len, uint64_t offset);
int numalens_snapshot_file_header(struct numalens_snapshot_header *header, void *raw, size_t *nr,
				  int fd, const char **why);
void numalens_snapshot_file_let_go(int fd, const struct numalens_snapshot_header *header);
int numalens_snapshot_file_finish(struct numalens_snapshot *snapshot, int ret, const char **why);

#endif /* NUMALENS_SNAPSHOT_FILE_H */
