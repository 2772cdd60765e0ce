/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_CHOOSE_H
#define _NUMALENS_CHOOSE_H

#include <linux/types.h>

struct numalens_snapshot;

/**
 * typedef numalens_value_fn - what a record is chosen by
 * @snapshot: the snapshot
 * @i: the record's number
 */
typedef u64 (*numalens_value_fn)(const struct numalens_snapshot *snapshot, u32 i);

void numalens_choose(const struct numalens_snapshot *snapshot, numalens_value_fn value,
		     u32 nr_records, u32 *chosen, u32 nr);

#endif
