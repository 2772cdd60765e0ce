/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOUCH_H
#define NUMALENS_TOUCH_H

#include <stddef.h>

struct json_object;
struct numalens_snapshot;

void numalens_touch_print(const struct numalens_snapshot *snapshot);
void numalens_touch_print_threads(const struct numalens_snapshot *snapshot, size_t top);
struct json_object *numalens_touch_json(const struct numalens_snapshot *snapshot);
struct json_object *numalens_touch_json_threads(const struct numalens_snapshot *snapshot,
						size_t top);

#endif /* NUMALENS_TOUCH_H */
