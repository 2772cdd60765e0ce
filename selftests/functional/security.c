// SPDX-License-Identifier: GPL-2.0
/*
 * Who gets to see what: every file and directory that there is, tried by another
 * user, by a uid 0 without capabilities, and out of containers; and files that
 * root has opened.
 *
 * Oracle: the modes that stat(2) tells root, and the errno that follows from them
 * by two rules.
 *
 * With --hold, it is the program that is executed: it does nothing.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/rights.h"
#include "../lib/text.h"
#include "../lib/tree.h"
#include "../lib/watched.h"

#define ENTRIES_MAX	8192
#define OWN		"processes/"
/* exit statuses of a caller */
#define NOT_REFUSED	1
#define NO_WAY		2

/* In memory that callers share: what root saw, before they tried it. */
static struct shared {
	int nr;
	struct tree_entry entries[ENTRIES_MAX];
} *shared;

/* Where a caller finds numalens' directory. */
static char place[64];
static const char *where = LENS_ROOT;

/* What was found in a process, and names that are addresses and thread ids. */
static bool is_secret(const struct tree_entry *entry)
{
	return !strncmp(entry->path, OWN, strlen(OWN)) &&
	       (S_ISREG(entry->mode) || strstr(entry->path, "/vmas") ||
		strstr(entry->path, "/threads"));
}

static bool is_public(const struct tree_entry *entry)
{
	return entry->mode & 0004 && !is_secret(entry);
}

/* What is in a directory that others may not enter is not theirs, whatever its mode. */
static void close_in(const struct tree_entry *dir)
{
	size_t len = strlen(dir->path);
	int i;

	for (i = 0; i < shared->nr; i++)
		if (!strncmp(shared->entries[i].path, dir->path, len) &&
		    shared->entries[i].path[len] == '/')
			shared->entries[i].mode &= ~0007;
}

/*
 * The model. Another user gets past the modes only where everybody does. Whom the
 * kernel takes for the owner does, and is refused what has to do with a process.
 */
static int expect_read(const struct tree_entry *entry, bool owner)
{
	if (is_public(entry))
		return 0;
	if (!owner || !(entry->mode & 0400))
		return -EACCES;
	return strncmp(entry->path, OWN, strlen(OWN)) ? 0 : -EPERM;
}

static int expect_write(const struct tree_entry *entry, bool owner)
{
	return owner && entry->mode & 0200 ? -EPERM : -EACCES;
}

static int try_read(const char *path)
{
	char data[256];
	int fd = open(path, O_RDONLY), ret = 0;

	if (fd < 0)
		return -errno;
	if (read(fd, data, sizeof(data)) < 0)
		ret = -errno;
	close(fd);
	return ret;
}

static int try_list(const char *path)
{
	DIR *dir = opendir(path);

	if (!dir)
		return -errno;
	closedir(dir);
	return 0;
}

static unsigned int wrong(const char *what, const char *path, int ret, int expect)
{
	if (ret == expect)
		return 0;
	note("%s %s: %s, not %s", what, path, strerror(-ret), strerror(-expect));
	return 1;
}

/* A directory's names are refused by its mode alone: Documentation/quality.rst has more of it. */
static unsigned int try_entry(const struct tree_entry *entry, bool owner)
{
	char path[256];
	unsigned int bad;

	snprintf(path, sizeof(path), "%s/%s", where, entry->path);
	if (S_ISDIR(entry->mode)) {
		if (owner)
			return 0;
		return wrong("list", path, try_list(path), is_public(entry) ? 0 : -EACCES);
	}
	bad = wrong("read", path, try_read(path), expect_read(entry, owner));
	return bad + wrong("write", path, text_puts(path, "1\n"), expect_write(entry, owner));
}

static int try_all(bool owner)
{
	unsigned int bad = 0;
	int i;

	for (i = 0; i < shared->nr; i++)
		bad += try_entry(&shared->entries[i], owner);
	return bad ? NOT_REFUSED : 0;
}

/* How a caller loses its rights, and finds @where; returns 0, or -errno. */
typedef int lose_rights(void);

/*
 * The caller is the process that is watched: that is nothing to it. It tries when
 * it is told to, by the end of a pipe.
 */
static int caller_run(int wait, lose_rights *lose, bool owner)
{
	int ret = lose();
	char byte;

	if (ret) {
		note("rights can't be dropped: %s", strerror(-ret));
		return NO_WAY;
	}
	while (read(wait, &byte, 1) < 0 && errno == EINTR)
		;
	return try_all(owner);
}

static int look_around(void)
{
	int i;

	shared->nr = tree_read(LENS_ROOT, "", shared->entries, ENTRIES_MAX);
	if (shared->nr < 0)
		return fail("can't be read: %s", strerror(-shared->nr));
	for (i = 0; i < shared->nr; i++)
		if (S_ISDIR(shared->entries[i].mode) && !(shared->entries[i].mode & 0001))
			close_in(&shared->entries[i]);
	note("%d files and directories", shared->nr);
	return shared->nr < 100 ? fail("that is not all") : CASE_PASS;
}

static int verdict_of(pid_t pid)
{
	int status;

	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_WAY)
		return skip("rights can't be dropped here");
	return status ? fail("not refused rightly") : CASE_PASS;
}

static int caller(lose_rights *lose, bool owner)
{
	int pipes[2], ret;
	pid_t pid;

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 4);
	if (pipe(pipes))
		return fail("no pipe");
	pid = proc_fork();
	if (!pid) {
		close(pipes[1]);
		_exit(caller_run(pipes[0], lose, owner));
	}
	close(pipes[0]);
	ret = lens_watch(pid);
	/* one that could not drop its rights is gone */
	if (ret && ret != -ESRCH)
		ret = fail("can't be watched: %s", strerror(-ret));
	else
		ret = ret ? CASE_PASS : look_around();
	close(pipes[1]);
	return ret ?: verdict_of(pid);
}

static int other_user(void)
{
	return caller(rights_nobody, false);
}

static int no_capabilities(void)
{
	return caller(rights_none, true);
}

/* A mount namespace of its own, in which @place is something else. */
static int own_mounts(void)
{
	return unshare(CLONE_NEWNS) || mount("", "/", NULL, MS_REC | MS_PRIVATE, NULL) ?
		-errno : 0;
}

static int bind_sysfs(void)
{
	where = place;
	return own_mounts() ?: mount(LENS_ROOT, place, NULL, MS_BIND, NULL) ? -errno : 0;
}

/* Most containers of a user namespace: its root is an ordinary user outside. */
static int enter_container(void)
{
	return bind_sysfs() ?: rights_nobody() ?: rights_namespace();
}

/* Its root is root outside as well, but for the capabilities. */
static int enter_root_container(void)
{
	return bind_sysfs() ?: rights_namespace();
}

/* A sysfs may be mounted by who has a network namespace. */
static int enter_with_sysfs(void)
{
	static char path[96];
	int ret = rights_namespace() ?: unshare(CLONE_NEWNET) ? -errno : own_mounts();

	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/kernel/numalens", place);
	where = path;
	return mount("sysfs", place, "sysfs", 0, NULL) ? -errno : 0;
}

static int in_place(lose_rights *lose, bool owner)
{
	int ret;

	snprintf(place, sizeof(place), "/tmp/numalens-security.XXXXXX");
	if (!mkdtemp(place))
		return fail("no directory");
	ret = caller(lose, owner);
	rmdir(place);
	return ret;
}

static int container(void)
{
	return in_place(enter_container, false);
}

static int root_container(void)
{
	return in_place(enter_root_container, true);
}

static int container_sysfs(void)
{
	return in_place(enter_with_sysfs, true);
}

/* A process with this file's effective uid, and a name of its own. */
static int executed(pid_t pid, const char *path)
{
	char status[64], *text = NULL;
	uint64_t until = now_ns() + 60000000000ULL * patience();
	bool is_root = false;

	snprintf(status, sizeof(status), "/proc/%d/status", pid);
	while (!is_root && now_ns() < until) {
		sleep_ms(5);
		text = text_read(status, NULL);
		is_root = text && strstr(text, "Uid:\t65534\t0\t");
		free(text);
	}
	if (!is_root)
		return skip("%s: no set-user-ID programs here", path);
	if (lens_scan(pid))
		return fail("can't be scanned any more");
	return look_around();
}

static int copy_setuid(char *path)
{
	size_t len;
	char *program = text_read("/proc/self/exe", &len);
	int fd = mkstemp(path), ret = -EIO;

	if (program && fd >= 0 && write(fd, program, len) == (ssize_t)len && !fchmod(fd, 04755))
		ret = 0;
	if (fd >= 0)
		close(fd);
	free(program);
	return ret;
}

static int become(const char *path, int wait)
{
	char byte;

	if (rights_nobody() || read(wait, &byte, 1) < 0)
		return NO_WAY;
	execl(path, path, "--hold", NULL);
	return NO_WAY;
}

static int set_user_id(void)
{
	char path[] = "/tmp/numalens-setuid.XXXXXX";
	int pipes[2], ret;
	pid_t pid, other;

	lens_set("refresh_ms", 0);
	lens_set("max_vma_dirs", 4);
	if (copy_setuid(path) || pipe(pipes))
		return fail("no program");
	pid = proc_fork();
	if (!pid)
		_exit(close(pipes[1]) ?: become(path, pipes[0]));
	ret = lens_watch(pid) ? fail("can't be watched") : CASE_PASS;
	close(pipes[1]);
	ret = ret ?: executed(pid, path);
	unlink(path);
	close(pipes[0]);
	if (ret)
		return ret;
	other = proc_fork();
	if (!other)
		_exit(rights_nobody() ? NO_WAY : try_all(false));
	return verdict_of(other);
}

/*
 * The right is that of who has a value printed. What root had printed and did
 * not read to its end is in the open file, and goes with it.
 */
static int begun_by_root(void)
{
	char byte, rest[64];
	int fd, status;
	pid_t pid, child;

	lens_set("refresh_ms", 0);
	pid = watched_sleeper();
	fd = open(lens_path(pid, "state"), O_RDONLY);
	if (fd < 0 || read(fd, &byte, 1) != 1)
		return fail("can't be read");
	child = proc_fork();
	if (!child) {
		if (rights_nobody())
			_exit(NO_WAY);
		if (read(fd, rest, sizeof(rest)) != (ssize_t)strlen("unning\n"))
			_exit(3);
		_exit(pread(fd, rest, sizeof(rest), 0) == -1 && errno == EPERM ? 0 : 4);
	}
	waitpid(child, &status, 0);
	close(fd);
	return status ? fail("status %#x", status) : CASE_PASS;
}

int main(int argc, char **argv)
{
	static const struct test_case cases[] = {
		{ "another user", other_user },
		{ "uid 0 without capabilities", no_capabilities },
		{ "a container that binds sysfs", container },
		{ "one whose root is root outside", root_container },
		{ "one with a sysfs of its own", container_sysfs },
		{ "a set-user-ID program", set_user_id },
		{ "a file that root has begun to read", begun_by_root },
	};

	if (argc == 2 && !strcmp(argv[1], "--hold"))
		for (;;)
			pause();
	need(1);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
