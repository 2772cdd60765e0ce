/* SPDX-License-Identifier: GPL-2.0 */
/* Puppets that are watched. */
#ifndef SELFTESTS_WATCHED_H
#define SELFTESTS_WATCHED_H

#include <sys/types.h>

struct puppet;

/** watched_sleeper - fork a process that sleeps, and watch it; 0 on failure */
pid_t watched_sleeper(void);

/** watched_start - puppet_start(), and watch it; NULL on failure */
struct puppet *watched_start(const int *nids, int nr);

/**
 * watched_alone - the same, without background scans and NUMA balancing
 * @nids: node that each thread is pinned to
 * @nr: threads
 *
 * Return: as watched_start().
 */
struct puppet *watched_alone(const int *nids, int nr);

#endif
