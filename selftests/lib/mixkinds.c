// SPDX-License-Identifier: GPL-2.0
#include "mixkinds.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "array.h"
#include "policy.h"

/* Page tables that are full, and one that is not. */
#define LARGE_PAGES	1100

static size_t page;

/* Neighbours with equal attributes would merge into one VMA. */
void *mix_map_aligned(size_t len, size_t align, int prot, int flags, int fd)
{
	uintptr_t room, at;

	page = getpagesize();
	room = (uintptr_t)mmap(NULL, len + align + 2 * page, PROT_NONE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
			       -1, 0);
	if (room == (uintptr_t)MAP_FAILED)
		exit(3);
	at = (room + page + align - 1) / align * align;
	munmap((void *)room, len + align + 2 * page);
	if (mmap((void *)at, len, prot, flags | MAP_FIXED_NOREPLACE, fd, 0) !=
	    (void *)at)
		return MAP_FAILED;
	/* keeps the next mapping away, and is itself a VMA without pages */
	mmap((void *)(at + len), page, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS |
	     MAP_FIXED_NOREPLACE | MAP_NORESERVE, -1, 0);
	return (void *)at;
}

void *mix_map(size_t len, int prot, int flags, int fd)
{
	void *addr = mix_map_aligned(len, getpagesize(), prot, flags, fd);

	if (addr == MAP_FAILED) {
		perror("# mix: mmap");
		exit(3);
	}
	return addr;
}

void mix_load(const void *addr)
{
	/* the compiler sees it used */
	asm volatile("" : : "r" (*(const char *)addr));
}

void mix_touch(void *addr, size_t nr_pages, bool write)
{
	char *at = addr;

	for (; nr_pages--; at += getpagesize()) {
		if (write)
			*at = 1;
		else
			mix_load(at);
	}
}

struct mix_range *mix_add(struct mix *mix, void *addr, size_t len,
			  const char *kind, const struct policy *policy,
			  const char *label)
{
	struct mix_range *range = &mix->ranges[mix->nr++];

	if (mix->nr == MIX_RANGES)
		exit(3);
	range->start = (uintptr_t)addr;
	range->end = range->start + len;
	range->kind = kind;
	range->source = mix->base_source;
	range->policy = "-";
	if (policy && policy->shown) {
		range->source = strcmp(kind, "shmem") ? "vma" : "shared";
		range->policy = policy->shown;
		/* the text has spaces: the reader gets the first word */
		if (!strncmp(policy->shown, "prefer (", 8))
			range->policy = "prefer";
		else if (!strncmp(policy->shown, "weighted", 8))
			range->policy = "weighted";
	}
	snprintf(range->label, sizeof(range->label), "%s/%s", label,
		 policy ? policy->name : "none");
	return range;
}

/* A mapping under a policy, with its last quarter never touched. */
static void *area(const struct policy *policy, int prot, int flags, int fd)
{
	void *addr = mix_map(MIX_PAGES * getpagesize(), prot, flags, fd);

	policy_set_range(policy, addr, MIX_PAGES * page);
	return addr;
}

static void anon(struct mix *mix, const struct policy *policy)
{
	char *addr = area(policy, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);

	mix_touch(addr, 12, true);
	mix_add(mix, addr, MIX_PAGES * page, "anon", policy, "anon");
}

static void untouched(struct mix *mix, const struct policy *policy)
{
	mix_add(mix, area(policy, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1),
		MIX_PAGES * page, "anon", policy, "untouched");
}

static void split(struct mix *mix, const struct policy *policy)
{
	char *addr = area(policy, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	int i;

	mix_touch(addr, 14, true);
	for (i = 1; i < MIX_PAGES; i += 4)
		mprotect(addr + i * page, page, PROT_READ);
	madvise(addr + 6 * page, 2 * page, MADV_DONTNEED);
	mix_add(mix, addr, MIX_PAGES * page, "anon", policy, "split");
}

static void zero(struct mix *mix, const struct policy *policy)
{
	char *addr = area(policy, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);

	mix_touch(addr, 11, false);
	mix_touch(addr, 3, true);
	mix_add(mix, addr, MIX_PAGES * page, "anon", policy, "zero");
}

static void none(struct mix *mix, const struct policy *policy)
{
	char *addr = area(policy, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);

	mix_touch(addr, 13, true);
	mix_touch(addr + 13 * page, 2, false);
	mprotect(addr, MIX_PAGES * page, PROT_NONE);
	mix_add(mix, addr, MIX_PAGES * page, "anon", policy, "none");
}

static void cow(struct mix *mix, const struct policy *policy)
{
	char *addr = area(policy, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1);

	mix_touch(addr, MIX_PAGES, true);
	mix_add(mix, addr, MIX_PAGES * page, "anon", policy,
		"cow")->write_after_fork = true;
}

static void shared_anon(struct mix *mix, const struct policy *policy)
{
	char *addr = area(policy, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1);

	mix_touch(addr, 12, true);
	mix_add(mix, addr, MIX_PAGES * page, "shmem", policy, "shared-anon");
}

/* The second mapping has no mbind(2) of its own and no page table entries. */
static void memfd(struct mix *mix, const struct policy *policy)
{
	int fd = memfd_create("mix", MFD_CLOEXEC);
	char *addr, *other;

	if (ftruncate(fd, MIX_PAGES * getpagesize()))
		exit(3);
	addr = area(policy, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	mix_touch(addr, 12, true);
	mix_add(mix, addr, MIX_PAGES * page, "shmem", policy, "memfd");
	other = mix_map(MIX_PAGES * page, PROT_READ, MAP_SHARED, fd);
	mix_touch(other, 5, false);
	mix_add(mix, other, MIX_PAGES * page, "shmem", policy, "memfd-again");
	close(fd);
}

static void memfd_private(struct mix *mix, const struct policy *policy)
{
	int fd = memfd_create("mix", MFD_CLOEXEC);
	char *addr;

	if (ftruncate(fd, MIX_PAGES * getpagesize()))
		exit(3);
	addr = area(policy, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	mix_touch(addr, 12, false);
	mix_touch(addr, 5, true);
	mix_add(mix, addr, MIX_PAGES * page, "shmem", policy, "memfd-private");
	close(fd);
}

static void sysv(struct mix *mix, const struct policy *policy)
{
	int id = shmget(IPC_PRIVATE, MIX_PAGES * page, IPC_CREAT | 0600);
	void *room = mix_map(MIX_PAGES * page, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1);
	void *addr = shmat(id, room, SHM_REMAP);

	shmctl(id, IPC_RMID, NULL);
	if (addr != room)
		exit(3);
	policy_set_range(policy, addr, MIX_PAGES * page);
	mix_touch(addr, 12, true);
	mix_add(mix, addr, MIX_PAGES * page, "shmem", policy, "sysv");
}

static int file_in(const struct mix *mix, const char *sub)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/XXXXXX", mix->dir, sub);
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	unlink(path);
	if (ftruncate(fd, LARGE_PAGES * getpagesize()))
		exit(3);
	return fd;
}

static void tmpfs(struct mix *mix, const struct policy *policy)
{
	int fd = mix->dir ? file_in(mix, "tmpfs") : -1;
	char *addr;

	if (fd < 0)
		return;
	addr = area(policy, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	mix_touch(addr, 12, true);
	mix_add(mix, addr, MIX_PAGES * page, "shmem", policy, "tmpfs");
	close(fd);
}

/* ramfs: page cache of a file that is neither swap-backed nor on a disk. */
static void file(struct mix *mix, const struct policy *policy)
{
	int fd = mix->dir ? file_in(mix, "ramfs") : -1;
	char *addr;

	if (fd < 0)
		return;
	addr = area(policy, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	mix_touch(addr, 12, true);
	mix_add(mix, addr, MIX_PAGES * page, "file", policy, "file");
	addr = area(policy, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	mix_touch(addr, 11, false);
	mix_touch(addr + 3 * page, 4, true);
	mix_add(mix, addr, MIX_PAGES * page, "file", policy, "file-private");
	close(fd);
}

void (*const mix_kinds[])(struct mix *mix, const struct policy *policy) = {
	anon, untouched, split, zero, none, cow, shared_anon, memfd,
	memfd_private, sysv, tmpfs, file,
};

const size_t nr_mix_kinds = ARRAY_SIZE(mix_kinds);

/* The program's own text: a file of the root file system, private, read-only. */
static void text(struct mix *mix)
{
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *addr = mix_map(4 * getpagesize(), PROT_READ, MAP_SHARED, fd);

	mix_touch(addr, 3, false);
	mix_add(mix, addr, 4 * page, "-", NULL, "text");
	close(fd);
}

static void mounted(struct mix *mix)
{
	static const char *const subs[] = {
		"mpol-interleave", "mpol-bind", "mpol-prefer", "mpol-local",
	};
	static const char *const shown[] = {
		"interleave:", "bind:", "prefer:", "local",
	};
	struct mix_range *range;
	size_t i;

	for (i = 0; mix->dir && i < 4; i++) {
		int fd = file_in(mix, subs[i]);
		char *addr;

		if (fd < 0)
			continue;
		addr = mix_map(MIX_PAGES * page, PROT_READ | PROT_WRITE,
			       MAP_SHARED, fd);
		mix_touch(addr, 12, true);
		range = mix_add(mix, addr, MIX_PAGES * page, "shmem", NULL,
				subs[i]);
		range->source = "shared";
		range->policy = shown[i];
		close(fd);
	}
}

/* One VMA over an object whose pages have different policies. */
static void patchwork(struct mix *mix)
{
	int fd = memfd_create("patchwork", MFD_CLOEXEC);
	const struct policy *first = policy_find("interleave");
	const struct policy *second = policy_find("bind0");
	char *addr, *other;

	if (ftruncate(fd, MIX_PAGES * page))
		exit(3);
	addr = mix_map(MIX_PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	policy_set_range(first, addr, 4 * page);
	policy_set_range(second, addr + 8 * page, 4 * page);
	mix_touch(addr, MIX_PAGES, true);
	mix_add(mix, addr, 4 * page, "shmem", first, "patchwork");
	mix_add(mix, addr + 4 * page, 4 * page, "shmem", NULL, "patchwork");
	mix_add(mix, addr + 8 * page, 4 * page, "shmem", second, "patchwork");
	mix_add(mix, addr + 12 * page, 4 * page, "shmem", NULL, "patchwork");
	other = mix_map(MIX_PAGES * page, PROT_READ, MAP_SHARED, fd);
	mix_touch(other, MIX_PAGES, false);
	mix_add(mix, other, MIX_PAGES * page, "shmem", first, "patchwork-whole");
	close(fd);
}

/*
 * More entries without access than a page-table walk may take for an
 * exception, with readable ones on both sides, in tables of their own.
 */
static void none_large(struct mix *mix)
{
	static const char *const names[] = { "bind0", "bind1" };
	size_t i;

	for (i = 0; i < 6; i++) {
		const struct policy *policy = policy_find(names[i % 2]);
		char *addr = mix_map(900 * page, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1);

		madvise(addr, 900 * page, MADV_NOHUGEPAGE);
		policy_set_range(policy, addr, 900 * page);
		mix_touch(addr, 880, true);
		if (i % 3 != 2)
			mprotect(addr + 100 * page, 700 * page, PROT_NONE);
		mix_add(mix, addr, 900 * page, "anon", policy, "none-large");
	}
}

/* Every entry of whole page tables, of a file and of copies of its pages. */
static void file_large(struct mix *mix)
{
	const struct policy *policy = policy_find("bind1");
	int fd = mix->dir ? file_in(mix, "ramfs") : -1;
	size_t i;
	char *addr;

	if (fd < 0)
		return;
	addr = mix_map(LARGE_PAGES * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	mix_touch(addr, LARGE_PAGES, true);
	mix_add(mix, addr, LARGE_PAGES * page, "file", NULL, "file-large");
	addr = mix_map(LARGE_PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE,
		       fd);
	policy_set_range(policy, addr, LARGE_PAGES * page);
	mix_touch(addr, LARGE_PAGES, false);
	for (i = 0; i < LARGE_PAGES; i += 3)
		addr[i * page] = 2;
	mix_add(mix, addr, LARGE_PAGES * page, "file", policy,
		"file-large-private");
	close(fd);
}

static void hole(struct mix *mix)
{
	size_t len = 256UL << 20;
	char *addr = mix_map(len, PROT_READ | PROT_WRITE, MAP_PRIVATE |
			     MAP_ANONYMOUS | MAP_NORESERVE, -1);
	size_t at;

	madvise(addr, len, MADV_NOHUGEPAGE);
	for (at = 0; at < len; at += 9 * 1024 * 1024)
		addr[at] = 1;
	mix_add(mix, addr, len, "anon", NULL, "hole")->leave = true;
}

static void locked(struct mix *mix)
{
	char *addr = mix_map(MIX_PAGES * page, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (!mlock(addr, MIX_PAGES * page))
		mix_add(mix, addr, MIX_PAGES * page, "anon", NULL, "locked");
}

/* Must come before the fork: pages of two processes are not paged out. */
static void swapped(struct mix *mix)
{
	int fd = memfd_create("swapped", MFD_CLOEXEC);
	char *addr = mix_map(64 * page, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1);

	mix_touch(addr, 60, true);
	madvise(addr, 40 * page, MADV_PAGEOUT);
	mix_touch(addr, 3, false);
	mix_add(mix, addr, 64 * page, "anon", NULL, "swapped");

	if (ftruncate(fd, 64 * page))
		exit(3);
	addr = mix_map(64 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	mix_touch(addr, 60, false);
	mix_touch(addr, 20, true);
	madvise(addr, 64 * page, MADV_PAGEOUT);
	mix_add(mix, addr, 64 * page, "shmem", NULL, "swapped-private");
	addr = mix_map(64 * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	mix_touch(addr, 60, true);
	madvise(addr, 30 * page, MADV_PAGEOUT);
	mix_add(mix, addr, 64 * page, "shmem", NULL, "swapped-shared");
	close(fd);
}

void (*const mix_singles[])(struct mix *mix) = {
	text, mounted, patchwork, none_large, file_large, hole, locked, swapped, mix_thp,
	mix_thp_shmem,
	mix_hugetlb, mix_hugetlb_1g, mix_devmem, mix_rings,
};

const size_t nr_mix_singles = ARRAY_SIZE(mix_singles);
