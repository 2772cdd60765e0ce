/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_PROCESS_H
#define _NUMALENS_SYSFS_PROCESS_H

#include <linux/container_of.h>
#include <linux/sysfs.h>
#include <linux/types.h>

#include "process.h"

extern const struct attribute_group numalens_placement_group;
extern const struct attribute_group numalens_folios_group;
extern const struct attribute_group numalens_cpu_group;
extern const struct attribute_group numalens_balancing_group;
int numalens_event_groups_add(struct kobject *kobj);
extern numalens_bin_const struct bin_attribute numalens_snapshot_file;

static inline struct numalens_process *numalens_process_of(struct kobject *kobj)
{
	return container_of(kobj, struct numalens_process, kobj);
}

void numalens_process_sysfs_init(struct numalens_process *process);
int numalens_process_sysfs_add(struct numalens_process *process);
void numalens_process_sysfs_remove(struct numalens_process *process);
bool numalens_process_sysfs_is_added(const struct numalens_process *process);

#endif
