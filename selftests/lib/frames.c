// SPDX-License-Identifier: GPL-2.0
#include "frames.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PM_PRESENT	(1ULL << 63)
#define PM_SWAP		(1ULL << 62)
#define PM_PFN		((1ULL << 55) - 1)
/* not in the uapi header, stable since 2.6.31 all the same */
#define KPF_RESERVED	32
#define HUGE_PAGES	512
#define BATCH		(8 * HUGE_PAGES)

static int pagemap_open(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static int pagemap_read(int fd, uint64_t addr, uint64_t *entries, size_t nr)
{
	size_t size = nr * sizeof(*entries);
	ssize_t n = pread(fd, entries, size,
			  addr / getpagesize() * sizeof(*entries));

	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EIO;
}

/*
 * Flags come by runs of frames: huge pages cost one read. The file ends with
 * the memory: what a device maps lies behind it.
 */
static int flags_read(int fd, const uint64_t *pfns, uint64_t *flags, size_t nr)
{
	size_t i, run, got;
	ssize_t n;

	for (i = 0; i < nr; i += run) {
		for (run = 1; i + run < nr && pfns[i + run] == pfns[i] + run;)
			run++;
		n = pread(fd, &flags[i], 8 * run, 8 * pfns[i]);
		if (n < 0)
			return -errno;
		for (got = n / 8; got < run; got++)
			flags[i + got] = 1ULL << KPF_NOPAGE;
	}
	return 0;
}

/*
 * A tail page of a transparent huge page has no flags of its own that tell
 * page cache from shmem: its head has.
 */
static uint64_t flags_of_head(int fd, uint64_t pfn, uint64_t flags)
{
	static uint64_t head_pfn = UINT64_MAX, head_flags;
	uint64_t head = pfn / HUGE_PAGES * HUGE_PAGES;

	if (!(flags & 1ULL << KPF_COMPOUND_TAIL) || !(flags & 1ULL << KPF_THP))
		return flags;
	if (head != head_pfn) {
		head_pfn = head;
		if (flags_read(fd, &head, &head_flags, 1))
			head_flags = 0;
	}
	return flags | (head_flags & 1ULL << KPF_SWAPBACKED);
}

static bool is_huge(const uint64_t *entries, const uint64_t *flags)
{
	uint64_t first = entries[0] & PM_PFN;
	size_t i;

	for (i = 0; i < HUGE_PAGES; i++)
		if (!(entries[i] & PM_PRESENT) ||
		    (entries[i] & PM_PFN) != first + i ||
		    (flags[i] & (1ULL << KPF_THP | 1ULL << KPF_ZERO_PAGE)) !=
			1ULL << KPF_THP)
			return false;
	return first % HUGE_PAGES == 0;
}

static void frame_add(uint64_t pfn, uint64_t flags, struct frames *out)
{
	int nid = node_of_pfn(pfn);

	if (flags & 1ULL << KPF_ZERO_PAGE)
		out->zero++;
	else if (flags & 1ULL << KPF_RESERVED)
		out->reserved++;
	else if (nid < 0 || flags & 1ULL << KPF_NOPAGE)
		out->foreign++;
	else if (flags & 1ULL << KPF_HUGE)
		out->hugetlb[nid]++;
	else if (flags & 1ULL << KPF_ANON)
		out->anon[nid]++;
	else if (flags & 1ULL << KPF_SWAPBACKED)
		out->shmem[nid]++;
	else
		out->file[nid]++;
}

/* @flags is left as it was for pages that are not present. */
static int batch_flags(int fd, const uint64_t *entries, uint64_t *flags,
		       size_t nr)
{
	static uint64_t pfns[BATCH], found[BATCH];
	size_t i, present = 0;
	int ret;

	for (i = 0; i < nr; i++)
		if (entries[i] & PM_PRESENT)
			pfns[present++] = entries[i] & PM_PFN;
	ret = flags_read(fd, pfns, found, present);
	for (i = 0, present = 0; i < nr && !ret; i++)
		if (entries[i] & PM_PRESENT)
			flags[i] = flags_of_head(fd, entries[i] & PM_PFN,
						 found[present++]);
	return ret;
}

static int batch_count(int map_fd, int flags_fd, uint64_t addr, size_t nr,
		       struct frames *out)
{
	static uint64_t entries[BATCH], flags[BATCH];
	size_t i, first;
	int ret;

	ret = pagemap_read(map_fd, addr, entries, nr);
	ret = ret ?: batch_flags(flags_fd, entries, flags, nr);
	for (i = 0; i < nr && !ret; i++)
		if (entries[i] & PM_PRESENT)
			frame_add(entries[i] & PM_PFN, flags[i], out);
		else if (entries[i] & PM_SWAP)
			out->swap++;
		else
			out->absent++;
	first = -(addr / getpagesize()) % HUGE_PAGES;
	for (i = first; i + HUGE_PAGES <= nr && !ret; i += HUGE_PAGES)
		out->thp += is_huge(&entries[i], &flags[i]) ? HUGE_PAGES : 0;
	return ret;
}

static int hugetlb_count(int map_fd, int flags_fd, uint64_t addr,
			 uint64_t pages, struct frames *out)
{
	uint64_t entry, flags = 0;
	int ret, nid;

	ret = pagemap_read(map_fd, addr, &entry, 1);
	if (ret)
		return ret;
	if (entry & PM_SWAP)
		out->swap += pages;
	if (!(entry & PM_PRESENT)) {
		out->absent += entry & PM_SWAP ? 0 : pages;
		return 0;
	}
	ret = batch_flags(flags_fd, &entry, &flags, 1);
	nid = node_of_pfn(entry & PM_PFN);
	if (nid < 0 || !(flags & 1ULL << KPF_HUGE))
		out->foreign += pages;
	else
		out->hugetlb[nid] += pages;
	return ret;
}

int frames_count(pid_t pid, uint64_t start, uint64_t end, uint64_t page_size,
		 struct frames *out)
{
	int flags_fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	int map_fd = pagemap_open(pid);
	int ret = map_fd < 0 || flags_fd < 0 ? -errno : 0;
	uint64_t addr, nr, size = getpagesize();

	for (addr = start; page_size > size && addr < end && !ret;
	     addr += page_size)
		ret = hugetlb_count(map_fd, flags_fd, addr, page_size / size,
				    out);
	/* batches end at multiples of a batch: no huge page is cut in two */
	for (addr = start; page_size <= size && addr < end && !ret;
	     addr += nr * size) {
		nr = BATCH - addr / size % BATCH;
		if (nr > (end - addr) / size)
			nr = (end - addr) / size;
		ret = batch_count(map_fd, flags_fd, addr, nr, out);
	}
	if (map_fd >= 0)
		close(map_fd);
	if (flags_fd >= 0)
		close(flags_fd);
	return ret;
}

int pages_locate(pid_t pid, const uint64_t *addrs, int *status, size_t nr)
{
	return syscall(SYS_move_pages, pid, nr, addrs, NULL, status, 0) ?
	       -errno : 0;
}

int pages_present(pid_t pid, uint64_t start, size_t nr, uint8_t *present)
{
	uint64_t *entries = malloc(nr * sizeof(*entries));
	int fd = pagemap_open(pid);
	int ret = fd < 0 ? -errno : pagemap_read(fd, start, entries, nr);
	size_t i;

	for (i = 0; i < nr && !ret; i++)
		present[i] = !!(entries[i] & PM_PRESENT);
	if (fd >= 0)
		close(fd);
	free(entries);
	return ret;
}
