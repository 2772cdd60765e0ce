/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The short way from a function's entry to a hook: the function calls it, without a
 * trampoline of ftrace's that saves all registers and looks up which hook it is for.
 * Most of what a hook costs, where nobody is watched, is that.
 *
 * The stub is called where the function has done nothing yet: registers that hold
 * arguments are kept, the others the function would have been free to destroy. It asks
 * first whether there may be anybody to count for, as numalens_mm_find() does: what it
 * reads may be changing, and whoever begins to be watched at this moment begins with
 * the next call.
 */
#ifndef _NUMALENS_PROBE_DIRECT_H
#define _NUMALENS_PROBE_DIRECT_H

#include <linux/ftrace.h>

#if defined(CONFIG_X86_64) && defined(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS)

#include <linux/hash.h>
#include <linux/mm_types.h>
#include <linux/tracepoint.h>

#include <asm/current.h>
#include <asm/linkage.h>

#include "mm_table.h"
#include "thread.h"

/*
 * In a function that is never called, for the sake of its operands. Its address must be
 * even: ftrace of newer kernels takes an odd one for what is to be jumped to, not called
 * (ftrace_is_jmp()).
 */
#define NUMALENS_DIRECT_STUB(_name, _callback, _ask, _push, _pop, ...)				\
void numalens_direct_##_name(void);							\
static void __used notrace emit_##_name(void)						\
{											\
	asm volatile(".pushsection .text.direct, \"ax\"\n"						\
		     ".balign 16\n"							\
		     ".type numalens_direct_" #_name ", @function\n"			\
		     ".globl numalens_direct_" #_name "\n"				\
		     "numalens_direct_" #_name ":\n"					\
		     ASM_ENDBR								\
		     _ask								\
		     _push								\
		     "	call " _callback "\n"						\
		     _pop								\
		     ASM_RET "\n"							\
		     ".size numalens_direct_" #_name ", .-numalens_direct_" #_name "\n"	\
		     ".popsection\n"							\
		     : : __VA_ARGS__);							\
}

/*
 * Is there anybody in the table where a pointer, of an address space or a thread, would be?
 * The pointer is in the first register then, and the first who is there in the second,
 * whoever it is.
 */
#define NUMALENS_DIRECT_ASK(_load, _table, _pointer, _first)		\
	"	" _load ", " _pointer "\n"				\
	"	movabsq %[golden], " _first "\n"			\
	"	imulq " _pointer ", " _first "\n"			\
	"	shrq %[shift], " _first "\n"				\
	"	movq " _table "(," _first ",8), " _first "\n"		\
	"	testq " _first ", " _first "\n"			\
	"	jne 1f\n"						\
	ASM_RET "\n"							\
	"1:\n"

/*
 * Has the fourth argument, flags, one of those that matter; or does a trace event want them
 * all? Its static key is read as the number that it is.
 */
#define NUMALENS_DIRECT_ASK_FLAGS(_event)				\
	"	testl %[flags], %%ecx\n"				\
	"	jne 1f\n"						\
	"	cmpl $0, __tracepoint_" _event "+%c[enabled](%%rip)\n"	\
	"	jne 1f\n"						\
	ASM_RET "\n"							\
	"1:\n"

#define NUMALENS_DIRECT_PUSH_3	"	pushq %%rdi\n	pushq %%rsi\n	pushq %%rdx\n"
#define NUMALENS_DIRECT_POP_3	"	popq %%rdx\n	popq %%rsi\n	popq %%rdi\n"
#define NUMALENS_DIRECT_PUSH_4	NUMALENS_DIRECT_PUSH_3 "	pushq %%rcx\n"
#define NUMALENS_DIRECT_POP_4	"	popq %%rcx\n" NUMALENS_DIRECT_POP_3

/* For a function of so many arguments, the second of which is a VMA. */
#define NUMALENS_DIRECT_VMA(_name, _callback, _nr)					\
	NUMALENS_DIRECT_STUB(_name, _callback,						\
		NUMALENS_DIRECT_ASK("movq %c[vm_mm](%%rsi)", "numalens_mm_table",	\
				    "%%r10", "%%r11"),					\
		NUMALENS_DIRECT_PUSH_##_nr, NUMALENS_DIRECT_POP_##_nr,			\
		[golden] "i" (GOLDEN_RATIO_64), [shift] "i" (64 - NUMALENS_MM_BITS),	\
		[vm_mm] "i" (offsetof(struct vm_area_struct, vm_mm)))

/*
 * For a function of three arguments, of the thread that runs. The callback has two more:
 * the first in the bucket where its record would be, and the thread.
 */
#define NUMALENS_DIRECT_CURRENT(_name, _callback)					\
	NUMALENS_DIRECT_STUB(_name, _callback,						\
		NUMALENS_DIRECT_ASK("movq %%gs:%P[task]", "numalens_thread_table",	\
				    "%%r8", "%%rcx"),					\
		NUMALENS_DIRECT_PUSH_3, NUMALENS_DIRECT_POP_3,				\
		[golden] "i" (GOLDEN_RATIO_64), [shift] "i" (64 - NUMALENS_THREAD_BITS),	\
		[task] "p" (&numalens_current_task))

/* For a function of so many arguments, the fourth of which has flags. */
#define NUMALENS_DIRECT_FLAGS(_name, _callback, _nr, _flags, _event)			\
	NUMALENS_DIRECT_STUB(_name, _callback, NUMALENS_DIRECT_ASK_FLAGS(#_event),		\
		NUMALENS_DIRECT_PUSH_##_nr, NUMALENS_DIRECT_POP_##_nr,			\
		[flags] "i" (_flags), [enabled] "i" (offsetof(struct tracepoint, key) +			\
			       offsetof(struct static_key, enabled)))

#define NUMALENS_DIRECT(_name)	numalens_direct_##_name

static inline int numalens_direct_register(struct ftrace_ops *ops, void (*stub)(void))
{
	return register_ftrace_direct(ops, (unsigned long)stub);
}

static inline void numalens_direct_unregister(struct ftrace_ops *ops, void (*stub)(void))
{
	unregister_ftrace_direct(ops, (unsigned long)stub, false);
}

#else

#define NUMALENS_DIRECT_VMA(_name, _callback, _nr)
#define NUMALENS_DIRECT_CURRENT(_name, _callback)
#define NUMALENS_DIRECT_FLAGS(_name, _callback, _nr, _flags, _event)
#define NUMALENS_DIRECT(_name)	NULL

static inline int numalens_direct_register(struct ftrace_ops *ops, void (*stub)(void))
{
	return -EOPNOTSUPP;
}

static inline void numalens_direct_unregister(struct ftrace_ops *ops, void (*stub)(void))
{
}

#endif

#endif
