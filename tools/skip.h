/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SKIP_H
#define NUMALENS_SKIP_H

struct json_object;
struct numalens_snapshot;

void numalens_skip_print(const struct numalens_snapshot *snapshot);
struct json_object *numalens_skip_json(const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_SKIP_H */
