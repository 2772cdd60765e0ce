/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LAB_MACHINE_H
#define NUMALENS_LAB_MACHINE_H

struct json_object;
struct numalens_topology;

struct json_object *numalens_lab_machine(const struct numalens_topology *topology);

#endif /* NUMALENS_LAB_MACHINE_H */
