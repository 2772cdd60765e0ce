// SPDX-License-Identifier: GPL-2.0
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "array.h"
#include "chance.h"
#include "fuzz.h"
#include "lens.h"

#define FDS		24
#define DEPTH		6
#define LONGEST		70000

static int fds[FDS];
static char data[LONGEST];

/* Somewhere below: a file, or a directory where it got stuck. */
static void path_choose(char *path)
{
	char name[NAME_MAX + 1];
	struct dirent *entry;
	int depth, nr;
	DIR *dir;

	strcpy(path, LENS_ROOT);
	for (depth = 0; depth < DEPTH; depth++) {
		dir = opendir(path);
		if (!dir)
			return;
		nr = 0;
		name[0] = '\0';
		while ((entry = readdir(dir)))
			if (entry->d_name[0] != '.' && chance_one_in(++nr))
				strcpy(name, entry->d_name);
		closedir(dir);
		if (!name[0])
			return;
		snprintf(path + strlen(path), PATH_MAX - strlen(path), "/%s", name);
	}
}

/* Right, almost right, or anything. Return: the length. */
static size_t text_make(const struct fuzz *fuzz)
{
	static const char *const words[] = {
		"on", "off", "on\n", "off\n", "0", "1", "1\n", "2\n", "5\n", "32\n", "1000\n",
		"10000\n", "65536\n", "1048576\n", "4294967295\n", "4294967296\n", "-1\n",
		"+3\n", " 4\n", "4 ", "0x10\n", "010\n", "1e3\n", "", "\n", "\n\n", "ON\n",
		"99999999999999999999999999\n", "%s%n\n", "on\non\n",
	};
	const char *word;

	switch (chance_below(8)) {
	case 0:
		chance_bytes(data, 4096);
		return chance_below(chance_one_in(8) ? LONGEST : 64);
	case 1:
		return snprintf(data, sizeof(data), "%d\n", fuzz_pid(fuzz));
	case 2:
		return snprintf(data, sizeof(data), "%llu\n",
				(unsigned long long)chance_below(1ULL << chance_below(64)));
	default:
		word = chance_of(words);
		strcpy(data, word);
		/* with the NUL, now and then */
		return strlen(word) + chance_one_in(16);
	}
}

static off_t offset_make(void)
{
	static const off_t offsets[] = { 0, 0, 0, 0, 1, 7, 64, 4095, 4096, 1 << 20, LONG_MAX, -1 };

	return chance_of(offsets);
}

static size_t length_make(void)
{
	return 1 + chance_below(chance_one_in(4) ? LONGEST - 1 : 4096);
}

static void poke(struct fuzz *fuzz, int fd)
{
	struct pollfd poller = { .fd = fd, .events = POLLPRI | POLLIN };
	struct stat status;
	void *map;

	switch (chance_below(10)) {
	case 0:
	case 1:
	case 2:
		fuzz_count(fuzz, FUZZ_READ, pread(fd, data, length_make(), offset_make()) > 0);
		break;
	case 3:
	case 4:
		fuzz_count(fuzz, FUZZ_WRITTEN, pwrite(fd, data, text_make(fuzz), offset_make()) > 0);
		break;
	case 5:
		poll(&poller, 1, 0);
		break;
	case 6:
		ioctl(fd, chance_below(1UL << 32), data);
		break;
	case 7:
		map = mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, fd, 0);
		if (map != MAP_FAILED)
			munmap(map, getpagesize());
		break;
	case 8:
		lseek(fd, offset_make(), chance_below(5));
		read(fd, data, chance_below(256));
		break;
	default:
		fstat(fd, &status);
		ftruncate(fd, offset_make());
	}
}

/* Files stay open for a while, whatever becomes of whom they are about. */
void fuzz_file(struct fuzz *fuzz)
{
	static const int flags[] = { O_RDONLY, O_RDONLY, O_RDONLY, O_WRONLY, O_WRONLY, O_RDWR,
				     O_RDWR | O_TRUNC, O_WRONLY | O_APPEND, O_PATH };
	int *fd = &chance_of(fds);
	char path[PATH_MAX];

	if (*fd > 0 && chance_one_in(4)) {
		close(*fd);
		*fd = 0;
	}
	if (*fd <= 0) {
		path_choose(path);
		*fd = open(path, chance_of(flags) | O_NONBLOCK | O_CLOEXEC);
		fuzz_count(fuzz, FUZZ_OPENED, *fd > 0);
	}
	if (*fd > 0)
		poke(fuzz, *fd);
}

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, text, strlen(text)) > 0;
	close(fd);
	return done;
}

/* Those that have exited are in nobody's pool. */
static pid_t watched_choose(const struct fuzz *fuzz)
{
	pid_t pids[64];
	int nr = lens_watched(pids, ARRAY_SIZE(pids));

	return nr && !chance_one_in(4) ? pids[chance_below(nr)] : fuzz_pid(fuzz);
}

void fuzz_watch(struct fuzz *fuzz)
{
	static const char *const words[] = { "on\n", "off\n" };
	static const char *const names[] = { "events", "follow_forks" };
	bool off = chance_one_in(3);
	pid_t pid = off ? watched_choose(fuzz) : fuzz_pid(fuzz);
	char text[16];

	snprintf(text, sizeof(text), "%d\n", pid);
	if (off)
		fuzz_count(fuzz, FUZZ_UNWATCHED, put(LENS_ROOT "/unwatch", text));
	else
		fuzz_count(fuzz, FUZZ_WATCHED, put(LENS_ROOT "/watch", text));
	if (chance_one_in(3))
		put(lens_path(pid, chance_of(names)), chance_of(words));
}
