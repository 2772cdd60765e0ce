/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_SETTING_H
#define _NUMALENS_SYSFS_SETTING_H

struct attribute_group;

extern const struct attribute_group numalens_setting_group;

#endif
