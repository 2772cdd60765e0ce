/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_ROOT_H
#define _NUMALENS_SYSFS_ROOT_H

struct kobject;

int numalens_root_init(void);
void numalens_root_close(void);
void numalens_root_exit(void);

struct kobject *numalens_root_kobj(void);
struct kobject *numalens_processes_kobj(void);

#endif
