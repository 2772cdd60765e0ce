/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_ASM_CURRENT_H
#define _NUMALENS_COMPAT_ASM_CURRENT_H

#include_next <asm/current.h>

/*
 * The per-CPU variable. "x86: Put hot per CPU variables into a struct" (v6.2), and out
 * of it again: "x86/percpu: Move current_task to percpu hot section" (v6.15).
 */
#ifdef NUMALENS_HAVE_PCPU_HOT
#define numalens_current_task	pcpu_hot.current_task
#else
#define numalens_current_task	current_task
#endif

#endif
