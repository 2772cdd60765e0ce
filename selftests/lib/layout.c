// SPDX-License-Identifier: GPL-2.0
#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mman.h>
#include <numaif.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mounts.h"
#include "node.h"
#include "proc.h"
#include "swap.h"
#include "text.h"

#define TIB		(1UL << 40)
#define HUGE_KB		2048UL
#define STACK		16384UL

/* --- mapping ------------------------------------------------------------------ */

static char *map_fd(size_t size, int flags, int fd)
{
	char *mem = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

	if (mem == MAP_FAILED)
		_exit(2);
	return mem;
}

static char *map(size_t size, int advice)
{
	char *mem = map_fd(size, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);

	if (madvise(mem, size, advice))
		_exit(2);
	return mem;
}

static void bind(char *mem, size_t size, int mode, unsigned long nodes)
{
	if (mbind(mem, size, mode, &nodes, 8 * sizeof(nodes), 0))
		_exit(2);
}

static void bind_last(char *mem, size_t size)
{
	int nids[NODES_MAX], nr = nodes_with_memory(nids, NODES_MAX);

	bind(mem, size, MPOL_BIND, 1UL << nids[nr - 1]);
}

static unsigned long all_nodes(void)
{
	int nids[NODES_MAX], nr = nodes_with_memory(nids, NODES_MAX);
	unsigned long nodes = 0;

	while (nr)
		nodes |= 1UL << nids[--nr];
	return nodes;
}

static void interleave(char *mem, size_t size)
{
	bind(mem, size, MPOL_INTERLEAVE, all_nodes());
}

/* Mapped, interleaved and written to. */
static char *fill(char *mem, size_t size)
{
	interleave(mem, size);
	memset(mem, 1, size);
	return mem;
}

/* --- the layouts -------------------------------------------------------------- */

char *layout_one_node(const struct layout *layout)
{
	char *mem = map(layout->size, MADV_NOHUGEPAGE);

	bind_last(mem, layout->size);
	memset(mem, 1, layout->size);
	return mem;
}

char *layout_alternating(const struct layout *layout)
{
	return fill(map(layout->size, MADV_NOHUGEPAGE), layout->size);
}

/* Touched in no order, so that frames are in none. */
char *layout_random(const struct layout *layout)
{
	char *mem = map(layout->size, MADV_NOHUGEPAGE);
	size_t i, j, nr = layout->size / BASE_PAGE;
	unsigned int *order = calloc(nr, sizeof(*order));

	if (!order)
		_exit(2);
	interleave(mem, layout->size);
	for (i = 0; i < nr; i++) {
		j = random() % (i + 1);
		order[i] = order[j];
		order[j] = i;
	}
	for (i = 0; i < nr; i++)
		mem[order[i] * BASE_PAGE] = 1;
	free(order);
	return mem;
}

char *layout_thp(const struct layout *layout)
{
	return fill(map(layout->size, MADV_HUGEPAGE), layout->size);
}

char *layout_hugetlb(const struct layout *layout)
{
	return fill(map_fd(layout->size, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB,
			   -1), layout->size);
}

static char *map_file(int fd, size_t size)
{
	if (fd < 0 || ftruncate(fd, size))
		_exit(2);
	return fill(map_fd(size, MAP_SHARED, fd), size);
}

char *layout_shmem(const struct layout *layout)
{
	return map_file(memfd_create("layout", MFD_CLOEXEC), layout->size);
}

/* ramfs has the page cache of a file, and no disk; it goes by the policy of the task. */
char *layout_file(const struct layout *layout)
{
	unsigned long nodes = all_nodes();
	const char *dir = mounts_make();
	char path[256], *mem;

	if (set_mempolicy(MPOL_INTERLEAVE, &nodes, 8 * sizeof(nodes)))
		_exit(2);
	snprintf(path, sizeof(path), "%s/ramfs/layout", dir ?: "");
	mem = map_file(open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600), layout->size);
	unlink(path);
	mounts_drop();
	return mem;
}

char *layout_swapped(const struct layout *layout)
{
	char *mem = layout_alternating(layout);

	if (madvise(mem, layout->size, MADV_PAGEOUT))
		_exit(2);
	return mem;
}

char *layout_zero(const struct layout *layout)
{
	char *mem = map(layout->size, MADV_NOHUGEPAGE);
	size_t at;

	for (at = 0; at < layout->size; at += BASE_PAGE)
		(void)__atomic_load_n(mem + at, __ATOMIC_RELAXED);
	return mem;
}

/* Neighbours that may be written to, and that may not, can't be one VMA. */
char *layout_vmas(const struct layout *layout)
{
	char *mem = layout_alternating(layout);
	size_t at, each = layout->size / layout->nr / BASE_PAGE * BASE_PAGE;

	for (at = 0; at + each <= layout->size; at += 2 * each)
		if (mprotect(mem + at, each, PROT_READ))
			_exit(2);
	return mem;
}

static void *sleep_on(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* Their stacks are in one VMA, for the number of these to be the same. */
char *layout_threads(const struct layout *layout)
{
	char *stacks = map(layout->nr * STACK, MADV_NOHUGEPAGE);
	pthread_attr_t attr;
	pthread_t thread;
	unsigned int i;

	for (i = 1; i < layout->nr; i++) {
		pthread_attr_init(&attr);
		if (pthread_attr_setstack(&attr, stacks + i * STACK, STACK) ||
		    pthread_create(&thread, &attr, sleep_on, NULL))
			_exit(2);
	}
	return layout_alternating(layout);
}

char *layout_thin(const struct layout *layout)
{
	char *mem = map(layout->size, MADV_NOHUGEPAGE);
	size_t at;

	for (at = 0; at < layout->size; at += 2 * MIB)
		mem[at] = 1;
	return mem;
}

char *layout_sparse(const struct layout *layout)
{
	char *mem = map(TIB, MADV_NOHUGEPAGE);

	memset(mem + TIB / 2, 1, layout->size);
	return mem;
}

/* --- what the machine has to have ---------------------------------------------- */

static bool hugepages(size_t size)
{
	int nids[NODES_MAX], i, nr = nodes_with_memory(nids, NODES_MAX);
	unsigned int each = (size / (HUGE_KB << 10) + nr - 1) / nr;
	bool ok = true;

	for (i = 0; i < nr; i++)
		ok &= node_hugepages(nids[i], HUGE_KB, each) == (int)each;
	return ok;
}

bool layout_hugetlb_prepare(const struct layout *layout)
{
	return hugepages(layout->size);
}

void layout_hugetlb_clear(void)
{
	hugepages(0);
}

bool layout_swap_prepare(const struct layout *layout)
{
	return !swap_begin_of(layout->size + 64 * MIB);
}

void layout_swap_clear(void)
{
	swap_end();
}

/* ------------------------------------------------------------------------------ */

static bool has_room(const struct layout *layout)
{
	char *text = text_read("/proc/meminfo", NULL);
	uint64_t kb = 0;

	if (text)
		text_field(text, "MemAvailable", &kb);
	free(text);
	return layout->holes || layout->size + layout->size / 8 < kb << 10;
}

pid_t layout_start(const struct layout *layout, char **mem)
{
	int ends[2];
	pid_t pid;

	if (!has_room(layout))
		return -ENOMEM;
	if (layout->prepare && !layout->prepare(layout)) {
		layout->clear();
		return -EOPNOTSUPP;
	}
	if (pipe(ends))
		return -errno;
	pid = proc_fork();
	if (!pid) {
		char *made = layout->make(layout);

		if (write(ends[1], &made, sizeof(made)) == sizeof(made))
			sleep_on(NULL);
		_exit(2);
	}
	close(ends[1]);
	if (read(ends[0], mem, sizeof(*mem)) != sizeof(*mem)) {
		layout_end(layout, pid);
		pid = -ENOMEM;
	}
	close(ends[0]);
	return pid;
}

void layout_end(const struct layout *layout, pid_t pid)
{
	proc_end(pid);
	if (layout->clear)
		layout->clear();
}
