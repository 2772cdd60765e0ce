/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOUCH_H
#define NUMALENS_TOUCH_H

#include <stddef.h>

#include "column.h"

struct json_object;
struct numalens_snapshot;

/* Of numalens_touch_table() */
extern const struct numalens_column_set numalens_touch_columns;

void numalens_touch_print(const struct numalens_snapshot *snapshot);
struct numalens_table *numalens_touch_table(const struct numalens_snapshot *snapshot, size_t top);
void numalens_touch_print_threads(const struct numalens_snapshot *snapshot, size_t top);
struct json_object *numalens_touch_json(const struct numalens_snapshot *snapshot);
struct json_object *numalens_touch_json_threads(const struct numalens_snapshot *snapshot,
						size_t top);

#endif /* NUMALENS_TOUCH_H */
