// SPDX-License-Identifier: GPL-2.0
/*
 * A process that maps, unmaps, protects, moves, forks and starts threads as
 * fast as it can, so that nothing of its address space stays as it was.
 *
 *	churn [-q] [-l] [-m MIB]
 *
 *	-q	do nothing but sleep
 *	-l	the thread group leader exits, the others go on
 *	-m	touch that much memory first
 *
 * Prints "ready" when it has begun.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/policy.h"

#define SLOTS		48
#define HUGE		(2UL << 20)

struct slot {
	char *addr;
	size_t len;
};

static unsigned int dice(unsigned int *seed, unsigned int sides)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 8) % sides;
}

static void slot_map(struct slot *slot, unsigned int *seed)
{
	const struct policy *policy = &policies[dice(seed, nr_policies)];
	size_t pages = 1 + dice(seed, dice(seed, 8) ? 32 : 1024), i;

	slot->len = pages * getpagesize();
	slot->addr = mmap(NULL, slot->len, PROT_READ | PROT_WRITE,
			  (dice(seed, 4) ? MAP_PRIVATE : MAP_SHARED) |
			  MAP_ANONYMOUS, -1, 0);
	if (slot->addr == MAP_FAILED) {
		slot->addr = NULL;
		return;
	}
	policy_set_range(policy, slot->addr, slot->len);
	if (slot->len >= HUGE)
		madvise(slot->addr, slot->len, MADV_HUGEPAGE);
	for (i = dice(seed, 3); i < pages; i += 1 + dice(seed, 3))
		slot->addr[i * getpagesize()] = 1;
}

static void slot_unmap(struct slot *slot)
{
	munmap(slot->addr, slot->len);
	slot->addr = NULL;
}

static void slot_change(struct slot *slot, unsigned int *seed)
{
	size_t page = getpagesize(), half = slot->len / 2 / page * page;
	char *to;

	switch (dice(seed, 5)) {
	case 0:
		mprotect(slot->addr + half, page, PROT_READ);
		break;
	case 1:
		madvise(slot->addr, half, MADV_DONTNEED);
		break;
	case 2:
		mprotect(slot->addr, slot->len, PROT_NONE);
		break;
	case 3:
		/* fails where the slot has become several VMAs: as well */
		to = mremap(slot->addr, slot->len, slot->len + page,
			    MREMAP_MAYMOVE);
		if (to != MAP_FAILED) {
			slot->addr = to;
			slot->len += page;
		}
		break;
	default:
		slot_unmap(slot);
	}
}

static void *map_on(void *arg)
{
	unsigned int seed = (uintptr_t)arg;
	struct slot slots[SLOTS] = { { 0 } };

	for (;;) {
		struct slot *slot = &slots[dice(&seed, SLOTS)];

		if (slot->addr)
			slot_change(slot, &seed);
		else
			slot_map(slot, &seed);
	}
	return NULL;
}

static void *fork_on(void *arg)
{
	static char data[64 * 4096];
	size_t i;

	for (;;) {
		pid_t pid = fork();

		if (!pid) {
			memset(data, 2, sizeof(data));
			_exit(0);
		}
		for (i = 0; i < sizeof(data); i += 4096)
			data[i]++;
		waitpid(pid, NULL, 0);
	}
	return arg;
}

static void *live_shortly(void *arg)
{
	return arg;
}

static void *breed_on(void *arg)
{
	pthread_t thread;

	for (;;)
		if (!pthread_create(&thread, NULL, live_shortly, NULL))
			pthread_join(thread, NULL);
	return arg;
}

static void *sleep_on(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void start(void *(*run)(void *arg), uintptr_t arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, run, (void *)arg))
		exit(3);
}

int main(int argc, char **argv)
{
	bool quiet = false, leave = false;
	size_t size = 0;
	char *memory;
	int opt;

	while ((opt = getopt(argc, argv, "qlm:")) != -1) {
		if (opt == 'q')
			quiet = true;
		else if (opt == 'l')
			leave = true;
		else if (opt == 'm')
			size = strtoul(optarg, NULL, 0) << 20;
		else
			return 2;
	}
	memory = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return 3;
	madvise(memory, size, MADV_NOHUGEPAGE);
	memset(memory, 1, size);
	start(quiet ? sleep_on : map_on, 1);
	if (!quiet) {
		start(map_on, 2);
		start(fork_on, 0);
		start(breed_on, 0);
	}
	printf("ready\n");
	fflush(stdout);
	if (leave)
		pthread_exit(NULL);
	for (;;)
		pause();
}
