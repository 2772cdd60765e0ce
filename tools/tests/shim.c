// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for the module where a tree of plain files can't: errors of
 * writes, processes that appear when they are watched, and snapshots that are
 * replaced while they are read. To be preloaded.
 *
 *	SHIM_WATCH=ERRNO	writes to watch and unwatch fail
 *	SHIM_HIDDEN=DIR		a watch moves DIR/<pid> beside watch, an unwatch back
 *	SHIM_BIRTH=DIR		a watch copies DIR to processes/<pid>, an unwatch removes it
 *	SHIM_STALE=N		the first N reads of a snapshot behind its start: ESTALE
 *	SHIM_GONE=DIR		the first read of a snapshot removes DIR, as if it were unwatched
 *	SHIM_NR_READS=FILE	gets how often a snapshot was read from its start
 */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef ssize_t (*write_fn)(int fd, const void *buf, size_t count);
typedef ssize_t (*pread_fn)(int fd, void *buf, size_t count, off_t offset);

static bool path_ends(int fd, const char *end, char *path)
{
	char link[64];
	ssize_t len;
	size_t n = strlen(end);

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, PATH_MAX - 1);
	if (len < (ssize_t)n)
		return false;
	path[len] = '\0';
	return !strcmp(path + len - n, end);
}

static void move(const char *watch_path, const char *pid, int len, bool appear)
{
	char shown[2 * PATH_MAX], hidden[2 * PATH_MAX];
	int root = strrchr(watch_path, '/') - watch_path;

	snprintf(shown, sizeof(shown), "%.*s/processes/%.*s", root, watch_path, len, pid);
	snprintf(hidden, sizeof(hidden), "%s/%.*s", getenv("SHIM_HIDDEN"), len, pid);
	rename(appear ? hidden : shown, appear ? shown : hidden);
}

static void bear(const char *watch_path, const char *pid, int len, bool appear)
{
	char command[4 * PATH_MAX];
	int root = strrchr(watch_path, '/') - watch_path;

	if (appear)
		snprintf(command, sizeof(command), "cp -r '%s' '%.*s/processes/%.*s'",
			 getenv("SHIM_BIRTH"), root, watch_path, len, pid);
	else
		snprintf(command, sizeof(command), "rm -r '%.*s/processes/%.*s'", root, watch_path,
			 len, pid);
	if (system(command))
		abort();
}

ssize_t write(int fd, const void *buf, size_t count)
{
	write_fn next = (write_fn)dlsym(RTLD_NEXT, "write");
	char path[PATH_MAX];
	bool watch = path_ends(fd, "/watch", path);

	if (watch || path_ends(fd, "/unwatch", path)) {
		if (getenv("SHIM_WATCH")) {
			errno = atoi(getenv("SHIM_WATCH"));
			return -1;
		}
		if (getenv("SHIM_HIDDEN"))
			move(path, buf, count, watch);
		if (getenv("SHIM_BIRTH"))
			bear(path, buf, count, watch);
		return count;
	}
	return next(fd, buf, count);
}

static void count_start(void)
{
	FILE *file = getenv("SHIM_NR_READS") ? fopen(getenv("SHIM_NR_READS"), "a") : NULL;

	if (!file)
		return;
	fputs("start\n", file);
	fclose(file);
}

static void go(void)
{
	char gone[PATH_MAX];

	if (!getenv("SHIM_GONE"))
		return;
	snprintf(gone, sizeof(gone), "%s.gone", getenv("SHIM_GONE"));
	rename(getenv("SHIM_GONE"), gone);
}

ssize_t pread(int fd, void *buf, size_t count, off_t offset)
{
	pread_fn next = (pread_fn)dlsym(RTLD_NEXT, "pread");
	static int stale = -1;
	char path[PATH_MAX];

	if (stale < 0)
		stale = getenv("SHIM_STALE") ? atoi(getenv("SHIM_STALE")) : 0;
	if (path_ends(fd, "/snapshot", path)) {
		if (!offset) {
			count_start();
			go();
		} else if (stale && stale--) {
			errno = ESTALE;
			return -1;
		}
	}
	return next(fd, buf, count, offset);
}

ssize_t pread64(int fd, void *buf, size_t count, off_t offset)
{
	return pread(fd, buf, count, offset);
}
