/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process with threads that burn CPU time on request, to the millisecond and
 * where they are told to, or do what else a test asks for, and sleep otherwise;
 * with memory bound to nodes.
 */
#ifndef SELFTESTS_WORKERS_H
#define SELFTESTS_WORKERS_H

#include <stdint.h>
#include <sys/types.h>

#include "node.h"

#define WORKERS_MAX	16
/* the name of every thread */
#define WORKERS_COMM	"lens-worker"

struct workers;

/**
 * workers_start - fork the process
 * @nids: node of each thread
 * @nr: threads; the leader is one more, sleeps, and is pinned as the first
 * @pages: pages that it has on each node, by node id; NULL for none
 *
 * Return: it, with its threads asleep on their nodes; NULL on failure.
 */
struct workers *workers_start(const int *nids, int nr, const uint64_t *pages);

/** workers_pid - process id */
pid_t workers_pid(const struct workers *workers);

/** workers_tid - id of the i-th thread */
pid_t workers_tid(const struct workers *workers, int i);

/** workers_burn - let the i-th thread burn, and go on */
void workers_burn(struct workers *workers, int i, unsigned int ms);

/**
 * workers_roam - burn on each of two nodes in turn, and come back
 * @workers: the process
 * @i: which thread
 * @nid: the node to begin on
 * @other: the other node
 * @ms: milliseconds of each slice on @nid; it is thrice that on @other
 * @rounds: how often each node has its turn
 *
 * workers_spent() tells what was burnt where.
 */
void workers_roam(struct workers *workers, int i, int nid, int other,
		  unsigned int ms, unsigned int rounds);

/**
 * workers_breed - the i-th thread starts and joins threads
 * @workers: the process
 * @i: which thread; the new ones are pinned to its node
 * @ms: what each burns
 * @nr: how many, one after the other
 *
 * workers_spent() tells the sum of what they read as their last act in their
 * own schedstat.
 */
void workers_breed(struct workers *workers, int i, unsigned int ms,
		   unsigned int nr);

/**
 * workers_call - the i-th thread calls a function of this program
 * @workers: the process
 * @i: which thread
 * @call: what it calls
 * @arg: with this; what it points to has to be in shared memory to come back
 */
void workers_call(struct workers *workers, int i, long (*call)(void *arg),
		  void *arg);

/** workers_result - what the i-th thread's last call returned */
long workers_result(const struct workers *workers, int i);

/** workers_spent - CPU time on a node, since the start, roam and breed only */
uint64_t workers_spent(const struct workers *workers, int nid);

/** workers_wait - until all that was asked for is done and all are asleep */
void workers_wait(struct workers *workers);

/** workers_end - kill it, and forget it */
void workers_end(struct workers *workers);

#endif
