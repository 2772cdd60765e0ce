// SPDX-License-Identifier: GPL-2.0
/*
 * follow_forks: children and new images of a watched process are watched from
 * their first instruction, with its settings, and count what they touch.
 *
 * Oracles: the number of pages that each is told to touch, in a mapping that
 * nobody else touches; its pid; /proc.
 *
 * With --touch FD, it is the image that is executed: it touches as many pages
 * as it does otherwise, says so on FD, and sleeps.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/text.h"

#define PAGES		777
#define EXEC_ADDR	0x100000000000UL
/* what a child touches for being one: its stack, its libc */
#define OWN_PAGES	100
#define WATCHED_MAX	64
#define LONG_NS		60000000000ULL

enum way { FORK, CLONE, CLONE_FOR_PARENT, VFORK_EXEC, GRANDCHILD, SHORT_LIFE };

static int first, last;
/* children write to it once they have touched their pages */
static int ready[2];
static struct puppet *puppet;
static pid_t pid;
static long addr;

static void child_live(long at)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	do_touch(at, PAGES, 0);
	if (write(ready[1], "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static int image_main(const char *fd)
{
	char *at = mmap((void *)EXEC_ADDR, PAGES * getpagesize(),
			PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS |
			MAP_FIXED_NOREPLACE, -1, 0);

	if (at == MAP_FAILED)
		return 1;
	ready[1] = atoi(fd);
	child_live((long)at);
	return 0;
}

static void image_exec(void)
{
	char fd[16];

	snprintf(fd, sizeof(fd), "%d", ready[1]);
	execl("/proc/self/exe", "follow_forks", "--touch", fd, NULL);
	_exit(127);
}

static void grandchild(long at)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!fork())
		child_live(at);
	for (;;)
		pause();
}

/* a child in way @b that touches its pages from @a on; its pid */
static long act_child(long a, long b, long c)
{
	unsigned long flags = b == CLONE_FOR_PARENT ? SIGCHLD | CLONE_PARENT : SIGCHLD;
	pid_t child;

	if (b == VFORK_EXEC) {
		child = vfork();
		if (!child)
			image_exec();
		return child;
	}
	/* what the parent writes to first is no copy of the child's: it waits */
	if (b == SHORT_LIFE)
		flags |= CLONE_VFORK;
	child = flags != SIGCHLD || b == CLONE ? syscall(SYS_clone, flags, 0, 0, 0, 0) : fork();
	if (child)
		return child;
	if (b == GRANDCHILD)
		grandchild(a);
	if (b != SHORT_LIFE)
		child_live(a);
	do_touch(a, c, 0);
	_exit(0);
}

/* Also children that no watch of ours began. */
static void unwatch_all(void)
{
	pid_t pids[WATCHED_MAX];
	int nr = lens_watched(pids, WATCHED_MAX);

	while (nr)
		lens_unwatch(pids[--nr]);
}

static int start(const char *follow)
{
	int nids[] = { last };
	int ret;

	unwatch_all();
	lens_set("refresh_ms", 0);
	balancing_off();
	puppet = puppet_start(nids, 1);
	if (!puppet)
		return fail("can't be started");
	pid = puppet_pid(puppet);
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	ret = lens_watch(pid) ?:
	      text_puts(lens_path(pid, "follow_forks"), follow);
	return ret ? fail("can't be watched: %s", strerror(-ret)) : CASE_PASS;
}

static bool watched(pid_t child)
{
	return !access(lens_path(child, "comm"), F_OK);
}

/* Its directory comes after its birth, and the machine may be busy. */
static bool appears(pid_t child)
{
	uint64_t until = now_ns() + LONG_NS;

	while (!watched(child) && now_ns() < until)
		sleep_ms(5);
	return watched(child);
}

/* A scan of what has exited says so, and its last counters are to be read. */
static bool exits(pid_t child)
{
	proc_wait_state(child, 'Z');
	return appears(child) && lens_scan(child) == -ESRCH;
}

static void wait_ready(void)
{
	char byte;

	while (read(ready[0], &byte, 1) != 1)
		;
}

static const char *vma_touches(long at)
{
	static char name[64];

	snprintf(name, sizeof(name), "vmas/%lx-%lx/first_touch", at,
		 at + PAGES * getpagesize());
	return name;
}

/* Nothing but the pages of the VMA, on the one node, and none of another VMA. */
static int check(pid_t child, long at)
{
	struct matrix matrix, truth = { 0 };
	const char *name = vma_touches(at);
	int ret;

	if (!appears(child))
		return fail("%d is not watched", child);
	if (lens_scan(child))
		return fail("%d can't be scanned", child);
	ret = lens_matrix(child, name, &matrix);
	if (ret)
		return fail("%s of %d: %s", name, child, strerror(-ret));
	truth.at[last][last] = PAGES;
	if (matrix_differ(name, &matrix, &truth))
		return CASE_FAIL;
	if (lens_matrix(child, "first_touch/matrix", &matrix))
		return fail("first_touch/matrix can't be read");
	if (matrix_sum(&matrix) < PAGES ||
	    matrix_sum(&matrix) > PAGES + OWN_PAGES)
		return fail("%d touched %" PRIu64 " pages", child,
			    matrix_sum(&matrix));
	return CASE_PASS;
}

static int parent_is(pid_t child, uint64_t parent)
{
	uint64_t value = lens_value(child, "parent");

	return value == parent ? CASE_PASS :
		fail("parent is %" PRIu64 ", should be %" PRIu64, value,
		     parent);
}

static int child_of(enum way way, long at)
{
	pid_t child;
	int ret = start("on\n");

	if (ret)
		return ret;
	child = puppet_do(puppet, 0, act_child, addr, way, 0);
	if (way == CLONE_FOR_PARENT)
		proc_adopt(child);
	wait_ready();
	return check(child, at ?: addr) ?: parent_is(child, pid) ?:
		parent_is(pid, 0);
}

static int forked(void)
{
	return child_of(FORK, 0);
}

static int cloned(void)
{
	int ret = child_of(CLONE, 0);

	return ret ?: child_of(CLONE_FOR_PARENT, 0);
}

static int vforked(void)
{
	return child_of(VFORK_EXEC, EXEC_ADDR);
}

static pid_t child_pid(pid_t parent)
{
	char path[64], *text;
	pid_t child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", parent,
		 parent);
	text = text_read(path, NULL);
	child = text ? atoi(text) : 0;
	free(text);
	return child;
}

static int grandchildren(void)
{
	pid_t child, grand;
	int ret = start("on\n");

	if (ret)
		return ret;
	child = puppet_do(puppet, 0, act_child, addr, GRANDCHILD, 0);
	wait_ready();
	grand = child_pid(child);
	if (grand <= 0)
		return skip("the kernel does not tell who is whose child");
	return check(grand, addr) ?: parent_is(grand, child) ?:
		parent_is(child, pid);
}

/* The image before and the one after count into the same matrix. */
static int executed(void)
{
	struct matrix matrix;
	pid_t self;
	int ret;
	char go;
	int fds[2];

	if (pipe(fds))
		return fail("no pipe");
	unwatch_all();
	lens_set("refresh_ms", 0);
	self = proc_fork();
	if (!self) {
		node_pin(last);
		while (read(fds[0], &go, 1) != 1)
			;
		do_touch(do_map(PAGES, 0, 0), PAGES, 0);
		image_exec();
	}
	if (lens_watch(self))
		return fail("can't be watched");
	if (write(fds[1], "", 1) != 1)
		return fail("can't write to the pipe");
	wait_ready();
	close(fds[0]);
	close(fds[1]);
	lens_scan(self);
	if (lens_matrix(self, "first_touch/matrix", &matrix))
		return fail("first_touch/matrix can't be read");
	if (matrix_sum(&matrix) < 2 * PAGES ||
	    matrix_sum(&matrix) > 2 * PAGES + 2 * OWN_PAGES)
		return fail("%" PRIu64 " pages in both images",
			    matrix_sum(&matrix));
	ret = lens_matrix(self, vma_touches(EXEC_ADDR), &matrix);
	return ret ? fail("the new image has no such VMA") :
	       matrix_sum(&matrix) == PAGES ? CASE_PASS :
	       fail("the new image touched %" PRIu64, matrix_sum(&matrix));
}

/* A setting of the child is what the parent's was when it was born. */
static int settings(void)
{
	static const char *const files[] = {
		"events", "follow_forks", "refresh_ms", "max_vma_dirs",
		"max_thread_dirs",
	};
	int ret = start("on\n"), bad = 0;
	pid_t child;
	size_t i;

	if (ret)
		return ret;
	text_puts(lens_path(pid, "refresh_ms"), "12345\n");
	text_puts(lens_path(pid, "max_thread_dirs"), "7\n");
	child = puppet_do(puppet, 0, act_child, addr, FORK, 0);
	wait_ready();
	appears(child);
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char *one, *two;

		if (access(lens_path(pid, files[i]), F_OK))
			continue;
		one = lens_word(pid, files[i]);
		two = lens_word(child, files[i]);
		if (!one || !two || strcmp(one, two))
			bad += !!fail("%s: %s, its parent's: %s", files[i],
				      two, one);
		free(one);
		free(two);
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

static void *nothing(void *arg)
{
	return arg;
}

static long act_thread(long a, long b, long c)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) ||
	       pthread_join(thread, NULL);
}

static int only_children(void)
{
	int ret = start("on\n");
	pid_t child, pids[WATCHED_MAX];

	if (ret)
		return ret;
	puppet_do(puppet, 0, act_thread, 0, 0, 0);
	if (lens_watched(pids, WATCHED_MAX) != 1)
		return fail("a thread is watched as a process");
	if (text_puts(lens_path(pid, "follow_forks"), "off\n"))
		return fail("follow_forks can't be set");
	child = puppet_do(puppet, 0, act_child, addr, FORK, 0);
	wait_ready();
	return watched(child) ? fail("a child is watched without follow_forks") :
		CASE_PASS;
}

/* The default of the root is what a new watch begins with. */
static int by_default(void)
{
	char *word;
	int ret;

	if (text_puts(LENS_ROOT "/follow_forks", "on\n"))
		return fail("follow_forks can't be set");
	ret = child_of(FORK, 0);
	word = lens_word(pid, "follow_forks");
	if (!word || strcmp(word, "on"))
		ret = fail("follow_forks is %s", word ?: "not there");
	free(word);
	text_puts(LENS_ROOT "/follow_forks", "off\n");
	return ret;
}

static int no_room(void)
{
	uint64_t before, after;
	int i, nr_watched = 0, ret = start("on\n");
	pid_t child[3];

	if (ret)
		return ret;
	if (lens_get("nr_missed", &before) || lens_set("max_watched", 2))
		return fail("max_watched can't be set");
	for (i = 0; i < 3; i++) {
		child[i] = puppet_do(puppet, 0, act_child, addr, FORK, 0);
		wait_ready();
		nr_watched += i ? watched(child[i]) : appears(child[i]);
	}
	lens_get("nr_missed", &after);
	if (nr_watched != 1 || after - before != 2)
		return fail("%d are watched, %" PRIu64 " missed", nr_watched,
			    after - before);
	return check(child[0], addr);
}

/* What an exited child touched for itself is the same whatever it was told. */
static int exited(void)
{
	uint64_t sum[2];
	pid_t child[2];
	struct matrix matrix;
	int i, ret = start("on\n");

	if (ret)
		return ret;
	for (i = 0; i < 2; i++)
		child[i] = puppet_do(puppet, 0, act_child, addr, SHORT_LIFE,
				     i ? PAGES : 0);
	for (i = 0; i < 2; i++) {
		char *state;

		if (!exits(child[i]))
			return fail("%d is not watched, or still lives", child[i]);
		state = lens_word(child[i], "state");
		if (!state || strcmp(state, "exited"))
			return fail("state is %s", state ?: "not there");
		free(state);
		if (lens_matrix(child[i], "first_touch/matrix", &matrix))
			return fail("first_touch/matrix can't be read");
		sum[i] = matrix_sum(&matrix);
	}
	/* a page table may hold a page more in one of them */
	return sum[1] - sum[0] + 3 >= PAGES && sum[1] - sum[0] <= PAGES + 3 ?
		CASE_PASS : fail("%" PRIu64 " and %" PRIu64 " pages", sum[1],
				 sum[0]);
}

static int parent_unwatched(void)
{
	int ret = start("on\n");
	pid_t child;

	if (ret)
		return ret;
	child = puppet_do(puppet, 0, act_child, addr, FORK, 0);
	wait_ready();
	if (lens_unwatch(pid))
		return fail("the parent can't be unwatched");
	return check(child, addr) ?: parent_is(child, pid);
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		{ "fork", forked },
		{ "clone", cloned },
		{ "vfork and exec", vforked },
		{ "grandchildren", grandchildren },
		{ "exec of a watched process", executed },
		{ "settings are the parent's", settings },
		{ "threads, and follow_forks off", only_children },
		{ "follow_forks of the root", by_default },
		{ "no room for all", no_room },
		{ "children that exit at once", exited },
		{ "the parent is unwatched", parent_unwatched },
	};
	int ret;

	if (argc == 3 && !strcmp(argv[1], "--touch"))
		return image_main(argv[2]);
	need_events(2);
	need_two(&first, &last);
	if (pipe(ready))
		skip_all("no pipe");
	ret = cases_run(cases, ARRAY_SIZE(cases), 120);
	unwatch_all();
	return ret;
}
