/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_FTRACE_H
#define _NUMALENS_COMPAT_LINUX_FTRACE_H

#include_next <linux/ftrace.h>

/* "ftrace: abstract DYNAMIC_FTRACE_WITH_ARGS accesses" (v6.2) */
#ifndef NUMALENS_HAVE_FTRACE_ARGUMENT
#define ftrace_regs_get_argument(fregs, n)	regs_get_kernel_argument(&(fregs)->regs, n)
#endif

/* Where a callback has no arguments by default, it must ask for all registers. */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define NUMALENS_FTRACE_FL_ARGS	0
#else
#define NUMALENS_FTRACE_FL_ARGS	FTRACE_OPS_FL_SAVE_REGS
#endif

/* "ftrace: Rename _ftrace_direct_multi APIs to _ftrace_direct APIs" (v6.4) */
#ifdef NUMALENS_HAVE_FTRACE_DIRECT_MULTI
#define register_ftrace_direct(ops, addr)	register_ftrace_direct_multi(ops, addr)
#define unregister_ftrace_direct(ops, addr, free_filters)	\
	unregister_ftrace_direct_multi(ops, addr)
#endif

#endif
