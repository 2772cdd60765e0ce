// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot that is being read stays what it is: the pieces of one reading
 * belong to one generation, whatever is scanned meanwhile; who waits too long
 * is told so with ESTALE, and never gets a mixture.
 *
 * Oracle: what another open file read in one go, byte for byte.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"

/* More open files than the ABI file promises to keep. */
#define FILES		9
#define VMAS		400

static pid_t pid;

/* A process whose snapshot is many pages long, and differs at every scan. */
static int start(void)
{
	size_t page = getpagesize();
	int i, ready[2];
	char *addr;

	lens_set("refresh_ms", 0);
	if (pipe(ready))
		return fail("no pipe");
	pid = proc_fork();
	if (!pid) {
		addr = mmap(NULL, (VMAS + 1) * page, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (i = 0; i < VMAS; i += 2)
			mprotect(addr + i * page, page, PROT_READ);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		for (i = 1; ; i = i % (VMAS / 2) + 1) {
			madvise(addr, VMAS * page, MADV_DONTNEED);
			memset(addr + page, i, 1);
			sleep_ms(1);
		}
	}
	close(ready[1]);
	i = read(ready[0], &(char){ 0 }, 1);
	close(ready[0]);
	return i != 1 || lens_watch(pid) ? fail("can't be watched") : CASE_PASS;
}

static int snapshot_open(void)
{
	return open(lens_path(pid, "snapshot"), O_RDONLY | O_CLOEXEC);
}

static char *whole(size_t *len)
{
	return text_read(lens_path(pid, "snapshot"), len);
}

/* Read a file on from an offset, in pieces of @piece; bytes, or -errno. */
static ssize_t read_on(int fd, char *data, size_t from, size_t size,
		       size_t piece)
{
	while (from < size) {
		ssize_t n = pread(fd, data + from, piece, from);

		if (n < 0)
			return -errno;
		if (!n)
			break;
		from += n;
	}
	return from;
}

static int in_pieces(void)
{
	static const size_t sizes[] = { 1, 100, 4096, 5000, 65536 };
	char *data, *truth;
	size_t i, len;
	int ret = start();

	truth = ret ? NULL : whole(&len);
	if (!truth)
		return fail("can't be read");
	if (len < 5 * 4096)
		return fail("too short to be read in pieces");
	data = malloc(len + 65536);
	for (i = 0; i < ARRAY_SIZE(sizes) && !ret; i++) {
		int fd = snapshot_open();
		/* byte by byte for two pages, then on */
		ssize_t n = read_on(fd, data, 0, sizes[i] == 1 ? 8192 : len + 1,
				    sizes[i]);

		if (n >= 0 && n < (ssize_t)len)
			n = read_on(fd, data, n, len + 1, 4096);
		if (n != (ssize_t)len || memcmp(data, truth, len))
			ret = fail("pieces of %zu: %zd bytes of %zu, or others",
				   sizes[i], n, len);
		close(fd);
	}
	free(data);
	free(truth);
	return ret;
}

static int scanned_meanwhile(void)
{
	char *data, *truth, *later;
	size_t len, later_len;
	ssize_t n;
	int fd, i, ret = start();

	if (ret)
		return ret;
	fd = snapshot_open();
	truth = whole(&len);
	data = malloc(len + 8192);
	n = read_on(fd, data, 0, 4096, 4096);
	for (i = 0; i < 5; i++)
		lens_scan(pid);
	later = whole(&later_len);
	n = n < 0 ? n : read_on(fd, data, n, len + 1, 4096);
	if (n != (ssize_t)len || memcmp(data, truth, len))
		ret = fail("not the snapshot that the reading began with: %zd",
			   n);
	if (!later || (later_len == len && !memcmp(later, truth, len)))
		ret = fail("another open file does not get the latest");
	/* from the start again: the latest */
	n = pread(fd, data, 4096, 0);
	if (n <= 0 || memcmp(data, later, n))
		ret = fail("a second reading does not get the latest");
	close(fd);
	free(data);
	free(truth);
	free(later);
	return ret;
}

static int not_from_the_start(void)
{
	char data[4096];
	int fd, ret = start();
	ssize_t n;

	if (ret)
		return ret;
	fd = snapshot_open();
	n = pread(fd, data, sizeof(data), 4096);
	if (n >= 0 || errno != ESTALE)
		ret = fail("a first read in the middle: %zd", n);
	n = pread(fd, data, sizeof(data), 0);
	if (n != sizeof(data))
		ret = fail("from the start then: %zd", n);
	close(fd);
	return ret;
}

/*
 * One reader more than are kept: whoever lost its snapshot is told ESTALE, all
 * others go on with the generation they began with.
 */
static int too_many_readers(void)
{
	uint64_t generations[FILES];
	int fds[FILES], i, stale = 0, ret = start();
	struct snapshot snap;
	char data[8192];

	for (i = 0; i < FILES && !ret; i++) {
		struct numalens_snapshot_header head;

		fds[i] = snapshot_open();
		if (pread(fds[i], &head, sizeof(head), 0) != sizeof(head))
			ret = fail("can't be read");
		generations[i] = head.generation;
		lens_scan(pid);
	}
	for (i = 0; i < FILES && !ret; i++) {
		ssize_t n = pread(fds[i], data, sizeof(data), 4096);

		if (n < 0 && errno == ESTALE)
			stale++;
		else if (n <= 0)
			ret = fail("file %d: %zd", i, n);
	}
	for (i = 0; i < FILES && !ret; i++) {
		if (snapshot_read_fd(fds[i], &snap))
			return fail("file %d can't be read again", i);
		if (snap.head.generation <= generations[i])
			ret = fail("file %d: read again, but not anew", i);
		snapshot_free(&snap);
	}
	for (i = 0; i < FILES; i++)
		close(fds[i]);
	note("%d of %d readers were told ESTALE", stale, FILES);
	if (!ret && (!stale || stale > FILES - 8))
		ret = fail("8 are to be kept");
	return ret;
}

/* A reader that goes on while it is unwatched meets an error, never rubbish. */
static int unwatched_meanwhile(void)
{
	char data[4096];
	int fd, other, ret = start();
	ssize_t n;

	if (ret)
		return ret;
	fd = snapshot_open();
	other = open(lens_path(pid, "placement/pages"), O_RDONLY);
	if (pread(fd, data, sizeof(data), 0) <= 0 ||
	    pread(other, data, sizeof(data), 0) <= 0)
		return fail("can't be read");
	lens_unwatch(pid);
	n = pread(fd, data, sizeof(data), 4096);
	if (n >= 0 || errno != ENODEV)
		ret = fail("snapshot: %zd after unwatch", n);
	n = pread(other, data, sizeof(data), 0);
	if (n >= 0 || errno != ENODEV)
		ret = fail("pages: %zd after unwatch", n);
	/* the same number, watched again, is not the same file */
	if (lens_watch(pid))
		ret = fail("can't be watched again");
	n = pread(other, data, sizeof(data), 0);
	if (n >= 0 || errno != ENODEV)
		ret = fail("pages: %zd after another watch", n);
	close(fd);
	close(other);
	return ret;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "read in pieces", in_pieces },
		{ "scanned while it is read", scanned_meanwhile },
		{ "a first read in the middle", not_from_the_start },
		{ "more readers than are kept", too_many_readers },
		{ "unwatched while it is read", unwatched_meanwhile },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
