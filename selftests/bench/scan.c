// SPDX-License-Identifier: GPL-2.0
/*
 * What a scan costs, beside all other ways to learn where the memory of a process
 * lies: by its size, its number of VMAs and of threads, by the kind of its pages,
 * and by the number of nodes, for each of which there has to be a guest. One of them
 * varies, the others stay.
 *
 * usage: scan [--brief|--count] size|kind|vmas|threads|nodes|sample|later...
 *
 * Each layout is a process that holds still. Rounds are interleaved, so that
 * whatever else the machine does meets all. "scan" is a write to the scan file until
 * it returns, directories and all; "walk" is the part in which numalens says it held
 * the lock; "snapshot" reads what a scan left. With --count they are not timed: a plugin
 * of QEMU counts instructions of the guest, which are the same however busy the
 * machine is. "sample" is some of everything, for that; "later" as much for a later
 * kernel, where there are other ways.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/contest.h"
#include "../lib/layout.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/plugin.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define VMAS_SIZE	(60000 * BASE_PAGE)

static const struct layout sizes[] = {
	{ "64 MiB", layout_alternating, .size = 64 * MIB, .brief = true },
	{ "256 MiB", layout_alternating, .size = 256 * MIB, .brief = true },
	{ "1 GiB", layout_alternating, .size = GIB, .brief = true },
	{ "2 GiB", layout_alternating, .size = 2 * GIB },
	{ "4 GiB", layout_alternating, .size = 4 * GIB },
	{ "8 GiB", layout_alternating, .size = 8 * GIB },
};

/* A gigabyte each, but for those that say otherwise. */
static const struct layout kinds[] = {
	{ "4K, one node", layout_one_node, .size = GIB, .brief = true },
	{ "4K, alternating nodes", layout_alternating, .size = GIB },
	{ "4K, random frames", layout_random, .size = GIB, .brief = true },
	{ "THP", layout_thp, .size = GIB, .brief = true },
	{ "hugetlb 2M", layout_hugetlb, .size = GIB, .prepare = layout_hugetlb_prepare,
	  .clear = layout_hugetlb_clear },
	{ "shmem", layout_shmem, .size = GIB },
	{ "file", layout_file, .size = GIB },
	{ "swapped", layout_swapped, .size = GIB, .prepare = layout_swap_prepare,
	  .clear = layout_swap_clear },
	{ "zero page", layout_zero, .size = GIB },
	{ "64 MiB in 1 TiB", layout_sparse, .size = 64 * MIB, .holes = true },
	{ "a page in each 2 MiB", layout_thin, .size = 4 * GIB, .holes = true },
};

static const struct layout vmas[] = {
	{ "10 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 10 },
	{ "100 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 100, .brief = true },
	{ "1,000 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 1000 },
	{ "10,000 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 10000, .brief = true },
	{ "60,000 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 60000 },
};

static const struct layout threads[] = {
	{ "1 thread", layout_threads, .size = 64 * MIB, .nr = 1 },
	{ "10 threads", layout_threads, .size = 64 * MIB, .nr = 10 },
	{ "100 threads", layout_threads, .size = 64 * MIB, .nr = 100, .brief = true },
	{ "1,000 threads", layout_threads, .size = 64 * MIB, .nr = 1000 },
	{ "2,000 threads", layout_threads, .size = 64 * MIB, .nr = 2000 },
};

/* Named after how many this machine has. */
static struct layout nodes[] = {
	{ NULL, layout_alternating, .size = 256 * MIB },
};

static const struct layout sample[] = {
	{ "4K, one node", layout_one_node, .size = 256 * MIB },
	{ "4K, random frames", layout_random, .size = 256 * MIB },
	{ "THP", layout_thp, .size = 256 * MIB },
	{ "10,000 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 10000 },
	{ "100 threads", layout_threads, .size = 64 * MIB, .nr = 100 },
};

static const struct layout later[] = {
	{ "4K, alternating nodes", layout_alternating, .size = GIB },
	{ "4K, random frames", layout_random, .size = GIB },
	{ "THP", layout_thp, .size = GIB },
	{ "shmem", layout_shmem, .size = GIB },
	{ "swapped", layout_swapped, .size = GIB, .prepare = layout_swap_prepare,
	  .clear = layout_swap_clear },
	{ "10,000 VMAs", layout_vmas, .size = VMAS_SIZE, .nr = 10000 },
	{ "1,000 threads", layout_threads, .size = 64 * MIB, .nr = 1000 },
};

static const struct {
	const char *name;
	const struct layout *layouts;
	size_t nr;
} dimensions[] = {
	{ "size", sizes, ARRAY_SIZE(sizes) },
	{ "kind", kinds, ARRAY_SIZE(kinds) },
	{ "vmas", vmas, ARRAY_SIZE(vmas) },
	{ "threads", threads, ARRAY_SIZE(threads) },
	{ "nodes", nodes, ARRAY_SIZE(nodes) },
	{ "sample", sample, ARRAY_SIZE(sample) },
	{ "later", later, ARRAY_SIZE(later) },
};

static bool wanted(const char *name, char *const *names, int nr)
{
	int i;

	for (i = 0; i < nr && strcmp(names[i], name); i++)
		;
	return i < nr;
}

/* Return: false if it is not the first argument; else that is passed. */
static bool option(const char *name, int *argc, char ***argv)
{
	if (*argc < 2 || strcmp((*argv)[1], name))
		return false;
	(*argc)--;
	(*argv)++;
	return true;
}

/* Code is patched once, for one that sleeps: an emulator may stumble over each time. */
static bool keep_hooks(void)
{
	pid_t pid = proc_fork();

	if (!pid)
		for (;;)
			pause();
	if (pid > 0 && !lens_watch(pid))
		return true;
	printf("no process can be watched\n");
	return false;
}

int main(int argc, char **argv)
{
	bool brief = option("--brief", &argc, &argv), count = option("--count", &argc, &argv);
	int nids[NODES_MAX], nr_nodes = nodes_with_memory(nids, NODES_MAX);
	char nodes_name[32];
	size_t i, j;

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	text_puts("/proc/sys/vm/max_map_count", "200000");
	text_puts("/proc/sys/vm/overcommit_memory", "1");
	snprintf(nodes_name, sizeof(nodes_name), "%d node%s", nr_nodes, nr_nodes > 1 ? "s" : "");
	nodes[0].name = nodes_name;
	if (count && !contest_count()) {
		printf("Instructions are not counted: %s\n", plugin_missing("insns"));
		return 0;
	}

	if (!keep_hooks())
		return 1;
	contest_head();
	for (i = 0; i < ARRAY_SIZE(dimensions); i++) {
		if (!wanted(dimensions[i].name, argv + 1, argc - 1))
			continue;
		printf("--- by %s\n", dimensions[i].name);
		for (j = 0; j < dimensions[i].nr; j++)
			if (!brief || dimensions[i].layouts[j].brief)
				contest_run(count ? "insns" : dimensions[i].name,
					    &dimensions[i].layouts[j]);
	}
	lens_unwatch_all();
	return 0;
}
