/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process whose threads read its memory at random, each where it is told to
 * and on a CPU of its own. The memory is the arena of the access plugin.
 */
#ifndef SELFTESTS_READERS_H
#define SELFTESTS_READERS_H

#include <stdbool.h>
#include <sys/types.h>

#define READERS_MAX	8
/* the memory, and the unit in which a part of it is told */
#define READERS_PAGES	4000UL
#define READERS_PARTS	40

/**
 * struct readers - what they do
 * @cpu: of each thread
 * @nr: threads
 * @first: the part that each begins to read at
 * @parts: how many parts it reads
 * @anywhere: of as many reads one is anywhere; 0: none
 * @near: node of the first @nr_near parts
 * @nr_near: how many
 * @far: node of the other parts
 * @keep: NUMA balancing may sample the pages, not move them
 */
struct readers {
	int cpu[READERS_MAX];
	unsigned int nr;
	unsigned int first[READERS_MAX], parts[READERS_MAX];
	unsigned int anywhere;
	int near, far;
	unsigned int nr_near;
	bool keep;
};

/** readers_start - a child that reads on; its pid, or -errno */
pid_t readers_start(const struct readers *readers);

#endif
