/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_FS_H
#define _NUMALENS_COMPAT_LINUX_FS_H

#include_next <linux/fs.h>

/* "fs: store real path instead of fake path in backing file f_path" (v6.7) */
#ifndef NUMALENS_HAVE_USER_PATH
#define file_user_path(file)	(&(file)->f_path)
#endif

#endif
