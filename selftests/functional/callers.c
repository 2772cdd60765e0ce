// SPDX-License-Identifier: GPL-2.0
/*
 * Who may ask: a caller needs CAP_SYS_PTRACE in the initial user namespace to
 * watch and to read what was found, and CAP_SYS_ADMIN to change the settings of
 * the root, whatever it has open. And: a number means a process of the writer's
 * own pid namespace, the directory has its number in the initial one.
 *
 * Oracle: the errno that the ABI file states; that settings and the list of the
 * watched are as before; pid numbers as clone(2) gave them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/rights.h"
#include "../lib/text.h"

/* How a caller loses its rights; returns 0, or -errno. */
typedef int lose_rights(void);

/* What the callers below try: which right each needs. */
static const struct attempt {
	const char *name;
	const char *text;
	bool own, write;
	int right;
} attempts[] = {
	{ "watch", "1\n", false, true, CAP_SYS_PTRACE },
	{ "unwatch", "1\n", false, true, CAP_SYS_PTRACE },
	{ "max_watched", "77\n", false, true, CAP_SYS_ADMIN },
	{ "max_vma_dirs", "77\n", false, true, CAP_SYS_ADMIN },
	{ "max_thread_dirs", "77\n", false, true, CAP_SYS_ADMIN },
	{ "follow_forks", "on\n", false, true, CAP_SYS_ADMIN },
	{ "refresh_ms", "77\n", false, true, CAP_SYS_ADMIN },
	{ "cpu_limit_bp", "77\n", false, true, CAP_SYS_ADMIN },
	{ "scan", "1\n", true, true, CAP_SYS_PTRACE },
	{ "refresh_ms", "77\n", true, true, CAP_SYS_PTRACE },
	{ "max_vma_dirs", "77\n", true, true, CAP_SYS_PTRACE },
	{ "max_thread_dirs", "77\n", true, true, CAP_SYS_PTRACE },
	{ "follow_forks", "on\n", true, true, CAP_SYS_PTRACE },
	{ "comm", NULL, true, false, CAP_SYS_PTRACE },
	{ "parent", NULL, true, false, CAP_SYS_PTRACE },
	{ "state", NULL, true, false, CAP_SYS_PTRACE },
	{ "generation", NULL, true, false, CAP_SYS_PTRACE },
	{ "policy", NULL, true, false, CAP_SYS_PTRACE },
	{ "refresh_ms", NULL, true, false, CAP_SYS_PTRACE },
	{ "snapshot", NULL, true, false, CAP_SYS_PTRACE },
	{ "placement/pages", NULL, true, false, CAP_SYS_PTRACE },
	{ "placement/zero", NULL, true, false, CAP_SYS_PTRACE },
	{ "cpu/time_ns", NULL, true, false, CAP_SYS_PTRACE },
	{ "cpu/allowed_nodes", NULL, true, false, CAP_SYS_PTRACE },
	{ "VMA/pages", NULL, true, false, CAP_SYS_PTRACE },
	{ "VMA/path", NULL, true, false, CAP_SYS_PTRACE },
};

#define NR_ATTEMPTS	ARRAY_SIZE(attempts)

static pid_t someone;
static int fds[NR_ATTEMPTS];

static pid_t start(void)
{
	pid_t pid = proc_fork();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

/* The directory of some VMA, as a name. */
static const char *some_vma(void)
{
	static char name[80];
	struct dirent *entry;
	DIR *dir = opendir(lens_path(someone, "vmas"));

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			snprintf(name, sizeof(name), "vmas/%.64s",
				 entry->d_name);
	if (dir)
		closedir(dir);
	return name;
}

/* All files are opened with all rights: what counts is who uses them. */
static int open_all(void)
{
	size_t i;

	lens_set("refresh_ms", 0);
	someone = start();
	if (lens_watch(someone))
		return fail("can't be watched");
	for (i = 0; i < NR_ATTEMPTS; i++) {
		const struct attempt *attempt = &attempts[i];
		char path[256], name[96];

		snprintf(name, sizeof(name), "%s", attempt->name);
		if (!strncmp(name, "VMA/", 4))
			snprintf(name, sizeof(name), "%s/%s", some_vma(),
				 attempt->name + 4);
		if (attempt->own)
			snprintf(path, sizeof(path), "%s",
				 lens_path(someone, name));
		else
			snprintf(path, sizeof(path), LENS_ROOT "/%s", name);
		fds[i] = open(path, attempt->write ? O_WRONLY : O_RDONLY);
		if (fds[i] < 0)
			return fail("%s: %s", path, strerror(errno));
	}
	return CASE_PASS;
}

static void close_all(void)
{
	size_t i;

	for (i = 0; i < NR_ATTEMPTS; i++)
		close(fds[i]);
}

/* @rights: those that are left, as bits; a caller with one may go on. */
static unsigned int try_all(unsigned int rights)
{
	unsigned int wrong = 0;
	size_t i;

	for (i = 0; i < NR_ATTEMPTS; i++) {
		const struct attempt *attempt = &attempts[i];
		bool allowed = rights & 1U << attempt->right;
		char data[64];
		ssize_t n;

		/* with the right, these would do something: see refuse.c */
		if (allowed && attempt->write)
			continue;
		if (attempt->write)
			n = write(fds[i], attempt->text, strlen(attempt->text));
		else
			n = pread(fds[i], data, sizeof(data), 0);
		if (allowed ? n > 0 : n < 0 && errno == EPERM)
			continue;
		wrong++;
		note("%s %s: %s", attempt->write ? "write" : "read",
		     attempt->name, n < 0 ? strerror(errno) : "allowed");
	}
	return wrong;
}

static char *settings_text(void)
{
	static const char *const names[] = {
		"max_watched", "max_vma_dirs", "refresh_ms", "cpu_limit_bp",
		"nr_watched",
	};
	char *all = calloc(1, 256);
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		lens_get(names[i], &value);
		sprintf(all + strlen(all), "%" PRIu64 " ", value);
	}
	sprintf(all + strlen(all), "%" PRIu64 " %" PRIu64,
		lens_value(someone, "generation"),
		lens_value(someone, "refresh_ms"));
	return all;
}

static int caller(lose_rights *lose, unsigned int rights)
{
	char *before, *after;
	int status, ret;
	pid_t pid;

	ret = open_all();
	if (ret)
		return ret;
	before = settings_text();
	pid = proc_fork();
	if (!pid) {
		ret = lose();
		if (ret)
			note("rights can't be dropped: %s", strerror(-ret));
		_exit(ret ? 255 : try_all(rights));
	}
	waitpid(pid, &status, 0);
	close_all();
	after = settings_text();
	ret = CASE_PASS;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 255)
		ret = skip("rights can't be dropped here");
	else if (status)
		ret = fail("%d were not refused rightly", WEXITSTATUS(status));
	else if (strcmp(before, after))
		ret = fail("something changed: %s, was %s", after, before);
	free(before);
	free(after);
	return ret;
}

static int drop_ptrace(void)
{
	return rights_drop(CAP_SYS_PTRACE);
}

static int drop_admin(void)
{
	return rights_drop(CAP_SYS_ADMIN);
}

static int drop_both(void)
{
	return drop_ptrace() ?: drop_admin();
}

static int no_ptrace(void)
{
	return caller(drop_ptrace, 1U << CAP_SYS_ADMIN);
}

static int no_admin(void)
{
	return caller(drop_admin, 1U << CAP_SYS_PTRACE);
}

static int neither(void)
{
	return caller(drop_both, 0);
}

static int other_user(void)
{
	return caller(rights_nobody, 0);
}

static int other_namespace(void)
{
	return caller(rights_namespace, 0);
}

/* The modes hold even for root: what is not there to be read is not read. */
static int modes_hold(void)
{
	unsigned int wrong = 0;
	size_t i;

	if (open_all())
		return CASE_FAIL;
	for (i = 0; i < NR_ATTEMPTS; i++) {
		char link[64], path[256];
		ssize_t n;
		int fd;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fds[i]);
		n = readlink(link, path, sizeof(path) - 1);
		path[n > 0 ? n : 0] = '\0';
		if (strstr(path, "_ms") || strstr(path, "max_") ||
		    strstr(path, "_bp") || strstr(path, "follow_forks"))
			continue;
		fd = open(path, attempts[i].write ? O_RDONLY : O_WRONLY);
		if (fd < 0 && errno == EACCES)
			continue;
		wrong++;
		note("%s: opens the other way", path);
		close(fd);
	}
	close_all();
	return wrong ? fail("%u files", wrong) : CASE_PASS;
}

/* Shared with the processes of the other pid namespace. */
struct inside {
	pid_t own;
	int watch_self, watch_outer, watch_missing, unwatch_outer;
};

/* Runs as number 1 of its namespace; 1 of the initial one is init. */
static int inside_run(struct inside *inside, pid_t outer)
{
	inside->own = getpid();
	inside->watch_self = text_puts(LENS_ROOT "/watch", "1\n");
	inside->watch_outer = lens_set("watch", outer);
	inside->watch_missing = lens_set("watch", 4000000);
	inside->unwatch_outer = lens_set("unwatch", 1);
	__atomic_store_n(&inside->own, -1, __ATOMIC_RELEASE);
	for (;;)
		pause();
	return 0;
}

static int check_inside(struct inside *inside, pid_t global)
{
	bool is_there = !access(lens_path(global, "state"), F_OK);

	if (!access(lens_path(1, "state"), F_OK)) {
		lens_set("unwatch", 1);
		return fail("1 of another namespace was taken for init");
	}
	if (inside->watch_self)
		return fail("own number: %s", strerror(-inside->watch_self));
	if (!is_there)
		return fail("no directory %d for the process", global);
	if (inside->watch_outer != -ESRCH || inside->watch_missing != -ESRCH)
		return fail("numbers of outside: %d, %d", inside->watch_outer,
			    inside->watch_missing);
	if (lens_set("watch", global) != -EEXIST)
		return fail("the same process, from outside: not EEXIST");
	if (lens_scan(global) || lens_unwatch(global))
		return fail("scan and unwatch by the initial number");
	return CASE_PASS;
}

static int pid_namespaces(void)
{
	struct inside *inside = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t outer = start(), global;
	uint64_t until = now_ns() + 60000000000ULL;

	fflush(stdout);
	global = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (!global)
		inside_run(inside, outer);
	if (global < 0)
		return skip("no pid namespaces here");
	proc_adopt(global);
	while (__atomic_load_n(&inside->own, __ATOMIC_ACQUIRE) != -1 &&
	       now_ns() < until)
		sleep_ms(5);
	return check_inside(inside, global);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "uid 0 without CAP_SYS_PTRACE", no_ptrace },
		{ "uid 0 without CAP_SYS_ADMIN", no_admin },
		{ "uid 0 without either", neither },
		{ "another user, with files that root opened", other_user },
		{ "root of another user namespace", other_namespace },
		{ "modes hold for root", modes_hold },
		{ "numbers of another pid namespace", pid_namespaces },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
