/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_DOMAIN_H
#define _NUMALENS_SYSFS_DOMAIN_H

struct kobject;

int numalens_domain_init(struct kobject *root);
void numalens_domain_exit(void);

void numalens_domain_cpu_check(struct kobject *kobj);

#endif /* _NUMALENS_SYSFS_DOMAIN_H */
