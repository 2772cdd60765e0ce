/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_THREAD_H
#define NUMALENS_THREAD_H

#include <stddef.h>

struct json_object;
struct numalens_column_set;
struct numalens_rank;
struct numalens_snapshot;
struct numalens_table;

extern const struct numalens_column_set numalens_thread_columns;

/**
 * enum numalens_thread_order - which threads come first
 * @NUMALENS_THREAD_BY_CPU: those that used most CPU time
 * @NUMALENS_THREAD_BY_REMOTE: those with most hinting faults and first touches of other nodes
 * @NUMALENS_THREAD_BY_TID: those with the lowest id
 */
enum numalens_thread_order {
	NUMALENS_THREAD_BY_CPU,
	NUMALENS_THREAD_BY_REMOTE,
	NUMALENS_THREAD_BY_TID,
};

struct numalens_rank *numalens_thread_ranks(const struct numalens_snapshot *snapshot,
					    enum numalens_thread_order order);
struct numalens_table *numalens_thread_table(const struct numalens_snapshot *snapshot,
					     enum numalens_thread_order order, size_t top);
void numalens_thread_print(const struct numalens_snapshot *snapshot,
			   enum numalens_thread_order order, size_t top);
struct json_object *numalens_thread_json(const struct numalens_snapshot *snapshot,
					 enum numalens_thread_order order, size_t top);

#endif /* NUMALENS_THREAD_H */
