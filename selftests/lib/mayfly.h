/* SPDX-License-Identifier: GPL-2.0 */
/* Many processes that execute workloads/mayfly.c, one after the other. */
#ifndef SELFTESTS_MAYFLY_H
#define SELFTESTS_MAYFLY_H

/* A mayfly touches as many pages as remain of its number, divided by this. */
#define MAYFLY_PAGES	8

/** mayfly_prepare - have the program in memory, for this process and its forks; 0, or -errno */
int mayfly_prepare(void);

/**
 * do_mayflies - a puppet's act: let @a mayflies live, each to its end
 * @a: how many
 * @b: by fork(2); else by vfork(2), and each with its stack at the same place
 * @c: not used
 *
 * Return: how many have exited in order, with a fault for each of their pages.
 */
long do_mayflies(long a, long b, long c);

#endif
