// SPDX-License-Identifier: GPL-2.0
#include "accesses.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case.h"
#include "plugin.h"

#define PAGE		4096UL
#define GRANULE		(1UL << MARKER_GRANULE_SHIFT)
#define GRANULE_PAGES	(GRANULE / PAGE)
#define SPOTS		8	/* on each node */
#define ACCESSES	1000
#define PM_PFN		((1ULL << 55) - 1)
#define UNKNOWN		INT64_MIN

/* granule of the plugin less granule of the guest, by node id */
static int64_t shift[NODES_MAX];

static uint64_t frame_of(const void *addr)
{
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (pread(fd, &entry, sizeof(entry), (uintptr_t)addr / PAGE * sizeof(entry)) < 0)
		entry = 0;
	close(fd);
	return entry & PM_PFN;
}

void accesses_begin(void)
{
	marker_say(MARKER_BEGIN);
}

/* Return: the one granule that was accessed, as often as it was; -1 for none. */
static int64_t probe(uint64_t *word)
{
	unsigned long long vcpu, granule, loads, stores;
	int64_t found = -1;
	char *text;
	int i;

	marker_say(MARKER_BEGIN);
	for (i = 0; i < ACCESSES; i++)
		__atomic_load_n(word, __ATOMIC_RELAXED);
	__atomic_store_n(word, 1, __ATOMIC_RELAXED);
	marker_say(MARKER_END);
	text = plugin_read();
	if (text && sscanf(text, "%llu %llu %llu %llu", &vcpu, &granule, &loads, &stores) == 4) {
		if (loads == ACCESSES && stores == 1 && (int)vcpu == sched_getcpu())
			found = granule;
		else
			note("CPU %d made %d loads, 1 store; the plugin saw %llu, %llu of CPU %llu",
			     sched_getcpu(), ACCESSES, loads, stores, vcpu);
	}
	free(text);
	return found;
}

/* A spot every granule, so that they lie apart if the kernel can help it. */
static int learn(int nid)
{
	unsigned long nodes = 1UL << nid;
	char *mem = mmap((void *)MARKER_ARENA, SPOTS * GRANULE, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	int ret = 0;
	size_t i;

	if (mem == MAP_FAILED)
		return -errno;
	madvise(mem, SPOTS * GRANULE, MADV_HUGEPAGE);
	if (mbind(mem, SPOTS * GRANULE, MPOL_BIND, &nodes, 64, 0))
		ret = -errno;
	shift[nid] = UNKNOWN;
	for (i = 0; i < SPOTS && !ret; i++) {
		uint64_t *word = (void *)(mem + i * GRANULE);
		int64_t granule, here;

		*word = 1;
		granule = probe(word);
		here = granule - (int64_t)(frame_of(word) / GRANULE_PAGES);
		if (granule < 0 || (shift[nid] != UNKNOWN && shift[nid] != here))
			ret = -EPROTO;
		shift[nid] = here;
	}
	munmap(mem, SPOTS * GRANULE);
	return ret;
}

int accesses_learn(void)
{
	int nids[NODES_MAX], i, nr = nodes_with_memory(nids, NODES_MAX);
	int ret = 0;

	for (i = 0; i < NODES_MAX; i++)
		shift[i] = UNKNOWN;
	for (i = 0; i < nr && !ret; i++)
		ret = learn(nids[i]);
	if (ret)
		note("node %d: %s", nids[i - 1], strerror(-ret));
	return ret;
}

/* Return: the node whose memory it can be, if it is one alone; or -1. */
static int node_of_granule(int64_t granule)
{
	int nid, found = -1;

	for (nid = 0; nid < NODES_MAX; nid++) {
		if (shift[nid] == UNKNOWN || granule < shift[nid] ||
		    node_of_pfn((granule - shift[nid]) * GRANULE_PAGES) != nid)
			continue;
		if (found >= 0)
			return -1;
		found = nid;
	}
	return found;
}

int accesses_end(struct accesses *accesses)
{
	unsigned long long vcpu, granule, loads, stores;
	char *text, *line, *save;
	int ret = 0;

	memset(accesses, 0, sizeof(*accesses));
	marker_say(MARKER_END);
	text = plugin_read();
	if (!text) {
		note("the plugin has counted nothing");
		return -EIO;
	}
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		int cpu_nid, nid;

		if (sscanf(line, "%llu %llu %llu %llu", &vcpu, &granule, &loads, &stores) != 4)
			continue;
		cpu_nid = node_of_cpu(vcpu);
		nid = node_of_granule(granule);
		if (cpu_nid < 0 || nid < 0) {
			note("CPU %llu, granule %llu: on which nodes?", vcpu, granule);
			ret = -EPROTO;
			continue;
		}
		accesses->loads[cpu_nid][nid] += loads;
		accesses->stores[cpu_nid][nid] += stores;
	}
	free(text);
	return ret;
}

static uint64_t sum(const struct accesses *accesses, bool remote_only)
{
	uint64_t all = 0;
	int i, j;

	for (i = 0; i < NODES_MAX; i++)
		for (j = 0; j < NODES_MAX; j++)
			if (i != j || !remote_only)
				all += accesses->loads[i][j] + accesses->stores[i][j];
	return all;
}

uint64_t accesses_sum(const struct accesses *accesses)
{
	return sum(accesses, false);
}

double accesses_remote(const struct accesses *accesses)
{
	uint64_t all = sum(accesses, false);

	return all ? 100. * sum(accesses, true) / all : 0;
}
