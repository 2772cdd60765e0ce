/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_H
#define _NUMALENS_SYSFS_H

#include <linux/kobject.h>
#include <linux/types.h>

extern const struct sysfs_ops numalens_process_sysfs_ops;

int numalens_kobj_add(struct kobject *kobj, struct kobject *parent, const char *name);
void numalens_kobj_init(struct kobject *kobj, const struct kobj_type *ktype);
void numalens_kobj_released(void);
void numalens_kobj_wait(void);

struct kobject *numalens_dir_add(const char *name, struct kobject *parent, umode_t mode);
void numalens_dir_remove(struct kobject *dir);

ssize_t numalens_emit_row(char *buf, const u64 *row, unsigned int nr);
ssize_t numalens_emit_matrix(char *buf, const u64 *matrix, unsigned int nr);
ssize_t numalens_emit_nids(char *buf, const u32 *nids, unsigned int nr);
int numalens_parse_uint(const char *buf, size_t count, unsigned int min, unsigned int max,
			unsigned int *value);
int numalens_parse_onoff(const char *buf, size_t count, bool *on);

#endif
