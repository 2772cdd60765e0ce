/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SNAPSHOT_BRIEF_H
#define NUMALENS_SNAPSHOT_BRIEF_H

#include <stdint.h>

struct numalens_dir;
struct numalens_snapshot;

int numalens_snapshot_brief_read(struct numalens_snapshot *snapshot,
				 const struct numalens_dir *dir, uint64_t known_ns, const char **why);

#endif /* NUMALENS_SNAPSHOT_BRIEF_H */
