// SPDX-License-Identifier: GPL-2.0
/*
 * A process that costs as little as one can: it touches as many pages as its own
 * number says, and exits. Without libc, and nothing in it is initialized: what it
 * touches is these pages, and a stack that the kernel has touched before.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/mayfly.h"

/* no page is larger on what has fork(2) and NUMA */
#define STRIDE	65536

[[gnu::aligned(STRIDE)]] static char room[MAYFLY_PAGES][STRIDE];

[[gnu::noreturn]] void _start(void)
{
	unsigned int i, nr = syscall(SYS_getpid) % MAYFLY_PAGES;

	for (i = 0; i < nr; i++)
		__atomic_store_n(&room[i][0], 1, __ATOMIC_RELAXED);
	for (;;)
		syscall(SYS_exit_group, 0);
}
