/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_FTRACE_H
#define _NUMALENS_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>

/* "ftrace: abstract DYNAMIC_FTRACE_WITH_ARGS accesses" (v6.2) */
#ifndef ftrace_regs_get_argument
#define ftrace_regs_get_argument(fregs, n)	regs_get_kernel_argument(&(fregs)->regs, n)
#endif

#endif
