// SPDX-License-Identifier: GPL-2.0
/*
 * What scanning costs the process that is scanned: how long mmap(2) and
 * munmap(2) of another thread of it take, which need mmap_lock for write, while
 * nobody looks, while it is scanned back to back, while numa_maps is read back
 * to back. In turns, so that a busy machine is busy for all.
 *
 *	latency [-m MIB] [-s SECONDS of each turn] [-r ROUNDS]
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/proc.h"
#include "../lib/series.h"
#include "../lib/text.h"

#define MIB		(1UL << 20)
#define SAMPLES		1000000
#define PIECE		(64 * 4096UL)

/* Shared with the process: which look is on, and what it measured. */
struct board {
	int turn;
	bool ready;
	uint32_t nr;
	uint32_t ns[SAMPLES];
};

static struct board *board;
static size_t size = 1024 * MIB;

static void look_away(pid_t pid)
{
	sleep_ms(10);
}

static void look_scan(pid_t pid)
{
	lens_scan(pid);
}

static void look_numa_maps(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	free(text_read(path, NULL));
}

static const struct look {
	const char *name;
	void (*look)(pid_t pid);
} looks[] = {
	{ "nobody looks", look_away },
	{ "scanned back to back", look_scan },
	{ "numa_maps back to back", look_numa_maps },
};

#define NR_LOOKS	ARRAY_SIZE(looks)

/* One pair at a time, with a rest, so that it is not all about throughput. */
static void process_run(void)
{
	char *addr = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(addr, size, MADV_NOHUGEPAGE);
	policy_set_range(policy_find("interleave"), addr, size);
	memset(addr, 1, size);
	board->ready = true;
	for (;;) {
		uint32_t nr = __atomic_load_n(&board->nr, __ATOMIC_RELAXED);
		uint64_t began = now_ns();
		char *piece = mmap(NULL, PIECE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		munmap(piece, PIECE);
		began = now_ns() - began;
		if (nr < SAMPLES) {
			board->ns[nr] = began < UINT32_MAX ? began : UINT32_MAX;
			__atomic_store_n(&board->nr, nr + 1, __ATOMIC_RELAXED);
		}
		usleep(100);
	}
}

static int by_value(const void *one, const void *two)
{
	const uint32_t *a = one, *b = two;

	return *a < *b ? -1 : *a > *b;
}

struct result {
	struct series p50, p99, p999, max, looks;
	uint64_t hold;
};

static void take_turn(const struct look *look, pid_t pid, unsigned int seconds,
		      struct result *result)
{
	static uint32_t sorted[SAMPLES];
	uint64_t until = now_ns() + seconds * 1000000000ULL, nr_looks = 0;
	uint32_t first = board->nr, nr;

	for (; now_ns() < until; nr_looks++) {
		look->look(pid);
		if (look->look == look_scan) {
			uint64_t hold = lens_value(pid, "lock_hold_max_ns");

			if (hold > result->hold)
				result->hold = hold;
		}
	}
	nr = board->nr - first;
	if (nr < 10)
		return;
	memcpy(sorted, &board->ns[first], nr * sizeof(sorted[0]));
	qsort(sorted, nr, sizeof(sorted[0]), by_value);
	series_add(&result->p50, sorted[nr / 2]);
	series_add(&result->p99, sorted[nr * 99UL / 100]);
	series_add(&result->p999, sorted[nr * 999UL / 1000]);
	series_add(&result->max, sorted[nr - 1]);
	series_add(&result->looks, nr_looks);
}

static void print_result(const struct look *look, const struct result *result)
{
	printf("%-24s %9.1f %9.1f %9.1f %9.1f %9.1f %8" PRIu64, look->name,
	       series_median(&result->p50) / 1e3,
	       series_median(&result->p99) / 1e3,
	       series_median(&result->p999) / 1e3,
	       series_median(&result->max) / 1e3,
	       series_min(&result->max) / 1e3, series_median(&result->looks));
	if (result->hold)
		printf(" %8.0f", result->hold / 1e3);
	printf("\n");
}

static int bench(unsigned int seconds, int rounds)
{
	static struct result results[NR_LOOKS];
	pid_t pid = proc_fork();
	size_t i;
	int round;

	if (!pid)
		process_run();
	while (!__atomic_load_n(&board->ready, __ATOMIC_ACQUIRE))
		sleep_ms(10);
	if (lens_watch(pid))
		return 1;
	for (round = 0; round < rounds; round++)
		for (i = 0; i < NR_LOOKS; i++)
			take_turn(&looks[i], pid, seconds, &results[i]);
	printf("mmap + munmap of another thread, %zu MiB of 4K pages, us\n"
	       "(middle one of %d rounds of %u s each; max of each round)\n\n",
	       size / MIB, rounds, seconds);
	printf("%-24s %9s %9s %9s %9s %9s %8s %8s\n", "", "p50", "p99",
	       "p99.9", "max", "least max", "looks", "hold max");
	for (i = 0; i < NR_LOOKS; i++)
		print_result(&looks[i], &results[i]);
	lens_unwatch(pid);
	procs_end();
	return 0;
}

int main(int argc, char **argv)
{
	unsigned int seconds = 2;
	int opt, rounds = 5, ret;

	while ((opt = getopt(argc, argv, "m:s:r:")) != -1) {
		if (opt == 'm')
			size = strtoul(optarg, NULL, 0) * MIB;
		else if (opt == 's')
			seconds = strtoul(optarg, NULL, 0);
		else if (opt == 'r')
			rounds = atoi(optarg);
		else
			return 2;
	}
	need(1);
	balancing_off();
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	lens_set("refresh_ms", 0);
	ret = bench(seconds, rounds);
	lens_set("refresh_ms", 1000);
	return ret;
}
