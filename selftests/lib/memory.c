// SPDX-License-Identifier: GPL-2.0
#include "memory.h"

#include <glob.h>
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

/* Caches of the objects that a module and its sysfs files are made of. */
static int is_ours(const char *name)
{
	return !strncmp(name, "kmalloc-", 8) ||
	       !strcmp(name, "kernfs_node_cache") ||
	       !strcmp(name, "numa_policy") ||
	       !strcmp(name, "mm_struct") || !strcmp(name, "task_struct") ||
	       !strcmp(name, "pid") || !strncmp(name, "numalens", 8);
}

/*
 * Objects that wait in per-CPU lists count as used: send them home first. And
 * what was looked up in /sys is remembered by the VFS, though it is gone.
 */
static void empty_lists(void)
{
	glob_t found;
	size_t i;

	text_puts("/proc/sys/vm/drop_caches", "2");
	if (glob("/sys/kernel/slab/*/shrink", 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		char name[64];

		if (sscanf(found.gl_pathv[i], "/sys/kernel/slab/%63[^/]",
			   name) == 1 && is_ours(name))
			text_puts(found.gl_pathv[i], "1");
	}
	globfree(&found);
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
			   &memory->cache[i].size) == 3 &&
		    is_ours(memory->cache[i].name))
			memory->nr_caches++;
	}
	free(text);
}

void memory_read(struct memory *memory)
{
	char *text;

	empty_lists();
	text = text_read("/proc/meminfo", NULL);
	if (text) {
		text_field(text, "MemAvailable", &memory->available_kb);
		text_field(text, "VmallocUsed", &memory->vmalloc_kb);
		text_field(text, "Percpu", &memory->percpu_kb);
		text_field(text, "SUnreclaim", &memory->slab_kb);
	}
	free(text);
	caches_read(memory);
}

int64_t memory_used_kb(const struct memory *before, const struct memory *with)
{
	return (int64_t)(with->slab_kb + with->vmalloc_kb) -
	       (int64_t)(before->slab_kb + before->vmalloc_kb);
}

static int64_t grown(const struct memory *before, const struct memory *after,
		     int i)
{
	int j;

	for (j = 0; j < before->nr_caches; j++)
		if (!strcmp(before->cache[j].name, after->cache[i].name))
			return (int64_t)after->cache[i].objects -
			       (int64_t)before->cache[j].objects;
	return after->cache[i].objects;
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
	int tries;

	/* RCU, and work that frees, take their time */
	for (tries = 0; tries < 10; tries++) {
		memory_read(after);
		if (!count(cache, before, after, nr, false))
			break;
		sleep_ms(500);
	}
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
