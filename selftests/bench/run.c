// SPDX-License-Identifier: GPL-2.0
/*
 * What a scan costs, next to what the kernel's own files cost for the same
 * process: reading numa_maps, and asking move_pages(2) for every page. Then
 * latency.c: what a scan costs the process.
 *
 *	run [-m MIB] [-r ROUNDS]
 *
 * The process sleeps meanwhile. Each round measures all of them once, in turn,
 * so that a busy machine is busy for all; the least of the rounds is what the
 * thing costs, the middle one what it costs here. Only ratios mean something
 * in a guest.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/mempolicy.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/frames.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/policy.h"
#include "../lib/proc.h"
#include "../lib/series.h"
#include "../lib/text.h"

#define MIB		(1UL << 20)
#define TIB		(1UL << 40)
#define ASKED_AT_ONCE	16384
#define MAX_MAPS	"/proc/sys/vm/max_map_count"

static size_t size = 1024 * MIB;
static int rounds = 9;
/* shared with the process that is measured */
static bool *is_ready;

/* Where a process' memory is put before it sleeps. */
struct layout {
	const char *name;
	void (*make)(char *addr);
	double wanted;		/* times faster than numa_maps, 0: just shown */
	bool asked;		/* by move_pages(2), too */
	int vmas;
};

struct result {
	struct series walk, scan, numa_maps, move_pages;
	uint64_t pages, lock_hold;
};

static char *map(size_t len)
{
	char *addr = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			  MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (addr == MAP_FAILED)
		_exit(3);
	madvise(addr, len, MADV_NOHUGEPAGE);
	return addr;
}

static void touch_all(char *addr)
{
	size_t at;

	for (at = 0; at < size; at += 4096)
		addr[at] = 1;
}

/* A permutation by a multiplier that is odd: the number of pages is 2^n. */
static void touch_in_disorder(char *addr)
{
	size_t nr = size / 4096, i;

	for (i = 0; i < nr; i++)
		addr[(i * 2654435761UL + 12345) % nr * 4096] = 1;
}

static void on_one_node(char *addr)
{
	policy_set_range(policy_find("bind0"), addr, size);
	touch_all(addr);
}

static void alternating(char *addr)
{
	policy_set_range(policy_find("interleave"), addr, size);
	touch_all(addr);
}

static void one_node_disorder(char *addr)
{
	policy_set_range(policy_find("bind0"), addr, size);
	touch_in_disorder(addr);
}

/* The task's interleaving goes by faults, not by addresses. */
static void both_nodes_disorder(char *addr)
{
	policy_set_task(policy_find("interleave"));
	touch_in_disorder(addr);
}

static void huge_pages(char *addr)
{
	madvise(addr, size, MADV_HUGEPAGE);
	touch_all(addr);
}

static void nothing(char *addr)
{
	munmap(addr, size);
}

/* One page in 16: as many present entries as 1/16 of the memory has. */
static void sparse(char *addr)
{
	size_t at;

	for (at = 0; at < size; at += 16 * 4096UL)
		addr[at] = 1;
}

static void hole(char *addr)
{
	if (mmap(NULL, TIB, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS |
		 MAP_NORESERVE, -1, 0) == MAP_FAILED)
		_exit(3);
	sparse(addr);
}

/* A terabyte that could be used, with a page here and there. */
static void islands(char *addr)
{
	char *room = map(TIB);
	size_t at;

	for (at = 0; at < TIB; at += TIB / 1024)
		room[at] = 1;
	sparse(addr);
}

/* Copies in a mapping of a file can only be told by looking at each page. */
static void file_copies(char *addr)
{
	int fd = memfd_create("bench", MFD_CLOEXEC);
	char *file;

	if (ftruncate(fd, size / 4))
		_exit(3);
	file = mmap(NULL, size / 4, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (file == MAP_FAILED)
		_exit(3);
	memset(file, 1, size / 4);
	munmap(addr, size);
}

static const struct layout layouts[] = {
	{ "4K, one node", on_one_node, 10, true, 0 },
	{ "4K, nodes alternate", alternating, 6, true, 0 },
	{ "4K, one node, frames in disorder", one_node_disorder, 6, true, 0 },
	{ "4K, both nodes, in disorder", both_nodes_disorder, 6, true, 0 },
	{ "THP", huge_pages, 0, false, 0 },
	{ "60000 VMAs, a page in 4", nothing, 0, false, 60000 },
	{ "1 page in 16", sparse, 0, false, 0 },
	{ "1 page in 16, and 1 TiB of nothing", hole, 0, false, 0 },
	{ "1 page in 16, and 1024 in 1 TiB", islands, 0, false, 0 },
	{ "copies of a file, 1/4 as much", file_copies, 0, false, 0 },
};

static pid_t start(const struct layout *layout, char **addr)
{
	char *argv[2] = { (char *)"vmas" };
	char line[64];
	FILE *out;
	pid_t pid;

	if (layout->vmas) {
		pid = proc_spawn(argv, &out);
		if (pid > 0 && !fgets(line, sizeof(line), out))
			pid = -EPIPE;
		return pid;
	}
	/* the same address in the child, for move_pages(2) */
	*is_ready = false;
	*addr = map(size + 2 * MIB);
	pid = proc_fork();
	if (pid) {
		munmap(*addr, size + 2 * MIB);
		while (!__atomic_load_n(is_ready, __ATOMIC_ACQUIRE))
			sleep_ms(10);
		return pid;
	}
	layout->make((char *)(((uintptr_t)*addr + 2 * MIB - 1) & -2 * MIB));
	__atomic_store_n(is_ready, true, __ATOMIC_RELEASE);
	for (;;)
		pause();
}

static uint64_t numa_maps_ns(pid_t pid)
{
	static char data[1 << 16];
	uint64_t began = now_ns();
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/numa_maps", pid);
	fd = open(path, O_RDONLY);
	while (read(fd, data, sizeof(data)) > 0)
		;
	close(fd);
	return now_ns() - began;
}

static uint64_t move_pages_ns(pid_t pid, const char *addr)
{
	static uint64_t addrs[ASKED_AT_ONCE];
	static int status[ASKED_AT_ONCE];
	uint64_t ns = 0, at;
	size_t i;

	for (at = 0; at < size; at += ASKED_AT_ONCE * 4096UL) {
		uint64_t began;

		for (i = 0; i < ASKED_AT_ONCE; i++)
			addrs[i] = ((uintptr_t)addr & -2 * MIB) + 2 * MIB + at +
				   i * 4096;
		began = now_ns();
		if (pages_locate(pid, addrs, status, ASKED_AT_ONCE))
			return 0;
		ns += now_ns() - began;
	}
	return ns;
}

static uint64_t scan_ns(pid_t pid)
{
	uint64_t began = now_ns();

	if (lens_scan(pid))
		return 0;
	return now_ns() - began;
}

static int measure(const struct layout *layout, struct result *result)
{
	char *addr = NULL;
	pid_t pid = start(layout, &addr);
	int i;

	memset(result, 0, sizeof(*result));
	if (pid < 0 || !proc_wait_state(pid, 'S') || lens_watch(pid))
		return -1;
	for (i = 0; i < rounds; i++) {
		uint64_t hold;

		series_add(&result->scan, scan_ns(pid));
		series_add(&result->walk, lens_value(pid, "walk_ns"));
		series_add(&result->numa_maps, numa_maps_ns(pid));
		hold = lens_value(pid, "lock_hold_max_ns");
		if (!i || hold < result->lock_hold)
			result->lock_hold = hold;
		if (layout->asked && i < 3)
			series_add(&result->move_pages,
				   move_pages_ns(pid, addr));
	}
	result->pages = lens_value(pid, "walk_pages");
	lens_unwatch(pid);
	proc_end(pid);
	return 0;
}

static double ms(uint64_t ns)
{
	return ns / 1e6;
}

static void print_row(const struct layout *layout, const struct result *result)
{
	double walk = series_min(&result->walk), scan = series_min(&result->scan);
	double numa_maps = series_min(&result->numa_maps);

	printf("%-36s %8" PRIu64 " %7.2f %7.2f %7.2f %7.2f %8.2f %8.2f",
	       layout->name, result->pages, ms(walk),
	       ms(series_median(&result->walk)), ms(scan),
	       ms(series_median(&result->scan)), ms(numa_maps),
	       ms(series_median(&result->numa_maps)));
	if (result->move_pages.nr)
		printf(" %8.1f", ms(series_min(&result->move_pages)));
	else
		printf("        -");
	printf(" %6.1f %6.1f %6.0f\n", numa_maps / scan, numa_maps / walk,
	       result->lock_hold / 1e3);
	fflush(stdout);
}

static void print_head(void)
{
	printf("%zu MiB, %d rounds; times in ms, least and middle one\n\n",
	       size / MIB, rounds);
	printf("%-36s %8s %15s %15s %17s %8s %13s %6s\n", "", "entries",
	       "---- walk ----", "---- scan ----", "-- numa_maps --",
	       "move_p.", "- times as -", "hold");
	printf("%-36s %8s %7s %7s %7s %7s %8s %8s %8s %6s %6s %6s\n", "memory",
	       "walked", "min", "med", "min", "med", "min", "med", "min",
	       "scan", "walk", "us");
}

static int verdict(const struct layout *layout, const struct result *result)
{
	double ratio = (double)series_min(&result->numa_maps) /
		       series_min(&result->scan);

	printf("%-36s %5.1f times faster than numa_maps, wanted %2.0f: %s\n",
	       layout->name, ratio, layout->wanted,
	       ratio >= layout->wanted ? "met" : "MISSED");
	return ratio < layout->wanted;
}

static int bench(void)
{
	static struct result results[ARRAY_SIZE(layouts)];
	int missed = 0;
	size_t i;

	print_head();
	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		if (measure(&layouts[i], &results[i])) {
			printf("%s: can't be measured\n", layouts[i].name);
			fflush(stdout);
			return 1;
		}
		print_row(&layouts[i], &results[i]);
	}
	printf("\nwalk: mmap_lock held, from walk_ns; scan: echo 1 > scan;\n"
	       "times as: numa_maps by scan and by walk, least by least;\n"
	       "hold: lock_hold_max_ns, the least of the rounds\n\n");
	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (layouts[i].wanted)
			missed += verdict(&layouts[i], &results[i]);
	printf("\n");
	fflush(stdout);
	return missed;
}

int main(int argc, char **argv)
{
	struct lens_settings settings;
	char path[4096];
	int opt;

	while ((opt = getopt(argc, argv, "m:r:")) != -1) {
		if (opt == 'm')
			size = strtoul(optarg, NULL, 0) * MIB;
		else if (opt == 'r')
			rounds = atoi(optarg);
		else
			return 2;
	}
	need(1);
	if (size & (size - 1) || size < 64 * MIB || rounds < 1 ||
	    rounds > SERIES_MAX)
		return 2;
	is_ready = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	balancing_off();
	text_puts(MAX_MAPS, "70000");
	node_pin(policy_node(0));
	lens_settings_get(&settings);
	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 32);
	bench();
	lens_settings_put(&settings);
	snprintf(path, sizeof(path), "%s/latency", test_dir());
	execl(path, path, NULL);
	perror(path);
	return 1;
}
