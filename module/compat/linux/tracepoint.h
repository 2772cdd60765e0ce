/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_TRACEPOINT_H
#define _NUMALENS_COMPAT_LINUX_TRACEPOINT_H

#include_next <linux/tracepoint.h>

/*
 * "tracing/treewide: Remove second parameter of __assign_str()" (v6.10). The macro
 * is a stage of <trace/trace_events.h>, defined when an event is expanded: its number
 * of parameters can't be asked for, so Kbuild looks into the header.
 */
#ifdef NUMALENS_HAVE_ASSIGN_STR_1
#define numalens_assign_str(dst, src)	__assign_str(dst)
#else
#define numalens_assign_str(dst, src)	__assign_str(dst, src)
#endif

#endif
