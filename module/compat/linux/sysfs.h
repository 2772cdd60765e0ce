/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_SYSFS_H
#define _NUMALENS_COMPAT_LINUX_SYSFS_H

#include_next <linux/sysfs.h>

/*
 * Binary attributes became constants: "sysfs: treewide: switch back to
 * bin_attribute::read()/write()" and its like (v6.16).
 */
#ifdef NUMALENS_HAVE_CONST_BIN_ATTRIBUTE
#define numalens_bin_const	const
#else
#define numalens_bin_const
#endif

#endif
