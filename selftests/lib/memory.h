/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's memory, before and after: objects of the caches that numalens
 * uses, vmalloc, per-CPU memory, and what is available in all.
 */
#ifndef SELFTESTS_MEMORY_H
#define SELFTESTS_MEMORY_H

#include <stdint.h>

#define CACHES_MAX	64

/**
 * struct memory - one reading
 * @available_kb: MemAvailable
 * @vmalloc_kb: VmallocUsed
 * @percpu_kb: Percpu
 * @slab_kb: SUnreclaim
 * @cache: names, objects in use, how many of these may be free, and their size
 * @nr_caches: how many
 */
struct memory {
	uint64_t available_kb, vmalloc_kb, percpu_kb, slab_kb;
	struct {
		char name[32];
		uint64_t objects, unsure, size;
	} cache[CACHES_MAX];
	int nr_caches;
};

/** memory_read - let what is to be freed be freed, then read */
void memory_read(struct memory *memory);

/** memory_used_kb - how much slab and vmalloc grew from @before to @with */
int64_t memory_used_kb(const struct memory *before, const struct memory *with);

/** memory_cached_kb - what objects take of caches whose names begin so */
uint64_t memory_cached_kb(const struct memory *memory, const char *prefix);

/**
 * memory_leaks - is there one object for each of @nr events that stayed
 * @before: a reading
 * @after: filled in; read again for some seconds while it looks like a leak
 * @nr: how often something could have leaked
 *
 * Return: number of caches that grew by @nr objects or more; and what is not in
 * them: SUnreclaim by @nr pages, vmalloc by 1 MiB; each with a note.
 */
int memory_leaks(const struct memory *before, struct memory *after, int nr);

/**
 * memory_leaks_of - the same for one cache only
 * @cache: its name
 * @before: a reading
 * @after: filled in
 * @nr: how often something could have leaked
 *
 * Return: 1 with a note, or 0.
 */
int memory_leaks_of(const char *cache, const struct memory *before,
		    struct memory *after, int nr);

#endif
