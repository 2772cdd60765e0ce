// SPDX-License-Identifier: GPL-2.0
/*
 * What a scan costs, beside numa_maps and move_pages(2) of the same process.
 *
 * Each layout is a process that holds still. Rounds are interleaved, so that
 * whatever else the machine does meets all; the least of the rounds is printed,
 * and the median for numalens. "scan" is a write to the scan file until it
 * returns, directories and all; "walk" is what numalens says it held the lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <signal.h>
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
#include "../lib/proc.h"
#include "../lib/text.h"

#define PAGE		4096UL
#define MIB		(1UL << 20)
#define GIB		(1UL << 30)
#define TIB		(1UL << 40)
#define NR_VMAS		60000UL
#define ROUNDS		9
#define QUERY		16384

/**
 * struct layout - one process
 * @name: printed
 * @make: makes it, in the child
 * @size: bytes that are touched
 * @query: ask move_pages(2) too
 */
struct layout {
	const char *name;
	char *(*make)(size_t size);
	size_t size;
	bool query;
};

static int nids[2];

static char *map(size_t size, int advice)
{
	char *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mem == MAP_FAILED || madvise(mem, size, advice))
		_exit(2);
	return mem;
}

static void bind(char *mem, size_t size, int mode, unsigned long nodes)
{
	if (mbind(mem, size, mode, &nodes, 64, 0))
		_exit(2);
}

static unsigned long both(void)
{
	return 1UL << nids[0] | 1UL << nids[1];
}

static char *make_one_node(size_t size)
{
	char *mem = map(size, MADV_NOHUGEPAGE);

	bind(mem, size, MPOL_BIND, 1UL << nids[1]);
	memset(mem, 1, size);
	return mem;
}

static char *make_alternating(size_t size)
{
	char *mem = map(size, MADV_NOHUGEPAGE);

	bind(mem, size, MPOL_INTERLEAVE, both());
	memset(mem, 1, size);
	return mem;
}

/* Touched in no order, so that frames are in none; on both nodes. */
static char *make_random(size_t size)
{
	char *mem = map(size, MADV_NOHUGEPAGE);
	size_t i, j, nr = size / PAGE;
	unsigned int *order = calloc(nr, sizeof(*order));

	bind(mem, size, MPOL_INTERLEAVE, both());
	for (i = 0; i < nr; i++) {
		j = random() % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	for (i = 0; i < nr; i++)
		mem[order[i] * PAGE] = 1;
	free(order);
	return mem;
}

static char *make_thp(size_t size)
{
	char *mem = map(size, MADV_HUGEPAGE);

	memset(mem, 1, size);
	return mem;
}

static char *make_vmas(size_t size)
{
	char *mem = map(size, MADV_NOHUGEPAGE);
	size_t i;

	memset(mem, 1, size);
	for (i = 0; i < size / PAGE; i += 2)
		if (mprotect(mem + i * PAGE, PAGE, PROT_READ))
			_exit(2);
	return mem;
}

static char *make_thin(size_t size)
{
	char *mem = map(size, MADV_NOHUGEPAGE);
	size_t at;

	for (at = 0; at < size; at += 2 * MIB)
		mem[at] = 1;
	return mem;
}

static char *make_sparse(size_t size)
{
	char *mem = map(TIB, MADV_NOHUGEPAGE);

	memset(mem + TIB / 2, 1, size);
	return mem;
}

static const struct layout layouts[] = {
	{ "4K, one node", make_one_node, GIB, true },
	{ "4K, alternating nodes", make_alternating, GIB, true },
	{ "4K, random frames", make_random, GIB, true },
	{ "THP", make_thp, GIB, true },
	{ "64 MiB alone", make_one_node, 64 * MIB, false },
	{ "64 MiB in 1 TiB", make_sparse, 64 * MIB, false },
	{ "a page in each 2 MiB", make_thin, 4 * GIB, false },
	{ "60,000 VMAs", make_vmas, NR_VMAS * PAGE, false },
};

/* Return: the child, with the memory made and holding still; its address in @mem. */
static pid_t start(const struct layout *layout, char **mem)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends))
		return -errno;
	pid = proc_fork();
	if (!pid) {
		char *made = layout->make(layout->size);

		if (write(ends[1], &made, sizeof(made)) == sizeof(made))
			for (;;)
				pause();
		_exit(2);
	}
	close(ends[1]);
	if (read(ends[0], mem, sizeof(*mem)) != sizeof(*mem))
		pid = -ENOMEM;
	close(ends[0]);
	return pid;
}

static uint64_t time_numa_maps(pid_t pid)
{
	static char buf[1 << 16];
	uint64_t begin = now_ns();
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	fd = open(path, O_RDONLY);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
	return now_ns() - begin;
}

static uint64_t time_move_pages(pid_t pid, char *mem, size_t size)
{
	static void *pages[QUERY];
	static int status[QUERY];
	uint64_t begin = now_ns();
	size_t done, i;

	for (done = 0; done < size / PAGE; done += QUERY) {
		for (i = 0; i < QUERY; i++)
			pages[i] = mem + (done + i) * PAGE;
		if (move_pages(pid, QUERY, pages, NULL, status, 0))
			return 0;
	}
	return now_ns() - begin;
}

static uint64_t time_scan(pid_t pid)
{
	uint64_t begin = now_ns();

	return lens_scan(pid) ? 0 : now_ns() - begin;
}

static int ascending(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

static double least_ms(uint64_t *times)
{
	qsort(times, ROUNDS, sizeof(*times), ascending);
	return times[0] / 1e6;
}

static void measure(const struct layout *layout)
{
	uint64_t scans[ROUNDS], walks[ROUNDS], maps[ROUNDS], moves[ROUNDS], hold, longest = 0;
	double scan, walk, numa_maps, move = 0;
	char *mem;
	pid_t pid = start(layout, &mem);
	int i, err = pid < 0 ? pid : lens_watch(pid);

	if (err) {
		printf("%-22s not measured: %s\n", layout->name, strerror(-err));
		return;
	}
	for (i = 0; i < ROUNDS; i++) {
		scans[i] = time_scan(pid);
		walks[i] = lens_value(pid, "walk_ns");
		hold = lens_value(pid, "lock_hold_max_ns");
		longest = hold > longest ? hold : longest;
		maps[i] = time_numa_maps(pid);
		moves[i] = layout->query && i < 3 ? time_move_pages(pid, mem, layout->size) :
						    UINT64_MAX;
	}
	scan = least_ms(scans);
	walk = least_ms(walks);
	numa_maps = least_ms(maps);
	if (layout->query)
		move = least_ms(moves);
	printf("%-22s %8.2f %8.2f %8.2f %9.2f %9.2f %7.1f %7.1f %7.0f %9.3f\n", layout->name,
	       scan, scans[ROUNDS / 2] / 1e6, walk, numa_maps, move, numa_maps / scan,
	       numa_maps / walk, move / scan, longest / 1e6);
	fflush(stdout);
	lens_unwatch(pid);
	proc_end(pid);
}

int main(void)
{
	size_t i;

	need(2);
	nodes_with_memory(nids, 2);
	balancing_off();
	lens_set("refresh_ms", 0);
	text_puts("/proc/sys/vm/max_map_count", "200000");
	text_puts("/proc/sys/vm/overcommit_memory", "1");

	printf("Least of %d interleaved rounds, in ms; the scan's median beside it.\n\n", ROUNDS);
	printf("%-22s %8s %8s %8s %9s %9s %7s %7s %7s %9s\n", "", "", "", "", "", "", "maps", "maps",
	       "move", "longest");
	printf("%-22s %8s %8s %8s %9s %9s %7s %7s %7s %9s\n", "1 GiB, if not said", "scan", "median",
	       "walk", "numa_maps", "move_pgs", "/scan", "/walk", "/scan", "hold");
	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		measure(&layouts[i]);
	return 0;
}
