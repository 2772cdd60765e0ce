/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PLACEMENT_H
#define NUMALENS_PLACEMENT_H

struct json_object;
struct numalens_process;

void numalens_placement_print_title(const struct numalens_process *process);
void numalens_placement_print(const struct numalens_process *process);
void numalens_placement_json(const struct numalens_process *process, struct json_object *object);

#endif /* NUMALENS_PLACEMENT_H */
