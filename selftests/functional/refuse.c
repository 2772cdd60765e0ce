// SPDX-License-Identifier: GPL-2.0
/*
 * Bad input is refused and changes nothing: every writable file with garbage,
 * negative, huge, empty and partial writes; and watch, unwatch with numbers
 * that are not a process: kernel threads, the dead, zombies, threads.
 *
 * Oracle: the errno that the ABI file states, and that what can be read (the
 * setting, the generation, the list of the watched) is as it was before.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define MIB		(1UL << 20)

/* A second errno where the ABI leaves two names for the same mistake. */
struct input {
	const char *what;
	const char *data;
	size_t len;
	int err, or_err;
};

#define INPUT(name, text, err, or_err) \
	{ name, text, sizeof(text) - 1, err, or_err }

static const struct input bad[] = {
	INPUT("garbage", "garbage\n", EINVAL, 0),
	INPUT("a newline", "\n", EINVAL, 0),
	INPUT("a blank", " ", EINVAL, 0),
	INPUT("a sign", "-\n", EINVAL, 0),
	INPUT("negative", "-1\n", EINVAL, ERANGE),
	INPUT("very negative", "-9223372036854775809\n", EINVAL, ERANGE),
	INPUT("number and garbage", "1x\n", EINVAL, 0),
	INPUT("number and tab", "1\t\n", EINVAL, 0),
	INPUT("number and blank", "1 ", EINVAL, 0),
	INPUT("blank and number", " 1\n", EINVAL, 0),
	INPUT("two numbers", "1 2\n", EINVAL, 0),
	INPUT("two lines", "1\n2\n", EINVAL, 0),
	INPUT("fraction", "1.5\n", EINVAL, 0),
	INPUT("exponent", "1e3\n", EINVAL, 0),
	INPUT("hexadecimal", "0x1\n", EINVAL, 0),
	INPUT("a word", "on\n", EINVAL, 0),
	INPUT("NUL", "\0", EINVAL, 0),
	INPUT("number, NUL, garbage", "1\0garbage", EINVAL, 0),
	INPUT("not ASCII", "\xff\xfe\x31\n", EINVAL, 0),
	INPUT("2^32", "4294967296\n", ERANGE, EINVAL),
	INPUT("2^32 + 1", "4294967297\n", ERANGE, EINVAL),
	INPUT("2^64", "18446744073709551616\n", ERANGE, EINVAL),
	INPUT("2^64 + 1", "18446744073709551617\n", ERANGE, EINVAL),
	INPUT("30 digits", "999999999999999999999999999999\n", ERANGE, EINVAL),
};

static pid_t someone;
static unsigned int nr_wrong;

static void wrong(const char *file, const char *what, int ret)
{
	nr_wrong++;
	note("%s: %s: %s", file, what, ret ? strerror(-ret) : "accepted");
}

/* What a refused write may not change, as one text. */
static char *state_read(void)
{
	static const char *const files[] = {
		"max_watched", "max_vma_dirs", "max_thread_dirs", "refresh_ms",
		"cpu_limit_bp", "nr_watched",
	};
	static const char *const own[] = {
		"generation", "refresh_ms", "max_vma_dirs", "max_thread_dirs",
		"state",
	};
	char *all = calloc(1, 1024);
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		lens_get(files[i], &value);
		sprintf(all + strlen(all), "%s %" PRIu64 "\n", files[i], value);
	}
	for (i = 0; i < ARRAY_SIZE(own); i++) {
		char *text = lens_word(someone, own[i]);

		sprintf(all + strlen(all), "own %s %s\n", own[i], text ?: "-");
		free(text);
	}
	return all;
}

static void state_check(const char *file, const char *what, char *before)
{
	char *after = state_read();

	if (strcmp(before, after)) {
		nr_wrong++;
		note("%s: %s: changed something", file, what);
	}
	free(after);
	free(before);
}

static void refuses(const char *path, const struct input *input)
{
	char *before = state_read();
	int ret = text_write(path, input->data, input->len);

	if (!ret || (ret != -input->err && ret != -input->or_err))
		wrong(path, input->what, ret);
	state_check(path, input->what, before);
}

static const char *const root_files[] = {
	"watch", "unwatch", "max_watched", "max_vma_dirs", "max_thread_dirs",
	"refresh_ms", "cpu_limit_bp",
};

static const char *const own_files[] = {
	"scan", "refresh_ms", "max_vma_dirs", "max_thread_dirs",
};

static void each_file(void (*try)(const char *path))
{
	char path[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(root_files); i++) {
		snprintf(path, sizeof(path), LENS_ROOT "/%s", root_files[i]);
		try(path);
	}
	for (i = 0; i < ARRAY_SIZE(own_files); i++) {
		snprintf(path, sizeof(path), "%s",
			 lens_path(someone, own_files[i]));
		try(path);
	}
}

static pid_t start(void)
{
	pid_t pid = proc_fork();

	if (!pid)
		for (;;)
			pause();
	return pid;
}

static int watch_someone(void)
{
	nr_wrong = 0;
	lens_set("refresh_ms", 0);
	someone = start();
	return lens_watch(someone) ? fail("can't be watched") : CASE_PASS;
}

static int result(void)
{
	return nr_wrong ? fail("%u were not refused rightly", nr_wrong) :
		CASE_PASS;
}

static void try_bad(const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		refuses(path, &bad[i]);
}

static int bad_input(void)
{
	if (watch_someone())
		return CASE_FAIL;
	each_file(try_bad);
	return result();
}

/* sysfs hands a write of nothing to nobody: 0, or EINVAL, and no effect. */
static void try_nothing(const char *path)
{
	char *before = state_read();
	int ret = text_write(path, "", 0);

	if (ret && ret != -EINVAL)
		wrong(path, "nothing", ret);
	state_check(path, "nothing", before);
}

static int empty_writes(void)
{
	if (watch_someone())
		return CASE_FAIL;
	each_file(try_nothing);
	return result();
}

/* A page of it reaches the file: that must be refused as a whole. */
static void try_huge(const char *path)
{
	static const char fills[] = { '1', ' ', 'x', '\0', '\n', '0' };
	char *data = malloc(MIB);
	size_t i;

	for (i = 0; i < sizeof(fills); i++) {
		struct input input = { "1 MiB", data, MIB, EINVAL, ERANGE };

		memset(data, fills[i], MIB);
		data[0] = '1';
		refuses(path, &input);
	}
	free(data);
}

static int huge_writes(void)
{
	if (watch_someone())
		return CASE_FAIL;
	each_file(try_huge);
	return result();
}

/* Each write(2) is a value of its own, wherever the file position is. */
static int partial_writes(void)
{
	static const struct {
		const char *name;
		const char *first, *second;
		uint64_t expect;
	} settings[] = {
		{ LENS_ROOT "/refresh_ms", "7", "5", 5 },
		{ LENS_ROOT "/max_watched", "9", "8\n", 8 },
		{ LENS_ROOT "/cpu_limit_bp", "1", "00", 1 },
		{ LENS_ROOT "/max_vma_dirs", "3", "x", 3 },
	};
	uint64_t value;
	size_t i;

	nr_wrong = 0;
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		int fd = open(settings[i].name, O_WRONLY);

		if (write(fd, settings[i].first, 1) != 1)
			wrong(settings[i].name, "first part", -errno);
		if (write(fd, settings[i].second,
			  strlen(settings[i].second)) < 0 &&
		    errno != EINVAL && errno != ERANGE)
			wrong(settings[i].name, "second part", -errno);
		close(fd);
		if (text_number(settings[i].name, &value) ||
		    value != settings[i].expect) {
			nr_wrong++;
			note("%s is %" PRIu64 " after \"%s\" and \"%s\"",
			     settings[i].name, value, settings[i].first,
			     settings[i].second);
		}
	}
	return result();
}

struct bound {
	const char *name;
	uint64_t low, high;
	bool own;
};

static const struct bound bounds[] = {
	{ "max_watched", 0, 1048576, false },
	{ "max_vma_dirs", 0, 65536, false },
	{ "max_thread_dirs", 0, 65536, false },
	{ "refresh_ms", 0, 86400000, false },
	{ "cpu_limit_bp", 1, 10000, false },
	{ "refresh_ms", 0, 86400000, true },
	{ "max_vma_dirs", 0, 65536, true },
	{ "max_thread_dirs", 0, 65536, true },
};

static void bound_check(const char *path, uint64_t value, bool allowed)
{
	uint64_t before = 0, after = 0;
	char text[32];
	int ret;

	snprintf(text, sizeof(text), "%" PRIu64 "\n", value);
	text_number(path, &before);
	ret = text_puts(path, text);
	text_number(path, &after);
	if (ret != (allowed ? 0 : -ERANGE))
		wrong(path, text_chomp(text), ret);
	if (after != (allowed ? value : before)) {
		nr_wrong++;
		note("%s: is %" PRIu64 " after %" PRIu64 " was written", path,
		     after, value);
	}
}

static int bounds_hold(void)
{
	size_t i;

	if (watch_someone())
		return CASE_FAIL;
	for (i = 0; i < ARRAY_SIZE(bounds); i++) {
		const struct bound *bound = &bounds[i];
		char path[128];

		snprintf(path, sizeof(path), bound->own ? "%s" : LENS_ROOT "/%s",
			 bound->own ? lens_path(someone, bound->name) :
			 bound->name);
		bound_check(path, bound->high, true);
		bound_check(path, bound->low, true);
		bound_check(path, bound->high + 1, false);
		if (bound->low)
			bound_check(path, bound->low - 1, false);
		/* base 10, whatever C would make of it */
		text_puts(path, "20\n");
		if (!text_puts(path, "010\n"))
			bound_check(path, 10, true);
	}
	return result();
}

static void watch_refuses(const char *what, long long pid, int err)
{
	int ret = lens_set("watch", pid);

	if (ret != -err)
		wrong("watch", what, ret);
	if (!ret)
		lens_set("unwatch", pid);
}

static pid_t kernel_thread(void)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");
	pid_t found = 0;

	/* a kernel thread that is not kthreadd has no memory and no file */
	while (dir && !found && (entry = readdir(dir))) {
		char path[300], link[8];
		pid_t pid = atoi(entry->d_name);

		snprintf(path, sizeof(path), "/proc/%s/exe", entry->d_name);
		if (pid > 2 && readlink(path, link, sizeof(link)) < 0 &&
		    errno == ENOENT && proc_state(pid) != 'Z')
			found = pid;
	}
	if (dir)
		closedir(dir);
	return found;
}

static void *thread_run(void *arg)
{
	*(pid_t *)arg = syscall(SYS_gettid);
	for (;;)
		pause();
	return NULL;
}

static int not_processes(void)
{
	pid_t pid, tid = 0;
	pthread_t thread;

	if (watch_someone())
		return CASE_FAIL;
	watch_refuses("0", 0, EINVAL);
	watch_refuses("pid_max + 1", 4194305, ESRCH);
	watch_refuses("2^31 - 1", 2147483647, ESRCH);
	watch_refuses("kthreadd", 2, EOPNOTSUPP);
	watch_refuses("a kernel thread", kernel_thread(), EOPNOTSUPP);
	watch_refuses("watched already", someone, EEXIST);
	pid = start();
	proc_end(pid);
	watch_refuses("the dead", pid, ESRCH);
	pid = proc_fork();
	if (!pid)
		_exit(0);
	proc_wait_state(pid, 'Z');
	watch_refuses("a zombie", pid, ESRCH);
	pthread_create(&thread, NULL, thread_run, &tid);
	while (!__atomic_load_n(&tid, __ATOMIC_ACQUIRE))
		sleep_ms(1);
	watch_refuses("a thread", tid, EINVAL);
	pthread_cancel(thread);
	pthread_join(thread, NULL);
	if (lens_set("unwatch", getpid()) != -ESRCH)
		wrong("unwatch", "not watched", 0);
	if (lens_set("unwatch", 2147483647) != -ESRCH)
		wrong("unwatch", "2^31 - 1", 0);
	return result();
}

static int as_many_as_allowed(void)
{
	uint64_t nr = 0;
	pid_t other;

	if (watch_someone())
		return CASE_FAIL;
	other = start();
	lens_get("nr_watched", &nr);
	lens_set("max_watched", nr);
	watch_refuses("one too many", other, ENOSPC);
	lens_set("max_watched", nr + 1);
	if (lens_watch(other))
		wrong("watch", "as many as allowed", 0);
	/* below what is watched: those stay, none is added */
	lens_set("max_watched", 0);
	if (access(lens_path(someone, "state"), F_OK))
		wrong("max_watched", "took a watch away", 0);
	lens_unwatch(other);
	watch_refuses("none allowed", other, ENOSPC);
	return result();
}

static int after_exit(void)
{
	int ret;

	if (watch_someone())
		return CASE_FAIL;
	proc_end(someone);
	ret = lens_scan(someone);
	if (ret != -ESRCH)
		wrong("scan", "a process that exited", ret);
	watch_refuses("exited, still listed", someone, ESRCH);
	if (lens_unwatch(someone))
		wrong("unwatch", "exited", 0);
	if (lens_set("unwatch", someone) != -ESRCH)
		wrong("unwatch", "unwatched", 0);
	return result();
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "garbage, negative, too large", bad_input },
		{ "empty writes", empty_writes },
		{ "writes of 1 MiB", huge_writes },
		{ "each write is a value of its own", partial_writes },
		{ "bounds, both sides of each", bounds_hold },
		{ "kernel threads, the dead, zombies, threads", not_processes },
		{ "max_watched", as_many_as_allowed },
		{ "a process that exited", after_exit },
	};

	need(1);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
