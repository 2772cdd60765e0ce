/* SPDX-License-Identifier: GPL-2.0 */
/* What module/page_table.c needs of the kernel, for bench/pte.c: words. */
#ifndef _BENCH_LINUX_TYPES_H
#define _BENCH_LINUX_TYPES_H

#include_next <linux/types.h>

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u64 u64;

#define U8_MAX			0xff
#define noinline		__attribute__((noinline))
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define READ_ONCE(x)		(*(const volatile __typeof__(x) *)&(x))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define round_down(x, power)	((x) & ~((__typeof__(x))(power) - 1))

#endif
