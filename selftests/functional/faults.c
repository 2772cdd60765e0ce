// SPDX-License-Identifier: GPL-2.0
/*
 * Each allocation on the way of each operation fails, one after the other: the
 * answer is ENOMEM, or all has been done as well; nothing is half done, and the next
 * time it works. In a kernel that fails on demand (make check-debug). Loading is
 * faults_load's.
 *
 *	NUMALENS_FAULTS=SECONDS	for each operation, before one of seven fails; by default 30
 *
 * Oracles: fail-nth says whether one has failed; the directories that there are, in
 * the number that the settings allow; the number of pages that a thread touches; the
 * kernel's log, and its checkers for what is left behind.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/events.h"
#include "../lib/faults.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/need.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/text.h"
#include "../lib/watched.h"

#define DIRS		4
#define SECONDS		30
#define TOUCHES		60	/* more than a fault and its account allocate */

static int first, last;
static unsigned int seconds;
static pid_t pid;
static int watch_fd, unwatch_fd, file_fd;
static char pid_text[16];
static uint64_t nr_watched, generation;

static uint64_t watched_now(void)
{
	uint64_t nr = 0;

	lens_get("nr_watched", &nr);
	return nr;
}

/* A process of two threads and some VMAs; how many directories it may have. */
static int victim_start(unsigned int nr_dirs)
{
	int nids[] = { first, last };
	struct puppet *puppet = puppet_start(nids, 2);

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", nr_dirs);
	lens_set("max_thread_dirs", nr_dirs);
	if (!puppet)
		return fail("a process can't be started");
	pid = puppet_pid(puppet);
	snprintf(pid_text, sizeof(pid_text), "%d\n", pid);
	return CASE_PASS;
}

/* Keeps the hooks armed. */
static int keeper_start(void)
{
	int nids[] = { first };

	return watched_start(nids, 1) ? CASE_PASS : fail("can't be started and watched");
}

/* --- watching ------------------------------------------------------------- */

static int count_watched(void)
{
	nr_watched = watched_now();
	return 0;
}

static int watch(void)
{
	return faults_put(watch_fd, pid_text);
}

static bool is_unwatched(void)
{
	return watched_now() == nr_watched && access(lens_path(pid, ""), F_OK);
}

/* Directories that memory was missing for come with the next scan. */
static bool is_watched(void)
{
	return watched_now() == nr_watched + 1 && !lens_scan(pid) && lens_dirs(pid, "vmas") == DIRS &&
	       lens_dirs(pid, "threads") == 3 && lens_value(pid, "nr_vmas_left_out") ==
	       lens_value(pid, "nr_vmas") - DIRS;
}

static bool is_first_watched(void)
{
	return watched_now() == nr_watched + 1 && !lens_scan(pid) && !lens_dirs(pid, "vmas");
}

static int unwatch(void)
{
	return faults_put(unwatch_fd, pid_text);
}

static void unwatch_end(void)
{
	if (unwatch())
		note("%d can't be unwatched", pid);
}

static int watching(void)
{
	static const struct faulty faulty = {
		"watch", count_watched, watch, is_unwatched, is_watched, unwatch_end,
	};

	return keeper_start() || victim_start(DIRS) ? CASE_FAIL : faults_each(&faulty, seconds);
}

static int watching_first(void)
{
	static const struct faulty faulty = {
		"the first watch", count_watched, watch, is_unwatched, is_first_watched,
		unwatch_end,
	};

	if (watched_now())
		return skip("somebody watches something");
	return victim_start(0) ?: faults_each(&faulty, seconds);
}

static bool is_still_watched(void)
{
	return watched_now() == nr_watched && !access(lens_path(pid, "state"), F_OK);
}

static int watch_and_count(void)
{
	int ret = watch();

	nr_watched = watched_now();
	return ret;
}

static bool is_gone(void)
{
	return watched_now() == nr_watched - 1 && access(lens_path(pid, ""), F_OK);
}

static int unwatching(void)
{
	static const struct faulty faulty = {
		"unwatch", watch_and_count, unwatch, is_still_watched, is_gone, NULL,
	};

	return keeper_start() || victim_start(DIRS) ? CASE_FAIL : faults_each(&faulty, seconds);
}

/* --- a watched process's files -------------------------------------------- */

static int file_open(const char *name, int flags)
{
	file_fd = open(lens_path(pid, name), flags | O_CLOEXEC);
	return file_fd < 0 ? fail("%s can't be opened", name) : CASE_PASS;
}

static int victim_watch(const char *name, int flags)
{
	if (victim_start(DIRS))
		return CASE_FAIL;
	return lens_watch(pid) ? fail("can't be watched") : file_open(name, flags);
}

/* Without directories, so that all of them have to be made. */
static int bare(void)
{
	int ret = text_puts(lens_path(pid, "max_vma_dirs"), "0\n") ?:
		  text_puts(lens_path(pid, "max_thread_dirs"), "0\n") ?: lens_scan(pid);

	generation = lens_value(pid, "generation");
	return ret ?: text_puts(lens_path(pid, "max_vma_dirs"), "4\n") ?:
	       text_puts(lens_path(pid, "max_thread_dirs"), "4\n");
}

static int scan(void)
{
	return faults_put(file_fd, "1\n");
}

static bool is_old(void)
{
	return lens_value(pid, "generation") == generation && lens_value(pid, "nr_vmas");
}

static bool is_scanned(void)
{
	return lens_value(pid, "generation") == generation + 1 && !lens_scan(pid) &&
	       lens_dirs(pid, "vmas") == DIRS && lens_dirs(pid, "threads") == 3;
}

static int scanning(void)
{
	static const struct faulty faulty = { "scan", bare, scan, is_old, is_scanned, NULL };
	int ret = victim_watch("scan", O_WRONLY) ?: faults_each(&faulty, seconds);

	close(file_fd);
	return ret;
}

static int events_off(void)
{
	return text_puts(lens_path(pid, "events"), "off\n");
}

static int events_on(void)
{
	return faults_put(file_fd, "on\n");
}

static bool are_off(void)
{
	char *word = lens_word(pid, "events");
	bool off = word && !strcmp(word, "off");

	free(word);
	return off;
}

static bool are_on(void)
{
	return !are_off();
}

static int arming(void)
{
	static const struct faulty faulty = {
		"events on", events_off, events_on, are_off, are_on, NULL,
	};
	int ret = victim_watch("events", O_WRONLY);

	if (!ret && watched_now() != 1)
		ret = skip("somebody watches something");
	ret = ret ?: faults_each(&faulty, seconds);
	close(file_fd);
	return ret;
}

/* Without a buffer of its own, which might be missing. */
static int read_file(const char *path)
{
	static char data[65536];
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = fd < 0 ? -errno : 0;
	ssize_t n = fd < 0 ? 0 : 1;

	while (n > 0)
		n = read(fd, data, sizeof(data));
	ret = n < 0 ? -errno : ret;
	if (fd >= 0)
		close(fd);
	/* some are for writing, some have nothing to say */
	return ret == -ENOMEM ? ret : 0;
}

/* Names as they come; the first error ends it. */
static int read_all(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int ret = dir ? 0 : -errno;

	while (!ret && (errno = 0, entry = readdir(dir))) {
		char sub[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, entry->d_name);
		ret = entry->d_type == DT_DIR ? read_all(sub) : read_file(sub);
		errno = 0;
	}
	ret = ret ?: -errno;
	if (dir)
		closedir(dir);
	return ret;
}

static int read_files(void)
{
	return read_all(lens_path(pid, ""));
}

static bool is_unscanned(void)
{
	return lens_value(pid, "generation") == generation;
}

static int files_read(void)
{
	static const struct faulty faulty = {
		"reading every file", NULL, read_files, is_unscanned, is_unscanned, NULL,
	};

	if (victim_start(1) || lens_watch(pid))
		return fail("can't be watched");
	generation = lens_value(pid, "generation");
	return faults_each(&faulty, seconds);
}

/* --- what a watched process does ------------------------------------------ */

/* One fault in each page, with another of its allocations failing. */
static long act_touch_faulty(long a, long b, long c)
{
	long i, nr = 0;

	for (i = 0; i < b; i++) {
		char *page = mmap(NULL, 3 * getpagesize(), PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		mprotect(page + getpagesize(), getpagesize(), PROT_READ | PROT_WRITE);
		faults_arm(i + 1);
		page[getpagesize()] = 1;
		nr += !faults_disarm();
	}
	return nr;
}

static int touching(void)
{
	int nids[] = { first }, errors;
	struct touches before, after, want = { 0 };
	struct puppet *puppet = watched_alone(nids, 1);
	long nr;

	if (!puppet)
		return fail("can't be started and watched");
	/* what its own files and stack take comes first */
	puppet_do(puppet, 0, act_touch_faulty, 0, 1, 0);
	errors = touches_read(puppet_pid(puppet), &before);
	nr = puppet_do(puppet, 0, act_touch_faulty, 0, TOUCHES, 0);
	errors += touches_read(puppet_pid(puppet), &after);
	touches_sub(&after, &before);
	note("%ld of %d faults had an allocation that failed", nr, TOUCHES);
	if (!nr || nr == TOUCHES)
		return fail("that does not show each of them");
	want.kind[TOUCH_ANON].at[first][first] = TOUCHES;
	errors += matrix_differ("pages touched", &after.kind[TOUCH_ANON], &want.kind[TOUCH_ANON]);
	return errors ? CASE_FAIL : CASE_PASS;
}

static uint64_t nr_missed;

/* Ours it is that is watched: the allocations are made in the thread that forks. */
static int fork_one(void)
{
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	return 0;
}

static int count_all(void)
{
	lens_get("nr_missed", &nr_missed);
	return count_watched();
}

/* It is watched, or counted as missed: it may take a moment to be listed. */
static bool is_followed(void)
{
	uint64_t until = now_ns() + 10000000000ULL * patience(), missed = 0;

	do {
		lens_get("nr_missed", &missed);
		if (watched_now() - nr_watched + missed - nr_missed == 1)
			return true;
		sleep_ms(10);
	} while (now_ns() < until);
	note("%d watched more, %d missed", (int)(watched_now() - nr_watched),
	     (int)(missed - nr_missed));
	return false;
}

/* Those that have exited, by their numbers. */
static void forget_children(void)
{
	pid_t pids[64];
	int i, nr = lens_watched(pids, ARRAY_SIZE(pids));

	for (i = 0; i < nr; i++)
		if (pids[i] != getpid())
			lens_unwatch(pids[i]);
}

static bool is_not_followed(void)
{
	return watched_now() == nr_watched;
}

static int forking(void)
{
	static const struct faulty faulty = {
		"a fork that is followed", count_all, fork_one, is_not_followed, is_followed,
		forget_children,
	};
	int ret;

	if (watched_now())
		return skip("somebody watches something");
	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 0);
	lens_set("max_thread_dirs", 0);
	pid = getpid();
	if (lens_watch(pid) || text_puts(lens_path(pid, "follow_forks"), "on\n"))
		return fail("can't be watched");
	ret = faults_each(&faulty, 2 * seconds);
	forget_children();
	return ret;
}

static int no_complaint(void)
{
	int nr = klog_complaints();

	return nr ? fail("%d complaints in the kernel's log", nr) : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "a process is watched", watching },
		{ "the first process is watched", watching_first },
		{ "it is unwatched", unwatching },
		{ "it is scanned", scanning },
		{ "its events are armed", arming },
		{ "its files are read", files_read },
		{ "it touches memory: all is counted", touching },
		{ "it forks, and is followed", forking },
		{ "the kernel had nothing to complain about", no_complaint },
	};

	need_events(2);
	need_two(&first, &last);
	faults_need();
	seconds = faults_seconds(SECONDS);
	balancing_off();
	watch_fd = open(LENS_ROOT "/watch", O_WRONLY | O_CLOEXEC);
	unwatch_fd = open(LENS_ROOT "/unwatch", O_WRONLY | O_CLOEXEC);
	klog_begin();
	return cases_run(cases, ARRAY_SIZE(cases), 280 + 30 * seconds);
}
