/* SPDX-License-Identifier: GPL-2.0 */
/* The kinds of memory that workloads/mix.c is made of. */
#ifndef SELFTESTS_MIXKINDS_H
#define SELFTESTS_MIXKINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MIX_RANGES	2048
#define MIX_PAGES	16

struct policy;

/**
 * struct mix_range - what a reader should find in the VMAs of a range
 * @start: first address
 * @end: first address behind it
 * @kind: anon, file, shmem, hugetlb, special or "-"
 * @source: vma, shared, task, system or "-"
 * @policy: beginning of the policy's text, or "-"
 * @label: for people
 * @write_after_fork: the parent writes every other page after its fork
 * @leave: not for reading all over
 */
struct mix_range {
	uintptr_t start, end;
	const char *kind, *source, *policy;
	char label[64];
	bool write_after_fork, leave;
};

/** struct mix - all ranges; dir may be NULL, giant is a page of 1 GiB */
struct mix {
	const char *dir;
	bool giant;
	const char *base_source;
	struct mix_range ranges[MIX_RANGES];
	size_t nr;
};

extern void (*const mix_kinds[])(struct mix *mix, const struct policy *policy);
extern const size_t nr_mix_kinds;
extern void (*const mix_singles[])(struct mix *mix);
extern const size_t nr_mix_singles;

/** mix_map - mmap(2) with a gap on both sides; exits where it fails */
void *mix_map(size_t len, int prot, int flags, int fd);

/** mix_map_aligned - the same, at a multiple of @align */
void *mix_map_aligned(size_t len, size_t align, int prot, int flags, int fd);

/** mix_load - read one byte */
void mix_load(const void *addr);

/** mix_touch - write (or read) one byte of each page */
void mix_touch(void *addr, size_t nr_pages, bool write);

/**
 * mix_add - remember a range
 * @mix: to which
 * @addr: first address
 * @len: bytes
 * @kind: see struct mix_range
 * @policy: set by mbind(2) on the range, or NULL
 * @label: for people
 *
 * The source is "shared" for shmem and "vma" for the rest where the policy is
 * one, else that of the task.
 */
struct mix_range *mix_add(struct mix *mix, void *addr, size_t len,
			  const char *kind, const struct policy *policy,
			  const char *label);

/* mixhuge.c, mixdev.c: parts of mix_singles[] */
void mix_thp(struct mix *mix);
void mix_thp_shmem(struct mix *mix);
void mix_hugetlb(struct mix *mix);
void mix_hugetlb_1g(struct mix *mix);
void mix_devmem(struct mix *mix);
void mix_rings(struct mix *mix);

#endif
