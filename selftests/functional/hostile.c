// SPDX-License-Identifier: GPL-2.0
/*
 * What a watched process does to whoever watches it: names that are made to be
 * misread, and more mappings, threads and children than there is to be room for.
 * None of it takes a right.
 *
 * Oracles: /proc/PID/comm and the path in /proc/PID/maps, byte for byte; the
 * numbers that the limits were set to, against the directories that there are;
 * the number of children forked.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/rights.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"

#define ODD_COMM	"a\nb 1 \033[31m\\\t"
#define ODD_FILE	"/tmp/numalens-hostile\n7f00-7f01 \033]0;x\a\\012\t\xff"
#define STEP		"0123456789012345678901234567890123456789012345678901234567890123456789"
#define DEEP		70
#define LONG		(4000 / sizeof(STEP))
#define LIMIT		7
#define SCANS		40
#define CHILDREN	100
/* files, more than a short memory for names would hold; and mappings, each of another */
#define FILES		40
#define MAPPINGS	4000
/* bytes of a snapshot: on the whole, and for each mapping */
#define SIZE_ALL	(2UL << 20)
#define SIZE_EACH	1024
/* where there is room to run ahead, and how many mappings there are at a time */
#define AHEAD_FROM	0x100000000000UL
#define AHEAD_TO	0x700000000000UL
#define AHEAD		500

static void be_nobody(void)
{
	if (rights_nobody())
		_exit(1);
}

static void hold(void)
{
	for (;;)
		pause();
}

/* --- names ---------------------------------------------------------------- */

static void map_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	if (fd < 0 || ftruncate(fd, getpagesize()) ||
	    mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		_exit(1);
	close(fd);
	unlink(path);
}

static void name_oddly(void)
{
	be_nobody();
	map_file(ODD_FILE);
	prctl(PR_SET_NAME, ODD_COMM);
	hold();
}

static pid_t start_odd(void)
{
	pid_t pid = proc_fork();

	if (!pid)
		name_oddly();
	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 1000);
	if (!proc_wait_state(pid, 'S') || lens_watch(pid))
		return 0;
	return pid;
}

/* The whole file, newlines of the value included. */
static bool same_text(const char *path, const char *expect)
{
	char *text = text_read(path, NULL);
	bool same = text && !strcmp(text, expect);

	if (!same)
		note("%s is not what /proc says", path);
	free(text);
	return same;
}

static int odd_comm(void)
{
	pid_t pid = start_odd();
	char path[64], name[64], *comm;
	int bad;

	if (!pid)
		return fail("can't be watched");
	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	comm = text_read(path, NULL);
	if (!comm || strcmp(comm, ODD_COMM "\n"))
		return fail("it has another name");
	snprintf(name, sizeof(name), "threads/%d/comm", pid);
	bad = !same_text(lens_path(pid, "comm"), comm) + !same_text(lens_path(pid, name), comm);
	free(comm);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* The range of the mapping, and the path as the kernel writes it, both of one line. */
static char *odd_line(pid_t pid, char *range)
{
	char path[64], *maps, *line, *end, *found = NULL;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = text_read(path, NULL);
	for (line = maps; line && *line; line = end + 1) {
		char *name = strstr(line, "/tmp/numalens-hostile");

		end = strchrnul(line, '\n');
		if (name && name < end) {
			snprintf(range, 64, "%.*s", (int)strcspn(line, " "), line);
			found = strndup(name, end + 1 - name);
		}
		if (!*end)
			break;
	}
	free(maps);
	return found;
}

static int odd_path(void)
{
	pid_t pid = start_odd();
	char range[64], name[96], *expect;
	bool same;

	if (!pid)
		return fail("can't be watched");
	expect = odd_line(pid, range);
	if (!expect || !strstr(expect, "\\0127f00-7f01"))
		return fail("the mapping is not there");
	snprintf(name, sizeof(name), "vmas/%s/path", range);
	same = same_text(lens_path(pid, name), expect);
	free(expect);
	return same ? CASE_PASS : CASE_FAIL;
}

/* mkdir() and chdir() from one to the next: so deep that a path may not be able to say it. */
static char top[32];

static void go_deep(unsigned int steps)
{
	be_nobody();
	snprintf(top, sizeof(top), "/tmp/numalens-deep.XXXXXX");
	if (!mkdtemp(top) || chdir(top))
		_exit(1);
	while (steps--)
		if (mkdir(STEP, 0700) || chdir(STEP))
			_exit(1);
}

/* Nothing is left behind but what is mapped. */
static void come_back(unsigned int steps)
{
	while (steps--)
		if (chdir("..") || rmdir(STEP))
			_exit(1);
	rmdir(top);
}

static void map_too_deep(void)
{
	go_deep(DEEP);
	map_file("deep");
	come_back(DEEP);
	hold();
}

/* One path of 5000 characters, and all others as ever. */
static int long_path(void)
{
	pid_t pid = proc_fork();
	uint64_t nr_vmas;
	DIR *dir;
	struct dirent *entry;
	unsigned int nr = 0;

	if (!pid)
		map_too_deep();
	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 1000);
	if (!proc_wait_state(pid, 'S') || lens_watch(pid))
		return fail("can't be watched");
	nr_vmas = lens_value(pid, "nr_vmas");
	dir = opendir(lens_path(pid, "vmas"));
	while (dir && (entry = readdir(dir))) {
		char name[300], *path;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "vmas/%s/path", entry->d_name);
		path = text_read(lens_path(pid, name), NULL);
		nr += path && strlen(path) < 4096 && path[strlen(path) - 1] == '\n';
		free(path);
	}
	if (dir)
		closedir(dir);
	return nr == nr_vmas ? CASE_PASS : fail("%u of %" PRIu64 " paths", nr, nr_vmas);
}

/* Neighbours are of different files: each mapping has a path of 4000 characters to tell. */
static void map_long_names(void)
{
	int fds[FILES], i;
	char name[16];

	go_deep(LONG);
	for (i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "%d", i);
		fds[i] = open(name, O_RDWR | O_CREAT, 0600);
		if (fds[i] < 0 || ftruncate(fds[i], getpagesize()))
			_exit(1);
		unlink(name);
	}
	come_back(LONG);
	for (i = 0; i < MAPPINGS; i++)
		if (mmap(NULL, getpagesize(), PROT_READ, MAP_SHARED, fds[i % FILES], 0) ==
		    MAP_FAILED)
			_exit(1);
	hold();
}

static int many_long_names(void)
{
	struct snapshot snap;
	pid_t pid = proc_fork();
	size_t size, nr;

	if (!pid)
		map_long_names();
	lens_set("refresh_ms", 0);
	if (!proc_wait_state(pid, 'S') || lens_watch(pid) || snapshot_read(pid, &snap))
		return fail("can't be watched and read");
	size = snap.size;
	nr = snap.nr_vmas;
	snapshot_free(&snap);
	note("%zu KiB for %zu VMAs", size / 1024, nr);
	if (nr < MAPPINGS)
		return fail("the mappings are not there");
	return size > SIZE_ALL + nr * SIZE_EACH ? fail("too large") : CASE_PASS;
}

/* --- numbers -------------------------------------------------------------- */

static void *thread_run(void *arg)
{
	hold();
	return NULL;
}

/* Maps, unmaps, clones and joins, as fast as it can. */
static void grow_and_shrink(void)
{
	size_t page = getpagesize(), len = 256 * page;
	pthread_t threads[32];
	unsigned int i;

	be_nobody();
	for (;;) {
		char *at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				-1, 0);

		for (i = 0; i < 256; i += 2) {
			at[i * page] = 1;
			mprotect(at + i * page, page, PROT_READ);
		}
		for (i = 0; i < ARRAY_SIZE(threads); i++)
			if (pthread_create(&threads[i], NULL, thread_run, NULL))
				_exit(1);
		sleep_ms(1);
		for (i = 0; i < ARRAY_SIZE(threads); i++) {
			pthread_cancel(threads[i]);
			pthread_join(threads[i], NULL);
		}
		munmap(at, len);
	}
}

static int many_dirs(void)
{
	int i, vmas = 0, threads = 0, most_vmas = 0, most_threads = 0;
	uint64_t left_out = 0;
	pid_t pid;

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", LIMIT);
	lens_set("max_thread_dirs", LIMIT);
	pid = proc_fork();
	if (!pid)
		grow_and_shrink();
	if (lens_watch(pid))
		return fail("can't be watched");
	for (i = 0; i < SCANS; i++) {
		if (lens_scan(pid))
			return fail("can't be scanned");
		vmas = lens_dirs(pid, "vmas");
		threads = lens_dirs(pid, "threads");
		left_out += lens_value(pid, "nr_threads_left_out");
		most_vmas = vmas > most_vmas ? vmas : most_vmas;
		most_threads = threads > most_threads ? threads : most_threads;
	}
	note("%d and %d directories at most; %" PRIu64 " threads without one", most_vmas,
	     most_threads, left_out);
	if (!left_out)
		return fail("there were never too many threads");
	return most_vmas == LIMIT && most_threads == LIMIT ? CASE_PASS :
		fail("not %d of each", LIMIT);
}

/*
 * There is always another mapping at a higher address: whoever goes through them in
 * order comes to no end, though there are never many.
 */
static void run_ahead(void)
{
	size_t page = getpagesize(), stride = 2 * page;
	unsigned long at;

	be_nobody();
	for (at = AHEAD_FROM; at < AHEAD_TO; at += stride) {
		if (mmap((void *)at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
			 -1, 0) == MAP_FAILED)
			_exit(1);
		if (at >= AHEAD_FROM + AHEAD * stride)
			munmap((void *)(at - AHEAD * stride), page);
	}
}

/* The scan that is under way comes to its end, with what it has, or breaks off. */
static uint64_t settled(pid_t pid, uint64_t generation)
{
	uint64_t until = now_ns() + 3000000000ULL * patience();

	while (lens_value(pid, "generation") == generation && now_ns() < until)
		sleep_ms(5);
	return lens_value(pid, "nr_vmas");
}

/* In the background, where it waits from time to time, there is time to get ahead. */
static int no_end(void)
{
	pid_t pid = proc_fork();
	uint64_t nr, generation;

	if (!pid)
		run_ahead();
	lens_set("refresh_ms", 0);
	lens_set("cpu_limit_bp", 500);
	if (!proc_stop(pid) || lens_watch(pid) ||
	    text_puts(lens_path(pid, "refresh_ms"), "1\n"))
		return fail("can't be watched");
	proc_cont(pid);
	sleep_ms(3000);
	text_puts(lens_path(pid, "refresh_ms"), "0\n");
	generation = lens_value(pid, "generation");
	proc_stop(pid);
	nr = settled(pid, generation);
	note("%" PRIu64 " scans, %" PRIu64 " VMAs in the last", generation, nr);
	if (nr > 8 * AHEAD + 4096)
		return fail("more than there ever were");
	return lens_scan(pid) ? fail("can't be scanned any more") : CASE_PASS;
}

/* As many at once as it may have; each lives on. */
static void fork_many(int go)
{
	char byte;
	int i;

	be_nobody();
	if (read(go, &byte, 1) < 0)
		_exit(1);
	for (i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		if (pid < 0)
			_exit(1);
		if (!pid)
			hold();
	}
	hold();
}

/* Until all who were forked are accounted for, one way or the other. */
static int settle(uint64_t missed, uint64_t room)
{
	uint64_t until = now_ns() + 60000000000ULL * patience(), now = 0, most = 0, nr = 0;

	do {
		sleep_ms(10);
		if (lens_get("nr_watched", &nr) || lens_get("nr_missed", &now))
			return fail("can't be read");
		most = nr > most ? nr : most;
	} while ((now - missed < CHILDREN + 1 - room || nr < room) && most <= room &&
		 now_ns() < until);
	note("%" PRIu64 " watched, %" PRIu64 " missed", most, now - missed);
	return most == room && now - missed == CHILDREN + 1 - room ? CASE_PASS :
		fail("not %" PRIu64 " and the others", room);
}

static int many_children(void)
{
	uint64_t missed = 0, nr = 1;
	int go[2], ret;
	pid_t pid;

	lens_get("nr_watched", &nr);
	if (nr)
		return skip("somebody watches something");
	lens_set("refresh_ms", 0);
	lens_set("max_watched", LIMIT);
	if (pipe(go))
		return fail("no pipe");
	pid = proc_fork();
	if (!pid) {
		setpgid(0, 0);
		close(go[1]);
		fork_many(go[0]);
	}
	close(go[0]);
	if (lens_watch(pid) || text_puts(lens_path(pid, "follow_forks"), "on\n"))
		return fail("can't be watched");
	lens_get("nr_missed", &missed);
	close(go[1]);
	ret = settle(missed, LIMIT);
	kill(-pid, SIGKILL);
	return ret;
}

/* The children of the watched are not known to lens_unwatch_all(). */
static int many_children_gone(void)
{
	int ret = many_children(), i, nr;
	pid_t pids[LIMIT + 1];

	nr = lens_watched(pids, ARRAY_SIZE(pids));
	for (i = 0; i < nr; i++)
		lens_unwatch(pids[i]);
	return ret;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a name with newlines and escapes", odd_comm },
		{ "a path with newlines and escapes", odd_path },
		{ "a path longer than a path can be", long_path },
		{ "a long path for every mapping", many_long_names },
		{ "mappings and threads beyond the limits", many_dirs },
		{ "mappings that run ahead of the scan", no_end },
		{ "children beyond max_watched", many_children_gone },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
