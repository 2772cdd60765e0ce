/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CHANGE_REPORT_H
#define NUMALENS_CHANGE_REPORT_H

#include <stddef.h>

struct json_object;
struct numalens_change;

void numalens_change_print(const struct numalens_change *change, size_t most);
void numalens_change_json(const struct numalens_change *change, struct json_object *object);

#endif /* NUMALENS_CHANGE_REPORT_H */
