// SPDX-License-Identifier: GPL-2.0
#include "memory.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "case.h"
#include "text.h"

/* Stacks of threads that come and go are vmalloc too. */
#define VMALLOC_KB	1024
#define PAGE_KB		4

#define SHRINK_TRIES	5
#define PATIENCE_NS	20000000000ULL

/* Caches of the objects that a module and its sysfs files are made of. */
static int is_ours(const char *name)
{
	return !strncmp(name, "kmalloc-", 8) ||
	       !strcmp(name, "kernfs_node_cache") ||
	       !strcmp(name, "numa_policy") ||
	       !strcmp(name, "mm_struct") || !strcmp(name, "task_struct") ||
	       !strcmp(name, "pid") || !strncmp(name, "numalens", 8);
}

static uint64_t slab_file(const char *cache, const char *name)
{
	uint64_t value = 0;
	char path[128];
	char *text;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/%s", cache, name);
	text = text_read(path, NULL);
	if (text)
		value = strtoull(text, NULL, 10);
	free(text);
	return value;
}

/*
 * Objects that wait in per-CPU lists count as used: they are sent home first. All
 * those count of a slab that a CPU takes again right then, as another task may make
 * it do: that is tried a few times.
 */
static void objects_read(struct memory *memory, int i)
{
	const char *name = memory->cache[i].name;
	uint64_t size = slab_file(name, "objs_per_slab");
	int tries;

	for (tries = 0; tries < SHRINK_TRIES; tries++) {
		uint64_t objects, unsure;
		char path[128];

		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/shrink", name);
		if (text_puts(path, "1"))
			return;
		objects = slab_file(name, "objects");
		unsure = slab_file(name, "cpu_slabs") * size;
		if (tries && unsure >= memory->cache[i].unsure)
			continue;
		memory->cache[i].objects = objects;
		memory->cache[i].unsure = unsure;
		if (!unsure)
			return;
	}
}

static void caches_read(struct memory *memory)
{
	char *text = text_read("/proc/slabinfo", NULL);
	char *line, *save;

	memory->nr_caches = 0;
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		int i = memory->nr_caches;

		if (i == CACHES_MAX)
			break;
		if (sscanf(line, "%31s %" SCNu64 " %*u %" SCNu64,
			   memory->cache[i].name, &memory->cache[i].objects,
			   &memory->cache[i].size) != 3 ||
		    !is_ours(memory->cache[i].name))
			continue;
		memory->cache[i].unsure = 0;
		objects_read(memory, i);
		memory->nr_caches++;
	}
	free(text);
}

void memory_read(struct memory *memory)
{
	char *text;

	/* what was looked up in /sys is remembered by the VFS, though it is gone */
	text_puts("/proc/sys/vm/drop_caches", "2");
	caches_read(memory);
	text = text_read("/proc/meminfo", NULL);
	if (text) {
		text_field(text, "MemAvailable", &memory->available_kb);
		text_field(text, "VmallocUsed", &memory->vmalloc_kb);
		text_field(text, "Percpu", &memory->percpu_kb);
		text_field(text, "SUnreclaim", &memory->slab_kb);
	}
	free(text);
}

int64_t memory_used_kb(const struct memory *before, const struct memory *with)
{
	return (int64_t)(with->slab_kb + with->vmalloc_kb) -
	       (int64_t)(before->slab_kb + before->vmalloc_kb);
}

uint64_t memory_cached_kb(const struct memory *memory, const char *prefix)
{
	uint64_t bytes = 0;
	int i;

	for (i = 0; i < memory->nr_caches; i++)
		if (!strncmp(memory->cache[i].name, prefix, strlen(prefix)))
			bytes += memory->cache[i].objects * memory->cache[i].size;
	return bytes / 1024;
}

/* At least. */
static int64_t grown(const struct memory *before, const struct memory *after,
		     int i)
{
	int64_t more = after->cache[i].objects - after->cache[i].unsure;
	int j;

	for (j = 0; j < before->nr_caches; j++)
		if (!strcmp(before->cache[j].name, after->cache[i].name))
			return more - (int64_t)before->cache[j].objects;
	return more;
}

static int count(const char *cache, const struct memory *before,
		 const struct memory *after, int nr, bool notes)
{
	int i, leaks = 0;

	for (i = 0; i < after->nr_caches; i++) {
		int64_t more = grown(before, after, i);

		if (more < nr || (cache && strcmp(cache, after->cache[i].name)))
			continue;
		leaks++;
		if (notes)
			note("%s: %" PRId64 " objects more",
			     after->cache[i].name, more);
	}
	if (cache)
		return leaks;
	/* what is large is in none of the caches, but in their sum */
	if ((int64_t)(after->slab_kb - before->slab_kb) >= nr * PAGE_KB)
		leaks += notes ? !!fail("unreclaimable slab grew") : 1;
	if ((int64_t)(after->vmalloc_kb - before->vmalloc_kb) >= VMALLOC_KB)
		leaks += notes ? !!fail("vmalloc grew") : 1;
	return leaks;
}

int memory_leaks_of(const char *cache, const struct memory *before,
		    struct memory *after, int nr)
{
	uint64_t until = now_ns() + PATIENCE_NS;

	/* RCU, and work that frees, take their time */
	do {
		memory_read(after);
		if (!count(cache, before, after, nr, false))
			break;
		sleep_ms(500);
	} while (now_ns() < until);
	return count(cache, before, after, nr, true);
}

int memory_leaks(const struct memory *before, struct memory *after, int nr)
{
	int leaks = memory_leaks_of(NULL, before, after, nr);

	note("afterwards: %" PRId64 " KiB less available, slab %+" PRId64
	     " KiB, vmalloc %+" PRId64 ", per-CPU %+" PRId64,
	     (int64_t)(before->available_kb - after->available_kb),
	     (int64_t)(after->slab_kb - before->slab_kb),
	     (int64_t)(after->vmalloc_kb - before->vmalloc_kb),
	     (int64_t)(after->percpu_kb - before->percpu_kb));
	return leaks;
}
