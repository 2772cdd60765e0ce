/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_BALANCING_H
#define NUMALENS_BALANCING_H

struct json_object;
struct numalens_snapshot;

void numalens_balancing_print(const struct numalens_snapshot *snapshot);
void numalens_balancing_print_faults(const struct numalens_snapshot *snapshot);
struct json_object *numalens_balancing_json(const struct numalens_snapshot *snapshot);
struct json_object *numalens_balancing_json_faults(const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_BALANCING_H */
