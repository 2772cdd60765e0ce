// SPDX-License-Identifier: GPL-2.0
#include "orders.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kernel-page-flags.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "areas.h"

#define PM_PRESENT	(1ULL << 63)
#define PM_PFN		((1ULL << 55) - 1)
/* not in the uapi header, stable since 2.6.31 all the same */
#define KPF_RESERVED	32
#define BATCH		512

#define FLAG(name)	(1ULL << KPF_##name)

/* What is never counted, and what is counted elsewhere. */
#define OTHERS	(FLAG(NOPAGE) | FLAG(RESERVED) | FLAG(ZERO_PAGE) | FLAG(HUGE))

/**
 * struct folio - where one lies
 * @first: its first frame
 * @nr: its frames; 0 if none has been found yet
 */
struct folio {
	uint64_t first, nr;
};

static uint64_t flags_of(int fd, uint64_t pfn)
{
	uint64_t flags;

	return pread(fd, &flags, sizeof(flags), 8 * pfn) == sizeof(flags) ? flags : FLAG(NOPAGE);
}

/* The head is before all tails, and the next that is no tail is of another. */
static struct folio folio_of(int fd, uint64_t pfn, uint64_t flags)
{
	struct folio folio = { pfn, 1 };

	if (!(flags & (FLAG(COMPOUND_HEAD) | FLAG(COMPOUND_TAIL))))
		return folio;
	while (folio.first && flags_of(fd, folio.first) & FLAG(COMPOUND_TAIL))
		folio.first--;
	while (flags_of(fd, folio.first + folio.nr) & FLAG(COMPOUND_TAIL))
		folio.nr++;
	return folio;
}

static unsigned int order_of(uint64_t nr)
{
	unsigned int order = 0;

	while (nr >> (order + 1))
		order++;
	return order < ORDERS_MAX ? order : ORDERS_MAX - 1;
}

static void page_add(int fd, uint64_t pfn, struct folio *last, struct orders *orders)
{
	int nid = node_of_pfn(pfn);
	uint64_t flags;

	/* In runs: the zero page, and whatever else is not counted, is no folio of theirs. */
	if (pfn < last->first || pfn >= last->first + last->nr) {
		flags = flags_of(fd, pfn);
		last->nr = 0;
		if (flags & OTHERS)
			return;
		*last = folio_of(fd, pfn, flags);
	}
	if (nid >= 0)
		orders->pages[order_of(last->nr)][nid]++;
}

static int area_add(int map_fd, int flags_fd, const struct area *area, struct orders *orders)
{
	uint64_t entries[BATCH], size = getpagesize(), addr = area->start, nr, i;
	struct folio last = { 0 };

	for (; addr < area->end; addr += nr * size) {
		nr = (area->end - addr) / size;
		if (nr > BATCH)
			nr = BATCH;
		if (pread(map_fd, entries, 8 * nr, addr / size * 8) != (ssize_t)(8 * nr))
			return -EIO;
		for (i = 0; i < nr; i++)
			if (entries[i] & PM_PRESENT)
				page_add(flags_fd, entries[i] & PM_PFN, &last, orders);
	}
	return 0;
}

int orders_read(pid_t pid, struct orders *orders)
{
	int flags_fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC), map_fd, ret;
	struct areas areas = { 0 };
	char path[64];
	size_t i;

	memset(orders, 0, sizeof(*orders));
	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	map_fd = open(path, O_RDONLY | O_CLOEXEC);
	ret = map_fd < 0 || flags_fd < 0 ? -errno : areas_read(pid, &areas, true);
	for (i = 0; i < areas.nr && !ret; i++)
		if (!areas.v[i].hugetlb && !areas.v[i].pfnmap)
			ret = area_add(map_fd, flags_fd, &areas.v[i], orders);
	areas_free(&areas);
	if (map_fd >= 0)
		close(map_fd);
	if (flags_fd >= 0)
		close(flags_fd);
	return ret;
}
