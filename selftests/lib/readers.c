// SPDX-License-Identifier: GPL-2.0
#include "readers.h"

#include <errno.h>
#include <numaif.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../plugin/marker.h"
#include "node.h"
#include "proc.h"
#include "small.h"

#ifndef MPOL_F_NUMA_BALANCING
#define MPOL_F_NUMA_BALANCING	(1 << 13)
#endif

#define PAGE		4096UL
#define SIZE		(READERS_PAGES * PAGE)
#define PART		(SIZE / READERS_PARTS)
#define WORDS(size)	((size) / sizeof(uint64_t))
/* reads of a thread until others have a turn */
#define TURN		32

static const struct readers *plan;

/*
 * With this policy balancing marks the pages and counts the faults, but moves a
 * page only to a node of the policy; and here the thread is never on one.
 */
static void keep_pages(int cpu)
{
	unsigned long nodes = 1UL << (node_of_cpu(cpu) == plan->near ? plan->far : plan->near);

	if (set_mempolicy(MPOL_BIND | MPOL_F_NUMA_BALANCING, &nodes, 64))
		_exit(3);
}

/*
 * A QEMU with one thread for all CPUs gives each 100 ms. Whoever marked the pages
 * would be the first at all of them. PAUSE makes it go to the next CPU.
 */
static void give_way(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#endif
}

static void *read_on(void *arg)
{
	const uint64_t *mem = (void *)MARKER_ARENA;
	unsigned int i = (uintptr_t)arg, nr_reads = 0;
	uint64_t first = plan->first[i] * WORDS(PART), nr = plan->parts[i] * WORDS(PART);
	uint64_t random = 0x9e3779b97f4a7c15ULL * (i + 1), at;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(plan->cpu[i], &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		_exit(3);
	if (plan->keep)
		keep_pages(plan->cpu[i]);
	for (;;) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		at = first + random % nr;
		if (plan->anywhere && nr_reads % plan->anywhere == 0)
			at = random % WORDS(SIZE);
		__atomic_load_n(&mem[at], __ATOMIC_RELAXED);
		if (++nr_reads % TURN == 0)
			give_way();
	}
	return NULL;
}

/* Pages that a policy of their own bound would not be sampled: it goes again. */
static void make(char *mem, size_t size, int nid)
{
	unsigned long nodes = 1UL << nid;

	if (mbind(mem, size, MPOL_BIND, &nodes, 64, 0))
		_exit(2);
	memset(mem, 1, size);
	if (mbind(mem, size, MPOL_DEFAULT, NULL, 0, 0))
		_exit(2);
}

static void run(int ready)
{
	char *mem = mmap((void *)MARKER_ARENA, SIZE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	pthread_t thread;
	uintptr_t i;

	if (mem == MAP_FAILED || small_pages(mem, SIZE))
		_exit(2);
	make(mem, plan->nr_near * PART, plan->near);
	make(mem + plan->nr_near * PART, SIZE - plan->nr_near * PART, plan->far);
	for (i = 0; i < plan->nr; i++)
		if (pthread_create(&thread, NULL, read_on, (void *)i))
			_exit(2);
	if (write(ready, "", 1) != 1)
		_exit(2);
	for (;;)
		pause();
}

pid_t readers_start(const struct readers *readers)
{
	int ends[2];
	char byte;
	pid_t pid;

	if (pipe(ends))
		return -errno;
	plan = readers;
	pid = proc_fork();
	if (!pid)
		run(ends[1]);
	close(ends[1]);
	if (pid > 0 && read(ends[0], &byte, 1) != 1)
		pid = -ENOMEM;
	close(ends[0]);
	return pid;
}
