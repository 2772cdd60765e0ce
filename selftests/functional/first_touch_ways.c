// SPDX-License-Identifier: GPL-2.0
/*
 * First touches by the way they happen: also those that the kernel makes on
 * behalf of a system call; copies; pages of files. And what is none, however
 * much it looks like one: pages that were there before, or are only moved.
 *
 * Oracle: move_pages(2) on the range; mincore(2) for what was in the cache.
 */
#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/frames.h"
#include "../lib/mixkinds.h"
#include "../lib/mounts.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/small.h"
#include "../lib/swap.h"
#include "../lib/text.h"
#include "../lib/touch.h"

#define PAGES		400
#define HUGE_PAGES	512
#define MAP_ANON_FLAGS	(MAP_PRIVATE | MAP_ANONYMOUS)

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT	21
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

static const char *dir;

static char *at(const struct act *act)
{
	return (char *)(uintptr_t)act->addr;
}

static size_t bytes(const struct act *act)
{
	return act->pages * getpagesize();
}

static long done(long result)
{
	return result ? ACT_BROKEN : ACT_DONE;
}

static long map_anon(void *arg)
{
	return act_map(arg, PAGES, MAP_ANON_FLAGS, -1) ? ACT_DONE : ACT_BROKEN;
}

static long map_touched(void *arg)
{
	return map_anon(arg) ?: act_touch(arg);
}

static long load(void *arg)
{
	struct act *act = arg;

	mix_touch(at(act), act->pages, false);
	return ACT_DONE;
}

/* A memfd whose pages are all there, in act->fd. */
static long memfd_filled(struct act *act)
{
	act->fd = memfd_create("filled", MFD_CLOEXEC);
	return done(act->fd < 0 ||
		    fallocate(act->fd, 0, 0, PAGES * getpagesize()));
}

/* --- system calls that touch ---------------------------------------------- */

static long prepare_read(void *arg)
{
	return memfd_filled(arg) ?: map_anon(arg);
}

static long run_read(void *arg)
{
	struct act *act = arg;

	return done(pread(act->fd, at(act), bytes(act), 0) !=
		    (ssize_t)bytes(act));
}

static long run_populate(void *arg)
{
	struct act *act = arg;

	return act_map(act, PAGES, MAP_ANON_FLAGS |
		       (act->pages ? MAP_POPULATE : 0), -1) ? ACT_DONE :
		ACT_BROKEN;
}

static long run_mlock(void *arg)
{
	struct act *act = arg;

	return done(mlock(at(act), bytes(act)));
}

static long run_populate_write(void *arg)
{
	struct act *act = arg;

	if (madvise(at(act), bytes(act), MADV_POPULATE_WRITE))
		return act_missing(act, "MADV_POPULATE_WRITE");
	return ACT_DONE;
}

static long prepare_brk(void *arg)
{
	struct act *act = arg;
	size_t page = getpagesize();
	uintptr_t now = (uintptr_t)sbrk(0);

	if (sbrk(-now % page + (PAGES + 1) * page) == (void *)-1)
		return ACT_BROKEN;
	act->addr = (now + page - 1) / page * page;
	act->span = PAGES;
	/* the heap is as long as it likes */
	return done(small_pages(at(act), PAGES * page));
}

/* A page that grows downwards; room for it, and the gap that the kernel wants. */
static long prepare_stack(void *arg)
{
	struct act *act = arg;
	size_t page = getpagesize(), room = (PAGES + 1024) * page;
	char *addr = mmap(NULL, room, PROT_NONE, MAP_ANON_FLAGS |
			  MAP_NORESERVE, -1, 0);
	char *top = addr + room - page;

	if (addr == MAP_FAILED || munmap(addr, room) ||
	    mmap(top, page, PROT_READ | PROT_WRITE, MAP_ANON_FLAGS |
		 MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1, 0) != top)
		return ACT_BROKEN;
	act->span = act->pages ?: 1;
	act->addr = (uintptr_t)(top - (act->span - 1) * page);
	return ACT_DONE;
}

static long run_downwards(void *arg)
{
	struct act *act = arg;
	size_t i;

	for (i = act->pages; i--;)
		at(act)[i * getpagesize()] = 1;
	return ACT_DONE;
}

static long prepare_again(void *arg)
{
	struct act *act = arg;
	long ret = map_touched(act);

	return ret ?: done(madvise(at(act), bytes(act), MADV_DONTNEED));
}

/* --- copies ----------------------------------------------------------------- */

static long prepare_private(void *arg)
{
	struct act *act = arg;

	if (memfd_filled(act))
		return ACT_BROKEN;
	return act_map(act, PAGES, MAP_PRIVATE, act->fd) ? ACT_DONE :
		ACT_BROKEN;
}

static long prepare_private_loaded(void *arg)
{
	return prepare_private(arg) ?: load(arg);
}

/* Nothing is copied here: what was mapped was no page of anybody. */
static long prepare_zero(void *arg)
{
	return map_anon(arg) ?: load(arg);
}

/* --- pages of files --------------------------------------------------------- */

/* ramfs: a file system whose pages are plain page cache, and start as holes. */
static long prepare_file(void *arg)
{
	struct act *act = arg;
	char path[128];

	snprintf(path, sizeof(path), "%s/ramfs/XXXXXX", dir);
	act->fd = mkostemp(path, O_CLOEXEC);
	unlink(path);
	if (act->fd < 0)
		return act_missing(act, "a ramfs");
	if (ftruncate(act->fd, PAGES * getpagesize()))
		return ACT_BROKEN;
	return act_map(act, PAGES, MAP_SHARED, act->fd) ? ACT_DONE :
		ACT_BROKEN;
}

static long prepare_file_cached(void *arg)
{
	return prepare_file(arg) ?: act_touch(arg);
}

/* The oracle sees mapped pages only; mapping them is counted nowhere. */
static long run_file_read(void *arg)
{
	struct act *act = arg;
	size_t i, size = getpagesize() / 4;

	/* into memory that is there: a buffer of its own would be touched */
	for (i = 0; i < bytes(act); i += size)
		if (pread(act->fd, act->addrs, size, i) != (ssize_t)size)
			return ACT_BROKEN;
	return load(act);
}

static long run_file_write(void *arg)
{
	struct act *act = arg;
	size_t i, size = getpagesize() / 4;

	for (i = 0; i < bytes(act); i += size)
		if (pwrite(act->fd, act->addrs, size, i) != (ssize_t)size)
			return ACT_BROKEN;
	return load(act);
}

static size_t in_cache(const struct act *act)
{
	unsigned char *vec = calloc(1, act->span);
	size_t i, nr = 0;

	mincore(at(act), act->span * getpagesize(), vec);
	for (i = 0; i < act->span; i++)
		nr += vec[i] & 1;
	free(vec);
	return nr;
}

/* A program that does not run: nobody maps its pages. */
static int dropped_open(void)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/scale", test_dir());
	return open(path, O_RDONLY | O_CLOEXEC);
}

static size_t dropped_pages(void)
{
	struct stat st = { 0 };
	int fd = dropped_open();

	if (fd >= 0)
		fstat(fd, &st);
	close(fd);
	return (st.st_size + getpagesize() - 1) / getpagesize();
}

static long prepare_dropped(void *arg)
{
	static char *addr;
	struct act *act = arg;
	size_t page = getpagesize();

	/* what the round before has mapped can't be dropped */
	if (addr)
		munmap(addr, act->span * page);
	act->fd = dropped_open();
	if (act->fd < 0)
		return act_missing(act, "a file to drop");
	posix_fadvise(act->fd, 0, 0, POSIX_FADV_DONTNEED);
	text_puts("/proc/sys/vm/drop_caches", "1");
	act->span = dropped_pages();
	addr = mmap(NULL, act->span * page, PROT_READ, MAP_PRIVATE, act->fd, 0);
	if (addr == MAP_FAILED)
		return ACT_BROKEN;
	act->addr = (uintptr_t)addr;
	if (in_cache(act))
		return act_missing(act, "a file that is not cached");
	return ACT_DONE;
}

/* --- no first touches ------------------------------------------------------- */

static int other_node(const struct act *act)
{
	int status = 0;

	if (pages_locate(0, &act->addr, &status, 1) || status < 0)
		return policy_node(0);
	return status == policy_node(0) ? policy_node(1) : policy_node(0);
}

static long run_move_pages(void *arg)
{
	struct act *act = arg;
	size_t i;

	for (i = 0; i < act->pages; i++) {
		act->addrs[i] = act->addr + i * getpagesize();
		act->nodes[i] = other_node(act);
	}
	return done(act->pages &&
		    syscall(SYS_move_pages, 0, act->pages, act->addrs,
			    act->nodes, act->status, MPOL_MF_MOVE));
}

static long run_mbind(void *arg)
{
	struct act *act = arg;
	unsigned long mask = 1UL << other_node(act);

	return done(mbind(at(act), PAGES * getpagesize(), MPOL_BIND, &mask,
			  8 * sizeof(mask), MPOL_MF_MOVE));
}

static long prepare_collapse(void *arg)
{
	struct act *act = arg;
	char *addr = act_map(act, HUGE_PAGES, MAP_ANON_FLAGS, -1);

	if (!addr || small_pages(addr, HUGE_PAGES * getpagesize()))
		return ACT_BROKEN;
	act_touch(act);
	madvise(addr, HUGE_PAGES * getpagesize(), MADV_HUGEPAGE);
	return ACT_DONE;
}

static long run_collapse(void *arg)
{
	struct act *act = arg;

	if (act->pages && madvise(at(act), bytes(act), MADV_COLLAPSE))
		return act_missing(act, "MADV_COLLAPSE");
	return ACT_DONE;
}

static long prepare_swapped(void *arg)
{
	struct act *act = arg;
	uint8_t present[PAGES] = { 0 };
	size_t i, nr = 0;

	if (map_touched(act))
		return ACT_BROKEN;
	madvise(at(act), bytes(act), MADV_PAGEOUT);
	if (!act->pages)
		return ACT_DONE;
	if (pages_present(getpid(), act->addr, PAGES, present))
		return ACT_BROKEN;
	for (i = 0; i < PAGES; i++)
		nr += present[i];
	return nr < PAGES / 2 ? ACT_DONE : act_missing(act, "swap");
}

static struct way ways[] = {
	{ "read(2) into an untouched buffer", TOUCH_ANON,
	  PAGES, prepare_read, run_read },
	{ "MAP_POPULATE", TOUCH_ANON, PAGES, NULL, run_populate },
	{ "mlock(2)", TOUCH_ANON, PAGES, map_anon, run_mlock },
	{ "MADV_POPULATE_WRITE", TOUCH_ANON,
	  PAGES, map_anon, run_populate_write },
	{ "brk(2)", TOUCH_ANON, PAGES, prepare_brk, act_touch },
	{ "a mapping that grows downwards", TOUCH_ANON,
	  PAGES, prepare_stack, run_downwards },
	{ "again, after MADV_DONTNEED", TOUCH_ANON,
	  PAGES, prepare_again, act_touch },
	{ "write over the zero page", TOUCH_ANON,
	  PAGES, prepare_zero, act_touch },
	{ "private file mapping, written", TOUCH_COW,
	  PAGES, prepare_private, act_touch },
	{ "private file mapping, read and written", TOUCH_COW,
	  PAGES, prepare_private_loaded, act_touch },
	{ "file, fault", TOUCH_FILE, PAGES, prepare_file, load },
	{ "file, write fault", TOUCH_FILE, PAGES, prepare_file, act_touch },
	{ "file, read(2)", TOUCH_FILE, PAGES, prepare_file, run_file_read },
	{ "file, write(2)", TOUCH_FILE, PAGES, prepare_file, run_file_write },
	{ "file, fault after its cache was dropped", TOUCH_FILE,
	  0, prepare_dropped, load },
	{ "no touch: zero page", NR_TOUCH_KINDS, PAGES, map_anon, load },
	{ "no touch: cached file", NR_TOUCH_KINDS,
	  PAGES, prepare_file_cached, load },
	{ "no touch: mapping what is there", NR_TOUCH_KINDS,
	  PAGES, prepare_private, load },
	{ "no touch: move_pages(2)", NR_TOUCH_KINDS,
	  PAGES, map_touched, run_move_pages },
	{ "no touch: mbind(2) that moves", NR_TOUCH_KINDS,
	  PAGES, map_touched, run_mbind },
	{ "no touch: MADV_COLLAPSE", NR_TOUCH_KINDS,
	  HUGE_PAGES, prepare_collapse, run_collapse },
	{ "no touch: swapped in again", NR_TOUCH_KINDS,
	  PAGES, prepare_swapped, act_touch },
};

static void finish(void)
{
	mounts_drop();
	swap_end();
}

int main(void)
{
	size_t i;

	need(2);
	balancing_off();
	dir = mounts_make();
	swap_begin();
	atexit(finish);
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (ways[i].prepare == prepare_dropped)
			ways[i].pages = dropped_pages();
	return ways_run(ways, ARRAY_SIZE(ways), false, 180);
}
