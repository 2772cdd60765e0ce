/* SPDX-License-Identifier: GPL-2.0 */
/* The ways to learn where the memory of a process lies: numalens', and all others. */
#ifndef SELFTESTS_RIVALS_H
#define SELFTESTS_RIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/**
 * struct subject - whom to ask about
 * @pid: a process
 * @mem: its memory, for those who ask about addresses
 * @size: bytes of that
 * @holes: far more is mapped than is there
 */
struct subject {
	pid_t pid;
	char *mem;
	size_t size;
	bool holes;
};

/**
 * struct rival - one way
 * @name: printed
 * @ask: does it, to the end; false if it can't be done
 * @here: can this machine do it at all; NULL: always
 * @undo: what is to be done behind it, for the next not to notice; or NULL
 */
struct rival {
	const char *name;
	bool (*ask)(const struct subject *subject);
	bool (*here)(void);
	void (*undo)(const struct subject *subject);
};

/* The first is numalens' scan, which the others are set against. */
extern const struct rival rivals[];

#define NR_RIVALS	8

#endif
