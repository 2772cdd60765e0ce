// SPDX-License-Identifier: GPL-2.0
#include "rivals.h"

#include <errno.h>
#include <fcntl.h>
#include <numaif.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "array.h"
#include "layout.h"
#include "lens.h"
#include "text.h"

#define NUMASTAT	"/usr/bin/numastat"
#define QUERY		16384
#define REGIONS		4096

static bool read_all(const char *path)
{
	static char buf[1 << 16];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		;
	close(fd);
	return !n;
}

static bool read_proc(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return read_all(path);
}

/* Written to until it returns: all that follows from a scan is done then. */
static bool ask_scan(const struct subject *subject)
{
	return !lens_scan(subject->pid);
}

/* A scan that looks at every page, since it is asked how large its folio is. */
static bool ask_by_folio(const struct subject *subject)
{
	return !text_puts(lens_path(subject->pid, "folio_orders"), "on");
}

static void undo_by_folio(const struct subject *subject)
{
	text_puts(lens_path(subject->pid, "folio_orders"), "off");
}

/* What is published, whole: this never scans. */
static bool ask_snapshot(const struct subject *subject)
{
	return read_all(lens_path(subject->pid, "snapshot"));
}

static bool ask_numa_maps(const struct subject *subject)
{
	return read_proc(subject->pid, "numa_maps");
}

/* The program, with what it takes to start it: so it is used. */
static bool ask_numastat(const struct subject *subject)
{
	char pid[16];
	char *const argv[] = { NUMASTAT, "-p", pid, NULL }, *const envp[] = { NULL };
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t child;

	snprintf(pid, sizeof(pid), "%d", subject->pid);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!posix_spawn(&child, NUMASTAT, &actions, NULL, argv, envp))
		waitpid(child, &status, 0);
	posix_spawn_file_actions_destroy(&actions);
	return !status;
}

static bool numastat_here(void)
{
	return !access(NUMASTAT, X_OK);
}

static bool ask_move_pages(const struct subject *subject)
{
	static void *pages[QUERY];
	static int status[QUERY];
	size_t done, i, nr, all = subject->size / BASE_PAGE;

	if (subject->holes)
		return false;
	for (done = 0; done < all; done += nr) {
		nr = all - done < QUERY ? all - done : QUERY;
		for (i = 0; i < nr; i++)
			pages[i] = subject->mem + (done + i) * BASE_PAGE;
		if (move_pages(subject->pid, nr, pages, NULL, status, 0))
			return false;
	}
	return true;
}

static bool ask_smaps_rollup(const struct subject *subject)
{
	return read_proc(subject->pid, "smaps_rollup");
}

/* Since 6.7; from Documentation/admin-guide/mm/pagemap.rst. It does not tell nodes. */
struct scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

struct scan_region {
	uint64_t start, end, categories;
};

#define SCAN_PAGEMAP	_IOWR('f', 16, struct scan_arg)
#define SCAN_PRESENT	(1 << 3)

static bool pagemap_scan(pid_t pid, uint64_t start, uint64_t end)
{
	static struct scan_region regions[REGIONS];
	struct scan_arg arg = {
		.size = sizeof(arg),
		.start = start,
		.end = end,
		.vec = (uintptr_t)regions,
		.vec_len = REGIONS,
		.category_anyof_mask = SCAN_PRESENT,
		.return_mask = SCAN_PRESENT,
	};
	char path[64];
	int fd, ret;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	do {
		ret = ioctl(fd, SCAN_PAGEMAP, &arg);
		arg.start = arg.walk_end;
	} while (ret >= 0 && arg.walk_end < end);
	close(fd);
	return ret >= 0;
}

static bool ask_pagemap_scan(const struct subject *subject)
{
	uint64_t start = (uintptr_t)subject->mem;

	return !subject->holes && pagemap_scan(subject->pid, start, start + subject->size);
}

static bool pagemap_scan_here(void)
{
	uint64_t start = (uintptr_t)rivals & -BASE_PAGE;

	return pagemap_scan(getpid(), start, start + BASE_PAGE);
}

const struct rival rivals[] = {
	{ "scan", .ask = ask_scan },
	{ "by folio", .ask = ask_by_folio, .undo = undo_by_folio },
	{ "snapshot", .ask = ask_snapshot },
	{ "numa_maps", .ask = ask_numa_maps },
	{ "numastat -p", .ask = ask_numastat, .here = numastat_here },
	{ "move_pages", .ask = ask_move_pages },
	{ "smaps_rollup", .ask = ask_smaps_rollup },
	{ "PAGEMAP_SCAN", .ask = ask_pagemap_scan, .here = pagemap_scan_here },
};

_Static_assert(ARRAY_SIZE(rivals) == NR_RIVALS, "counted in rivals.h");
