// SPDX-License-Identifier: GPL-2.0
/*
 * What the target feels: the time of mmap() + munmap() in a thread of a process
 * of 1 GiB, while it is left alone, scanned back to back, and read through
 * numa_maps back to back. All three in turn, several times over.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define SIZE		(1UL << 30)
#define WINDOW_NS	1500000000ULL
#define TURNS		3
#define SAMPLES_MAX	(1U << 20)
#define CHUNK		(64 * 1024)

/**
 * struct shared - between the target and us
 * @ready: the target's memory is there
 * @kind: which of the kinds goes on now, as an index; -1 is none
 * @nr: samples, by kind
 * @ns: the samples
 */
struct shared {
	atomic_int ready;
	atomic_int kind;
	unsigned int nr[3];
	unsigned int ns[3][SAMPLES_MAX];
};

static struct shared *shared;

static void *map_and_unmap(void *unused)
{
	for (;;) {
		int kind = shared->kind;
		uint64_t begin = now_ns();
		char *mem = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (mem == MAP_FAILED)
			_exit(2);
		munmap(mem, CHUNK);
		/* One that began in another window counts for none. */
		if (kind >= 0 && kind == shared->kind && shared->nr[kind] < SAMPLES_MAX)
			shared->ns[kind][shared->nr[kind]++] = now_ns() - begin;
	}
	return NULL;
}

static void target(void)
{
	char *mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED || madvise(mem, SIZE, MADV_NOHUGEPAGE))
		_exit(2);
	memset(mem, 1, SIZE);
	shared->ready = 1;
	map_and_unmap(NULL);
}

static void leave_alone(pid_t pid)
{
	usleep(1000);
}

static void scan(pid_t pid)
{
	lens_scan(pid);
}

static void read_numa_maps(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	free(text_read(path, NULL));
}

static const struct {
	const char *name;
	void (*act)(pid_t pid);
} kinds[3] = {
	{ "left alone", leave_alone },
	{ "scanned", scan },
	{ "numa_maps", read_numa_maps },
};

static int ascending(const void *a, const void *b)
{
	unsigned int left = *(const unsigned int *)a, right = *(const unsigned int *)b;

	return left < right ? -1 : left > right;
}

static double quantile_us(int kind, double q)
{
	unsigned int nr = shared->nr[kind];

	return nr ? shared->ns[kind][(unsigned int)(q * (nr - 1))] / 1e3 : 0;
}

static void print(const unsigned int *nr_acts, uint64_t hold)
{
	int i;

	printf("%-12s %10s %9s %9s %9s %9s %9s\n", "mmap+munmap", "samples", "acts", "p50 us",
	       "p99 us", "p99.9 us", "max us");
	for (i = 0; i < 3; i++) {
		qsort(shared->ns[i], shared->nr[i], sizeof(shared->ns[i][0]), ascending);
		printf("%-12s %10u %9u %9.1f %9.1f %9.1f %9.1f\n", kinds[i].name, shared->nr[i],
		       nr_acts[i], quantile_us(i, .5), quantile_us(i, .99), quantile_us(i, .999),
		       quantile_us(i, 1));
	}
	printf("p99 beside left alone: scanned %.2f, numa_maps %.2f\n",
	       quantile_us(1, .99) / quantile_us(0, .99), quantile_us(2, .99) / quantile_us(0, .99));
	printf("mmap_lock held at most %.1f us by numalens, 8192 entries a batch\n", hold / 1e3);
}

int main(void)
{
	unsigned int nr_acts[3] = { 0 }, turn;
	uint64_t hold, longest = 0;
	pid_t pid;

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	shared->kind = -1;
	pid = proc_fork();
	if (!pid)
		target();
	while (!shared->ready)
		sleep_ms(10);
	if (lens_watch(pid))
		return 1;

	for (turn = 0; turn < TURNS * 3; turn++) {
		int kind = turn % 3;
		uint64_t end = now_ns() + WINDOW_NS;

		for (shared->kind = kind; now_ns() < end; nr_acts[kind]++)
			kinds[kind].act(pid);
		shared->kind = -1;
		hold = lens_value(pid, "lock_hold_max_ns");
		if (kind == 1 && hold > longest)
			longest = hold;
	}
	print(nr_acts, longest);
	return 0;
}
