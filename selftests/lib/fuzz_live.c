// SPDX-License-Identifier: GPL-2.0
#include <linux/mempolicy.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "array.h"
#include "chance.h"
#include "fuzz.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE	25
#endif

#define MAPS		24
#define PAGES		600	/* more than a huge page */

static struct {
	char *at;
	size_t len;
} maps[MAPS];

static size_t page;

static unsigned long mask_make(void)
{
	return 1 + chance_below(15);
}

static void map_make(int i)
{
	size_t len = (1 + chance_below(PAGES)) * page;
	int fd = -1, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *at;

	if (chance_one_in(4))
		flags = MAP_SHARED | MAP_ANONYMOUS;
	if (chance_one_in(6)) {
		fd = memfd_create("fuzz", MFD_CLOEXEC);
		flags = chance_one_in(2) ? MAP_SHARED : MAP_PRIVATE;
		if (ftruncate(fd, len))
			len = page;
	}
	if (chance_one_in(10))
		flags |= MAP_POPULATE;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, flags, fd, 0);
	if (fd >= 0)
		close(fd);
	if (at == MAP_FAILED)
		return;
	maps[i].at = at;
	maps[i].len = len;
}

/* A part of it, as whole pages. */
static void part_of(int i, char **at, size_t *len)
{
	size_t pages = maps[i].len / page, first = chance_below(pages);

	*at = maps[i].at + first * page;
	*len = (1 + chance_below(pages - first)) * page;
}

/* Where a hole has come, nothing is touched: it would end us. */
static void touch(char *at, size_t len)
{
	unsigned char residency[PAGES + 1];
	size_t i;

	if (mincore(at, len, residency) || mprotect(at, len, PROT_READ | PROT_WRITE))
		return;
	for (i = 0; i < len; i += page)
		if (chance_one_in(4))
			__atomic_load_n(at + i, __ATOMIC_RELAXED);
		else
			at[i] = i;
}

static void move(char *at, size_t len)
{
	unsigned long from = mask_make(), to = mask_make();
	void *pages[64];
	int nodes[64], status[64];
	size_t i, nr = 0;

	for (i = 0; i < len && nr < ARRAY_SIZE(pages); i += page) {
		pages[nr] = at + i;
		nodes[nr++] = chance_below(3);
	}
	if (chance_one_in(4))
		syscall(SYS_migrate_pages, 0, 8, &from, &to);
	else
		syscall(SYS_move_pages, 0, nr, pages, nodes, status, MPOL_MF_MOVE);
}

static void advise(char *at, size_t len)
{
	static const int advices[] = {
		MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE, MADV_NOHUGEPAGE, MADV_COLD, MADV_PAGEOUT,
		MADV_MERGEABLE, MADV_UNMERGEABLE, MADV_WIPEONFORK, MADV_KEEPONFORK,
		MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_SEQUENTIAL, MADV_COLLAPSE,
	};

	madvise(at, len, chance_of(advices));
}

static void bind(char *at, size_t len)
{
	static const int modes[] = { MPOL_DEFAULT, MPOL_PREFERRED, MPOL_BIND, MPOL_INTERLEAVE,
				     MPOL_LOCAL, MPOL_BIND | MPOL_F_NUMA_BALANCING };
	static const int flags[] = { 0, 0, MPOL_MF_MOVE, MPOL_MF_STRICT, MPOL_MF_MOVE_ALL };
	unsigned long mask = mask_make();
	int mode = chance_of(modes);
	bool none = mode == MPOL_DEFAULT || mode == MPOL_LOCAL;

	if (chance_one_in(6))
		syscall(SYS_set_mempolicy, mode, none ? NULL : &mask, 8);
	else
		syscall(SYS_mbind, at, len, mode, none ? NULL : &mask, 8, chance_of(flags));
}

static void remap(int i)
{
	size_t len = (1 + chance_below(PAGES)) * page;
	void *at = mremap(maps[i].at, maps[i].len, len, MREMAP_MAYMOVE);

	if (at == MAP_FAILED)
		return;
	maps[i].at = at;
	maps[i].len = len;
}

static void *thread_live(void *arg)
{
	char *at = mmap(NULL, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0);
	int i;

	for (i = 0; i < 8 && at != MAP_FAILED; i++)
		at[i * page] = 1;
	if (at != MAP_FAILED)
		munmap(at, 8 * page);
	return NULL;
}

static void breed(void)
{
	pthread_t threads[3];
	int i, nr = 0;

	for (i = 0; i < 3; i++)
		nr += !pthread_create(&threads[nr], NULL, thread_live, NULL);
	for (i = 0; i < nr; i++)
		pthread_join(threads[i], NULL);
}

/* It copies on write, has a child of its own, or becomes another program. */
static void beget(void)
{
	unsigned int fate = chance_below(3);
	pid_t child = fork();
	size_t i;

	if (child > 0)
		waitpid(child, NULL, 0);
	if (child)
		return;
	for (i = 0; i < MAPS; i++)
		if (maps[i].at)
			touch(maps[i].at, page);
	if (fate == 0 && !fork())
		_exit(0);
	if (fate == 1)
		execl("/bin/true", "true", NULL);
	_exit(0);
}

static void wander(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(chance_below(8), &set);
	CPU_SET(chance_below(8), &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void on_part(int i)
{
	static void (*const acts[])(char *at, size_t len) = {
		touch, touch, touch, move, advise, advise, bind,
	};
	size_t len;
	char *at;

	part_of(i, &at, &len);
	chance_of(acts)(at, len);
}

void fuzz_live(void)
{
	int i = chance_below(MAPS);
	size_t len;
	char *at;

	page = getpagesize();
	if (!maps[i].at) {
		map_make(i);
		return;
	}
	switch (chance_below(24)) {
	case 0:
		munmap(maps[i].at, maps[i].len);
		maps[i].at = NULL;
		break;
	case 1:
		remap(i);
		break;
	case 2:
		/* a hole: whatever is done to all of it fails from here on */
		part_of(i, &at, &len);
		munmap(at, len);
		break;
	case 3:
		part_of(i, &at, &len);
		mprotect(at, len, chance_one_in(2) ? PROT_READ : PROT_NONE);
		break;
	case 4:
		breed();
		break;
	case 5:
		beget();
		break;
	case 6:
		wander();
		break;
	default:
		on_part(i);
	}
}
