// SPDX-License-Identifier: GPL-2.0
/*
 * First touches by kind of page: each is counted under its kind, and only
 * there, whatever its size, and whatever object it belongs to.
 *
 * Oracle: move_pages(2) on the range; smaps says whether pages are huge.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/mixkinds.h"
#include "../lib/mounts.h"
#include "../lib/node.h"
#include "../lib/touch.h"

/* No aligned 2 MiB fit in: pages of base size, whatever the settings. */
#define PAGES		400
#define HUGE_PAGES	512
#define HUGE		(HUGE_PAGES * 4096UL)
#define NR_HUGE		2
#define HUGE_KB		2048

static const char *dir;

static long map_anon(void *arg)
{
	return act_map(arg, PAGES, MAP_PRIVATE | MAP_ANONYMOUS, -1) ?
		ACT_DONE : ACT_BROKEN;
}

static long map_thp(void *arg)
{
	struct act *act = arg;
	char *addr = act_map(act, NR_HUGE * HUGE_PAGES,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1);

	if (!addr || madvise(addr, NR_HUGE * HUGE, MADV_HUGEPAGE))
		return act_missing(act, "transparent huge pages");
	return ACT_DONE;
}

/* One byte of each huge page. */
static long touch_huge(void *arg)
{
	struct act *act = arg;
	char *addr = (char *)(uintptr_t)act->addr;
	size_t i;

	for (i = 0; i < act->pages; i += HUGE_PAGES)
		addr[i * getpagesize()] = 1;
	return ACT_DONE;
}

/* Asking first is kinder than a SIGBUS where the pool is empty. */
static long touch_pool(void *arg)
{
	struct act *act = arg;

	if (madvise((void *)(uintptr_t)act->addr, act->pages * getpagesize(),
		    MADV_POPULATE_WRITE))
		return act_missing(act, "pages in the hugetlb pool");
	return ACT_DONE;
}

static long map_pool(struct act *act, int flags, int fd)
{
	return act_map(act, NR_HUGE * HUGE_PAGES, flags, fd) ? ACT_DONE :
		act_missing(act, "pages in the hugetlb pool");
}

static long map_hugetlb(void *arg)
{
	return map_pool(arg, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
}

static long map_hugetlb_shared(void *arg)
{
	return map_pool(arg, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB, -1);
}

static long map_hugetlb_memfd(void *arg)
{
	int fd = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);

	if (fd < 0 || ftruncate(fd, NR_HUGE * HUGE))
		return act_missing(arg, "hugetlb");
	return map_pool(arg, MAP_SHARED, fd);
}

static long map_hugetlb_private(void *arg)
{
	int fd = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB);

	if (fd < 0 || ftruncate(fd, NR_HUGE * HUGE))
		return act_missing(arg, "hugetlb");
	return map_pool(arg, MAP_PRIVATE, fd);
}

static long map_shared(void *arg)
{
	return act_map(arg, PAGES, MAP_SHARED | MAP_ANONYMOUS, -1) ? ACT_DONE :
		ACT_BROKEN;
}

static long map_memfd(void *arg)
{
	int fd = memfd_create("memfd", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, PAGES * getpagesize()))
		return ACT_BROKEN;
	return act_map(arg, PAGES, MAP_SHARED, fd) ? ACT_DONE : ACT_BROKEN;
}

/* A new file of a file system of mounts.h. */
static int file_make(const char *type, size_t size)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s/XXXXXX", dir, type);
	fd = mkostemp(path, O_CLOEXEC);
	unlink(path);
	return fd < 0 || ftruncate(fd, size) ? -1 : fd;
}

static long map_tmpfs(void *arg)
{
	int fd = file_make("tmpfs", PAGES * getpagesize());

	if (fd < 0)
		return act_missing(arg, "a tmpfs");
	return act_map(arg, PAGES, MAP_SHARED, fd) ? ACT_DONE : ACT_BROKEN;
}

/* A hole is a page too, once it is read through a mapping. */
static long load(void *arg)
{
	struct act *act = arg;

	mix_touch((void *)(uintptr_t)act->addr, act->pages, false);
	return ACT_DONE;
}

static long map_sysv(void *arg)
{
	struct act *act = arg;
	int id = shmget(IPC_PRIVATE, PAGES * getpagesize(), IPC_CREAT | 0600);
	void *addr = shmat(id, NULL, 0);

	shmctl(id, IPC_RMID, NULL);
	if (addr == (void *)-1)
		return act_missing(act, "System V shared memory");
	act->addr = (uintptr_t)addr;
	act->span = PAGES;
	return ACT_DONE;
}

static long map_shmem_huge(void *arg)
{
	int fd = file_make("huge-shmem", NR_HUGE * HUGE);

	if (fd < 0)
		return act_missing(arg, "a tmpfs with huge=always");
	return act_map(arg, NR_HUGE * HUGE_PAGES, MAP_SHARED, fd) ? ACT_DONE :
		ACT_BROKEN;
}

/* A hole in a private mapping, written: the object stays empty. */
static long map_tmpfs_private(void *arg)
{
	int fd = file_make("tmpfs", PAGES * getpagesize());

	if (fd < 0)
		return act_missing(arg, "a tmpfs");
	if (fallocate(fd, 0, 0, PAGES * getpagesize()))
		return ACT_BROKEN;
	return act_map(arg, PAGES, MAP_PRIVATE, fd) ? ACT_DONE : ACT_BROKEN;
}

static const struct way ways[] = {
	{ "anonymous", TOUCH_ANON, PAGES, map_anon, act_touch },
	{ "transparent huge pages", TOUCH_THP,
	  NR_HUGE * HUGE_PAGES, map_thp, touch_huge },
	{ "hugetlb, private", TOUCH_HUGETLB,
	  NR_HUGE * HUGE_PAGES, map_hugetlb, touch_pool },
	{ "hugetlb, shared", TOUCH_HUGETLB,
	  NR_HUGE * HUGE_PAGES, map_hugetlb_shared, touch_pool },
	{ "hugetlb, memfd", TOUCH_HUGETLB,
	  NR_HUGE * HUGE_PAGES, map_hugetlb_memfd, touch_pool },
	{ "hugetlb, private mapping of a memfd", TOUCH_HUGETLB,
	  NR_HUGE * HUGE_PAGES, map_hugetlb_private, touch_pool },
	{ "shared anonymous", TOUCH_SHMEM, PAGES, map_shared, act_touch },
	{ "memfd", TOUCH_SHMEM, PAGES, map_memfd, act_touch },
	{ "tmpfs file, written", TOUCH_SHMEM, PAGES, map_tmpfs, act_touch },
	{ "tmpfs file, read", TOUCH_SHMEM, PAGES, map_tmpfs, load },
	{ "tmpfs file, huge pages", TOUCH_SHMEM,
	  NR_HUGE * HUGE_PAGES, map_shmem_huge, touch_huge },
	{ "System V shared memory", TOUCH_SHMEM, PAGES, map_sysv, act_touch },
	{ "private mapping of tmpfs, written", TOUCH_COW,
	  PAGES, map_tmpfs_private, act_touch },
};

static void finish(void)
{
	int i;

	for (i = 0; i < 2; i++)
		node_hugepages(policy_node(i), HUGE_KB, 0);
	mounts_drop();
}

int main(void)
{
	int i;

	need(2);
	balancing_off();
	dir = mounts_make();
	atexit(finish);
	for (i = 0; i < 2; i++)
		node_hugepages(policy_node(i), HUGE_KB, 8);
	return ways_run(ways, ARRAY_SIZE(ways), false, 120);
}
