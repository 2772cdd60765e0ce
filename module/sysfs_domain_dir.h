/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_DOMAIN_DIR_H
#define _NUMALENS_SYSFS_DOMAIN_DIR_H

#include <linux/kobject.h>
#include <linux/list.h>

/**
 * struct numalens_domain_dir - a sched_domains/cpu<N>/domain<M> directory
 * @kobj: the directory
 * @node: for the owner's list of directories
 * @cpu: N
 * @index: M, the domain's place in the CPU's chain
 */
struct numalens_domain_dir {
	struct kobject kobj;
	struct list_head node;
	int cpu;
	unsigned int index;
};

struct numalens_domain_dir *numalens_domain_dir_add(struct kobject *parent,
						    int cpu, unsigned int index);
void numalens_domain_dir_rm(struct numalens_domain_dir *dir);

#endif /* _NUMALENS_SYSFS_DOMAIN_DIR_H */
