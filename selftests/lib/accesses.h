/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Accesses to the arena, as the access plugin counted them, by the nodes of the
 * CPU and of the memory.
 */
#ifndef SELFTESTS_ACCESSES_H
#define SELFTESTS_ACCESSES_H

#include <stdint.h>

#include "node.h"

/** struct accesses - by node of the CPU and node of the memory */
struct accesses {
	uint64_t loads[NODES_MAX][NODES_MAX], stores[NODES_MAX][NODES_MAX];
};

/**
 * accesses_learn - find each node's memory in QEMU's own addresses
 *
 * By accesses to pages whose frames are known, from the caller's CPU: it must
 * be pinned to one.
 *
 * Return: 0, or -errno with a note.
 */
int accesses_learn(void);

/** accesses_begin - count from here on */
void accesses_begin(void);

/** accesses_end - what was counted since; 0, or -errno with a note */
int accesses_end(struct accesses *accesses);

/** accesses_sum - all of them */
uint64_t accesses_sum(const struct accesses *accesses);

/** accesses_remote - the share in percent to another node than the CPU's */
double accesses_remote(const struct accesses *accesses);

#endif
