/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SNAPSHOT_CHECK_H
#define NUMALENS_SNAPSHOT_CHECK_H

struct numalens_snapshot;
struct numalens_snapshot_header;

const char *numalens_snapshot_check_header(const struct numalens_snapshot_header *header);
const char *numalens_snapshot_check(const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_SNAPSHOT_CHECK_H */
