// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "mixkinds.h"
#include "policy.h"

#define MB		(1UL << 20)
#define HUGE		(2 * MB)
#define HUGE_PAGES	512

#ifndef MFD_HUGE_1GB
#define MFD_HUGE_1GB	(30U << 26)
#endif

static char *thp_map(size_t len, const struct policy *policy)
{
	char *addr = mix_map_aligned(len, HUGE, PROT_READ | PROT_WRITE,
				     MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (addr == MAP_FAILED)
		exit(3);
	madvise(addr, len, MADV_HUGEPAGE);
	policy_set_range(policy, addr, len);
	return addr;
}

/* Two of three huge pages are touched; each then loses its mapping by a PMD. */
static void thp_split(struct mix *mix, const struct policy *policy)
{
	size_t page = getpagesize();
	char *addr, *to;

	addr = thp_map(3 * HUGE, policy);
	mix_touch(addr, 2 * HUGE_PAGES, true);
	mprotect(addr + 100 * page, page, PROT_READ);
	mix_add(mix, addr, 3 * HUGE, "anon", policy, "thp-mprotect");

	addr = thp_map(2 * HUGE, policy);
	mix_touch(addr, 2 * HUGE_PAGES, true);
	munmap(addr + 50 * page, 200 * page);
	mix_add(mix, addr, 50 * page, "anon", policy, "thp-munmap");
	mix_add(mix, addr + 250 * page, 2 * HUGE - 250 * page, "anon", policy,
		"thp-munmap");

	addr = thp_map(HUGE, policy);
	mix_touch(addr, HUGE_PAGES, true);
	to = mix_map(HUGE + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	to = mremap(addr, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		    (uintptr_t)to % HUGE ? to : to + page);
	mix_add(mix, to, HUGE, "anon", policy, "thp-mremap");

	addr = thp_map(HUGE, policy);
	mix_touch(addr, HUGE_PAGES, true);
	mprotect(addr, HUGE, PROT_NONE);
	mix_add(mix, addr, HUGE, "anon", policy, "thp-none");
}

static void thp_zero(struct mix *mix, const struct policy *policy)
{
	char *addr = thp_map(2 * HUGE, policy);

	mix_touch(addr, 1, false);
	mix_add(mix, addr, 2 * HUGE, "anon", policy, "huge-zero");
	addr = thp_map(HUGE, policy);
	mix_touch(addr, 1, false);
	mprotect(addr + HUGE / 2, getpagesize(), PROT_READ);
	mix_add(mix, addr, HUGE, "anon", policy, "huge-zero-split");
}

void mix_thp(struct mix *mix)
{
	static const char *const names[] = {
		"default", "bind0", "bind1", "interleave",
	};
	size_t i;

	for (i = 0; i < 4; i++) {
		const struct policy *policy = policy_find(names[i]);
		char *addr = thp_map(3 * HUGE, policy);

		mix_touch(addr, 2 * HUGE_PAGES, true);
		mix_add(mix, addr, 3 * HUGE, "anon", policy, "thp");
		thp_split(mix, policy);
		thp_zero(mix, policy);
	}
}

void mix_thp_shmem(struct mix *mix)
{
	const struct policy *policy = policy_find("bind1");
	char path[256];
	char *addr;
	int fd;

	if (!mix->dir)
		return;
	snprintf(path, sizeof(path), "%s/huge-shmem/XXXXXX", mix->dir);
	fd = mkstemp(path);
	if (fd < 0 || ftruncate(fd, 2 * HUGE))
		return;
	unlink(path);
	addr = mix_map_aligned(2 * HUGE, HUGE, PROT_READ | PROT_WRITE,
			       MAP_SHARED, fd);
	if (addr == MAP_FAILED)
		exit(3);
	policy_set_range(policy, addr, 2 * HUGE);
	mix_touch(addr, HUGE_PAGES, true);
	mix_add(mix, addr, 2 * HUGE, "shmem", policy, "thp-shmem");
	addr = mix_map_aligned(2 * HUGE, HUGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE, fd);
	if (addr == MAP_FAILED)
		exit(3);
	mix_touch(addr, HUGE_PAGES, false);
	mix_touch(addr, 40, true);
	mix_add(mix, addr, 2 * HUGE, "shmem", policy, "thp-shmem-private");
	close(fd);
}

/* Of three huge pages two are touched, as far as the pool goes. */
static void hugetlb_area(struct mix *mix, const struct policy *policy,
			 int flags, int fd, const char *label)
{
	char *addr = mix_map_aligned(3 * HUGE, HUGE, PROT_READ | PROT_WRITE,
				     flags | MAP_NORESERVE, fd);

	if (addr == MAP_FAILED) {
		printf("# %s: no huge pages\n", label);
		return;
	}
	if (policy)
		policy_set_range(policy, addr, 3 * HUGE);
	/* a fault that finds the pool empty would be a SIGBUS */
	if (madvise(addr, HUGE, MADV_POPULATE_WRITE) ||
	    madvise(addr + 2 * HUGE, HUGE, MADV_POPULATE_WRITE))
		printf("# %s: the pool is empty\n", label);
	mix_add(mix, addr, 3 * HUGE, "hugetlb", policy, label);
}

static void hugetlb_sysv(struct mix *mix)
{
	const struct policy *policy = policy_find("bind1");
	int id = shmget(IPC_PRIVATE, 2 * HUGE,
			IPC_CREAT | SHM_HUGETLB | SHM_NORESERVE | 0600);
	void *addr = shmat(id, NULL, 0);

	shmctl(id, IPC_RMID, NULL);
	if (addr == (void *)-1) {
		printf("# hugetlb-sysv: no huge pages\n");
		return;
	}
	policy_set_range(policy, addr, 2 * HUGE);
	madvise(addr, HUGE, MADV_POPULATE_WRITE);
	mix_add(mix, addr, 2 * HUGE, "hugetlb", policy, "hugetlb-sysv");
}

void mix_hugetlb(struct mix *mix)
{
	static const char *const names[] = { "default", "bind1", "interleave" };
	const struct policy *policy;
	size_t i;
	int fd;

	for (i = 0; i < 3; i++)
		hugetlb_area(mix, policy_find(names[i]), MAP_PRIVATE |
			     MAP_ANONYMOUS | MAP_HUGETLB, -1, "hugetlb");
	policy = policy_find("bind0");
	fd = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);
	if (fd >= 0 && !ftruncate(fd, 3 * HUGE)) {
		hugetlb_area(mix, policy, MAP_SHARED, fd, "hugetlb-shared");
		hugetlb_area(mix, NULL, MAP_PRIVATE, fd, "hugetlb-private");
	}
	close(fd);
	hugetlb_sysv(mix);
}

void mix_hugetlb_1g(struct mix *mix)
{
	char *addr = MAP_FAILED;
	int fd;

	if (!mix->giant)
		return;
	fd = memfd_create("giant", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_1GB);
	if (fd >= 0 && !ftruncate(fd, 1 << 30))
		addr = mix_map_aligned(1 << 30, 1 << 30, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_NORESERVE, fd);
	if (fd >= 0)
		close(fd);
	if (addr == MAP_FAILED || madvise(addr, 1 << 30, MADV_POPULATE_WRITE))
		printf("# hugetlb-1g: no page of 1 GiB\n");
	if (addr != MAP_FAILED)
		mix_add(mix, addr, 1 << 30, "hugetlb", NULL, "hugetlb-1g");
}
