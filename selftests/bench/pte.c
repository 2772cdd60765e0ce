// SPDX-License-Identifier: GPL-2.0
/*
 * The inner loop of a scan, module/page_table.c as it is, in user space: what it
 * takes for an entry of a page table, beside what it takes to read the entry once.
 *
 * The page tables are made up: entries of x86-64, frames of nodes of 128 GiB. Rounds
 * of the loop and of both readers are interleaved; what is counted must be what was
 * put there. Where the tables are larger than the caches, a round has tables that
 * nobody has looked at for that long. Time is that of this thread alone.
 *
 * "shuffled" tables follow one another in no order, as page tables do in memory.
 *
 * usage: pte [GIB]	as the largest size; by default twice the last cache, if it fits
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/spread.h"

#include "page_table.h"

#define ROUNDS		15
#define ROUND_ENTRIES	(1UL << 21)	/* by walking small tables several times */
#define NODES		8
#define NODE_BIT	37		/* 128 GiB */
#define NODE_FRAMES	(1ULL << (NODE_BIT - PAGE_SHIFT))
#define NODE_SECTIONS	(NODE_FRAMES >> PFN_SECTION_SHIFT)
#define NR_SECTIONS	(NODES * NODE_SECTIONS)
#define FLAGS		(_PAGE_PRESENT | 0x66 | 1ULL << 63)
#define SWAP_TYPE	1ULL

/** struct layout - page tables of a kind; the i-th entry */
struct layout {
	const char *name;
	u64 (*entry)(size_t i);
};

/** struct counted - what entries are, and what their readers add up */
struct counted {
	u64 pages[NODES], zero, swap, migrating, look, sum;
};

/** struct size - tables of so many entries; in how many parts they are walked */
struct size {
	size_t nr;
	unsigned int parts, repeat;
	bool shuffled;
	char name[64];
};

static struct numalens_frames frames;
static struct numalens_owned owned;
static struct numalens_counts counts;
static struct counted due;
static pte_t *entries;
static uint32_t *order;
static u64 sum, nr_look;

static u64 random64(void)
{
	static u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* --- layouts -------------------------------------------------------------------- */

static u64 page(u64 frame)
{
	return frame << PAGE_SHIFT | FLAGS;
}

static u64 prot_none(u64 entry)
{
	return ((entry ^ PTE_PFN_MASK) & ~_PAGE_PRESENT) | _PAGE_PROTNONE;
}

static u64 in_order(size_t i)
{
	return page(NODE_FRAMES + i % NODE_FRAMES);
}

static u64 alternating(size_t i)
{
	return page(i % 2 * NODE_FRAMES + i / 2 % NODE_FRAMES);
}

static u64 random_2(size_t i)
{
	return page(random64() % (2 * NODE_FRAMES));
}

static u64 random_8(size_t i)
{
	return page(random64() % (8 * NODE_FRAMES));
}

static u64 hinting_in_order(size_t i)
{
	return prot_none(in_order(i));
}

static u64 hinting_random(size_t i)
{
	return prot_none(random_2(i));
}

static u64 hinting_half(size_t i)
{
	return random64() % 2 ? random_2(i) : hinting_random(i);
}

static u64 half_empty(size_t i)
{
	return random64() % 2 ? random_2(i) : 0;
}

static u64 swapped(size_t i)
{
	return SWAP_TYPE << TYPE_SHIFT | (~(u64)i << 14 & ((1ULL << TYPE_SHIFT) - 1));
}

static u64 zero_page(size_t i)
{
	return page(ZERO_FRAME) | _PAGE_SPECIAL;
}

static u64 thin(size_t i)
{
	return i % PTRS_PER_PTE ? 0 : random_2(i);
}

/* A frame behind the last section; a zero page; a migration entry; and all others. */
static u64 anything(size_t i)
{
	switch (random64() % 8) {
	case 0:
		return page(NODES * NODE_FRAMES + i);
	case 1:
		return zero_page(i);
	case 2:
		return ((u64)MAX_SWAPFILES << TYPE_SHIFT) | i << 14;
	case 3:
		return swapped(i);
	case 4:
		return 0;
	default:
		return hinting_half(i);
	}
}

static const struct layout layouts[] = {
	{ "one node, in order", in_order },
	{ "alternating nodes", alternating },
	{ "random frames, 2 nodes", random_2 },
	{ "random frames, 8 nodes", random_8 },
	{ "PROT_NONE, in order", hinting_in_order },
	{ "PROT_NONE, random frames", hinting_random },
	{ "half PROT_NONE, random", hinting_half },
	{ "half empty, random", half_empty },
	{ "swap entries", swapped },
	{ "zero page", zero_page },
	{ "one page a table", thin },
	{ "anything", anything },
};

/* --- what walks them -------------------------------------------------------------- */

[[gnu::optimize("no-tree-vectorize")]]
static noinline u64 read_plain(const pte_t *table)
{
	u64 total = 0;
	size_t i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		total += table[i].pte;
	return total;
}

[[gnu::optimize("O3")]]
static noinline u64 read_vectors(const pte_t *table)
{
	u64 total = 0;
	size_t i;

	for (i = 0; i < PTRS_PER_PTE; i++)
		total += table[i].pte;
	return total;
}

static void plain(const pte_t *table)
{
	sum += read_plain(table);
}

static void vectors(const pte_t *table)
{
	sum += read_vectors(table);
}

static void count(const pte_t *table)
{
	numalens_page_table_count(&owned, &counts, table, PTRS_PER_PTE);
	nr_look += owned.nr_look;
}

enum { PLAIN, VECTORS, COUNT, NR_WALKERS };

static void (*const walkers[NR_WALKERS])(const pte_t *table) = { plain, vectors, count };

/* Of that thread, so that it does not matter who else runs. */
static double cpu_ns(void)
{
	struct timespec time;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
	return time.tv_sec * 1e9 + time.tv_nsec;
}

/* What was put there, by another way than the loop's. */
static void expect_entry(u64 entry, unsigned int times)
{
	if (entry & _PAGE_PROTNONE)
		entry = prot_none(entry) | _PAGE_PRESENT;
	if (entry & _PAGE_SPECIAL)
		due.zero += times;
	else if ((entry & _PAGE_PRESENT) && (entry & PTE_PFN_MASK) >> NODE_BIT >= NODES)
		due.look += times;
	else if (entry & _PAGE_PRESENT)
		due.pages[(entry & PTE_PFN_MASK) >> NODE_BIT] += times;
	else if (entry >> TYPE_SHIFT == MAX_SWAPFILES)
		due.migrating += times;
	else if (entry)
		due.swap += times;
}

static void expect(const pte_t *table, int walker, unsigned int times)
{
	size_t i;

	for (i = 0; i < PTRS_PER_PTE; i++) {
		if (walker == COUNT)
			expect_entry(table[i].pte, times);
		else
			due.sum += table[i].pte * times;
	}
}

/* Return: ns for an entry, of the tables of one part. */
static double walk(const struct size *size, int walker, unsigned int part)
{
	size_t tables = size->nr / PTRS_PER_PTE / size->parts, i;
	const uint32_t *which = order + part * tables;
	unsigned int times;
	double begin = cpu_ns(), ns;

	for (times = 0; times < size->repeat; times++)
		for (i = 0; i < tables; i++)
			walkers[walker](entries + (size_t)which[i] * PTRS_PER_PTE);
	ns = (cpu_ns() - begin) / ((double)size->repeat * tables * PTRS_PER_PTE);
	for (i = 0; i < tables; i++)
		expect(entries + (size_t)which[i] * PTRS_PER_PTE, walker, size->repeat);
	return ns;
}

static bool check(const struct size *size, const struct layout *layout)
{
	bool ok = sum == due.sum && nr_look == due.look && counts.swap == due.swap &&
		  counts.zero == due.zero && counts.migrating == due.migrating &&
		  !counts.uncounted;
	size_t i;

	for (i = 0; i < NODES; i++)
		ok = ok && owned.pages[i] == due.pages[i];
	if (!ok)
		fprintf(stderr, "%s, %s: counted %lu pages on node 0, %lu swapped; there are %llu, %llu\n",
			size->name, layout->name, owned.pages[0], counts.swap,
			(unsigned long long)due.pages[0], (unsigned long long)due.swap);
	memset(owned.pages, 0, sizeof(owned.pages));
	memset(&counts, 0, sizeof(counts));
	memset(&due, 0, sizeof(due));
	sum = 0;
	nr_look = 0;
	return ok;
}

static void put(const struct size *size, const struct layout *layout, const char *metric,
		struct spread spread)
{
	char name[128];

	snprintf(name, sizeof(name), "%s, %s", size->name, layout->name);
	spread_put("pte", name, metric, spread);
}

static bool measure(const struct size *size, const struct layout *layout)
{
	double ns[NR_WALKERS][ROUNDS], ratio[NR_WALKERS][ROUNDS];
	struct spread spread[NR_WALKERS], times[NR_WALKERS];
	unsigned int round, i;

	for (i = 0; i < NR_WALKERS; i++)
		walk(size, i, 0);
	for (round = 0; round < ROUNDS; round++) {
		/* each in each place among the three */
		for (i = 0; i < NR_WALKERS; i++) {
			int walker = (i + round) % NR_WALKERS;

			ns[walker][round] = walk(size, walker, size->parts == 1 ? 0 :
						 1 + round * NR_WALKERS + i);
		}
		for (i = 0; i < COUNT; i++)
			ratio[i][round] = ns[COUNT][round] / ns[i][round];
	}
	for (i = 0; i < NR_WALKERS; i++)
		spread[i] = spread_of(ns[i], ROUNDS);
	for (i = 0; i < COUNT; i++)
		times[i] = spread_of(ratio[i], ROUNDS);
	printf("%-26s %6.3f %6.3f-%6.3f %7.3f %7.3f %6.2f %5.2f-%5.2f %6.2f %7.2f\n", layout->name,
	       spread[COUNT].median, spread[COUNT].low, spread[COUNT].high, spread[PLAIN].median,
	       spread[VECTORS].median, times[PLAIN].median, times[PLAIN].low, times[PLAIN].high,
	       times[VECTORS].median, spread[COUNT].median * (1ULL << 28) / 1e9);
	fflush(stdout);
	put(size, layout, "ns_per_pte", spread[COUNT]);
	put(size, layout, "ns_per_read", spread[PLAIN]);
	put(size, layout, "ratio_to_read", times[PLAIN]);
	put(size, layout, "ratio_to_vector_read", times[VECTORS]);
	return check(size, layout);
}

/* --- sizes ------------------------------------------------------------------------- */

static void fill(const struct layout *layout, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		entries[i].pte = layout->entry(i);
}

static void set_order(size_t tables, bool shuffled)
{
	size_t i, j;

	for (i = 0; i < tables; i++) {
		j = shuffled ? random64() % (i + 1) : i;
		order[i] = order[j];
		order[j] = i;
	}
}

/* Cold tables are many enough for each walk to have its own. */
static struct size make_size(size_t bytes, bool cold, bool shuffled)
{
	struct size size = { .nr = bytes / 4096, .parts = 1, .repeat = 1, .shuffled = shuffled };
	const char *where = cold ? "cold, " : "";

	if (cold)
		size.parts = ROUNDS * NR_WALKERS + 1;
	else if (size.nr < ROUND_ENTRIES)
		size.repeat = ROUND_ENTRIES / size.nr;
	if (bytes >> 30)
		snprintf(size.name, sizeof(size.name), "%zu GiB %s%s", bytes >> 30, where,
			 shuffled ? "shuffled" : "in a row");
	else
		snprintf(size.name, sizeof(size.name), "%zu MiB %s%s", bytes >> 20, where,
			 shuffled ? "shuffled" : "in a row");
	return size;
}

static void init_frames(void)
{
	size_t i;

	frames.nr_nids = NODES;
	frames.nr_cells = NR_SECTIONS;
	frames.last_weight = NR_SECTIONS - 1;
	frames.cells = malloc(NR_SECTIONS);
	frames.weights = malloc(NR_SECTIONS * sizeof(*frames.weights));
	for (i = 0; i < NR_SECTIONS; i++) {
		frames.cells[i] = i / NODE_SECTIONS;
		frames.weights[i] = 1ULL << (4 * frames.cells[i]);
	}
	owned.frames = &frames;
}

/* Mapped memory whose page tables are twice the last cache, if a third of what is free does. */
static size_t most_memory(void)
{
	long cache = sysconf(_SC_LEVEL3_CACHE_SIZE);
	size_t room = (size_t)sysconf(_SC_AVPHYS_PAGES) * sysconf(_SC_PAGESIZE) / 3;
	size_t bytes = 64UL << 20;

	while (bytes * 2 <= room && bytes < 2 * (size_t)(cache > 0 ? cache : 64L << 20))
		bytes *= 2;
	printf("The last cache has %ld MiB; the largest page tables here have %zu MiB.\n",
	       cache >> 20, bytes >> 20);
	return bytes * (4096 / sizeof(pte_t));
}

int main(int argc, char **argv)
{
	size_t most = argc > 1 ? strtoul(argv[1], NULL, 0) << 30 : most_memory(), i, j;
	const struct size sizes[] = {
		make_size(64UL << 20, false, false), make_size(8UL << 30, false, true),
		make_size(most, true, false), make_size(most, true, true),
	};
	bool ok = true;

	if (most < 8UL << 30) {
		fprintf(stderr, "usage: pte [GIB, 8 or more]\n");
		return 1;
	}
	entries = mmap(NULL, most / 4096 * sizeof(pte_t), PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	order = malloc(most / 4096 / PTRS_PER_PTE * sizeof(*order));
	if (entries == MAP_FAILED || !order) {
		perror("no memory");
		return 1;
	}
	/* The kernel sees page tables through large pages, too. */
	madvise(entries, most / 4096 * sizeof(pte_t), MADV_HUGEPAGE);
	init_frames();

	printf("ns for an entry, median and quartiles of %d rounds; plain and vectorized: reading it once.\n",
	       ROUNDS);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		printf("\n%-26s %6s %13s %7s %7s %6s %11s %6s %7s\n", sizes[i].name, "count", "", "plain",
		       "vector", "/plain", "", "/vec", "1TiB s");
		set_order(sizes[i].nr / PTRS_PER_PTE, sizes[i].shuffled);
		for (j = 0; j < ARRAY_SIZE(layouts); j++) {
			fill(&layouts[j], sizes[i].nr);
			ok = measure(&sizes[i], &layouts[j]) && ok;
		}
	}
	printf("\n1 TiB of 4 KiB pages has 268435456 entries: 2 GiB to be read, 8 bytes a page.\n");
	return ok ? 0 : 1;
}
