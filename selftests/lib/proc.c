// SPDX-License-Identifier: GPL-2.0
#include "proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

#define CHILDREN_MAX	2048
#define TASKS_MAX	1024
#define PATIENCE_NS	60000000000ULL

static pid_t children[CHILDREN_MAX];
static int nr_children;

void proc_adopt(pid_t pid)
{
	if (nr_children < CHILDREN_MAX)
		children[nr_children++] = pid;
}

pid_t proc_fork(void)
{
	pid_t parent = getpid();
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		nr_children = 0;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	} else if (pid > 0) {
		proc_adopt(pid);
	}
	return pid;
}

const char *test_dir(void)
{
	static char path[PATH_MAX];
	ssize_t n;

	if (path[0])
		return path;
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n < 0)
		return ".";
	path[n] = '\0';
	return dirname(path);
}

pid_t proc_spawn(char *const argv[], FILE **out)
{
	char path[PATH_MAX + 64];
	int pipes[2];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/../workloads/%s", test_dir(), argv[0]);
	if (pipe(pipes))
		return -errno;
	pid = proc_fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		dup2(pipes[1], STDOUT_FILENO);
		close(pipes[0]);
		close(pipes[1]);
		execv(path, argv);
		fprintf(stderr, "# %s: %s\n", path, strerror(errno));
		_exit(127);
	}
	close(pipes[1]);
	*out = fdopen(pipes[0], "r");
	return pid;
}

void proc_end(pid_t pid)
{
	int i;

	/* a number that is not in the list may be somebody else's by now */
	for (i = 0; i < nr_children && children[i] != pid; i++)
		;
	if (i == nr_children)
		return;
	children[i] = children[--nr_children];
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

void procs_end(void)
{
	int i;

	for (i = 0; i < nr_children; i++)
		kill(children[i], SIGKILL);
	while (nr_children)
		proc_end(children[nr_children - 1]);
}

/* The name may hold spaces and parentheses: fields are counted behind it. */
static char *stat_fields(pid_t pid, pid_t tid, char **text)
{
	char path[64];
	char *end;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	*text = text_read(path, NULL);
	end = *text ? strrchr(*text, ')') : NULL;
	return end ? end + 2 : NULL;
}

static char task_state(pid_t pid, pid_t tid)
{
	char *text, *fields = stat_fields(pid, tid, &text);
	char state = fields ? *fields : 0;

	free(text);
	return state;
}

char proc_state(pid_t pid)
{
	return task_state(pid, pid);
}

int proc_last_cpu(pid_t pid, pid_t tid)
{
	char *text, *fields = stat_fields(pid, tid, &text);
	int skipped, cpu = -1;

	/* 39th field of proc(5), the state is the third */
	for (skipped = 0; fields && skipped < 36; skipped++) {
		fields = strchr(fields, ' ');
		fields = fields ? fields + 1 : NULL;
	}
	if (fields)
		cpu = atoi(fields);
	free(text);
	return cpu;
}

int proc_tasks(pid_t pid, pid_t *tids, int max)
{
	char path[64];
	struct dirent *entry;
	int nr = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return 0;
	while (nr < max && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			tids[nr++] = atoi(entry->d_name);
	closedir(dir);
	return nr;
}

bool proc_wait_state(pid_t pid, char state)
{
	uint64_t until = now_ns() + PATIENCE_NS * patience();
	pid_t tids[TASKS_MAX];

	do {
		int i, nr = proc_tasks(pid, tids, TASKS_MAX);

		for (i = 0; i < nr && task_state(pid, tids[i]) == state; i++)
			;
		if (nr && i == nr)
			return true;
		sleep_ms(2);
	} while (now_ns() < until);
	return false;
}

bool proc_wait_task(pid_t pid, pid_t tid, char state)
{
	uint64_t until = now_ns() + PATIENCE_NS * patience();

	while (task_state(pid, tid) != state) {
		if (now_ns() > until)
			return false;
		sleep_ms(2);
	}
	return true;
}

bool proc_stop(pid_t pid)
{
	return !kill(pid, SIGSTOP) && proc_wait_state(pid, 'T');
}

void proc_cont(pid_t pid)
{
	kill(pid, SIGCONT);
}

/* Short, and without malloc(): threads call it as their last act. */
static void task_file(pid_t pid, pid_t tid, const char *name, char *text, size_t size)
{
	ssize_t n = 0;
	int fd;

	snprintf(text, size, "/proc/%d/task/%d/%s", pid, tid, name);
	fd = open(text, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, size - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
}

/* Without CONFIG_SCHEDSTATS there is no schedstat, or it has 0; the other has "ms.nnnnnn". */
uint64_t proc_run_ns(pid_t pid, pid_t tid)
{
	unsigned long long ms, ns;
	char text[1024], *at;

	task_file(pid, tid, "schedstat", text, sizeof(text));
	ns = strtoull(text, NULL, 10);
	if (ns)
		return ns;
	task_file(pid, tid, "sched", text, sizeof(text));
	at = strstr(text, "sum_exec_runtime");
	at = at ? strchr(at, ':') : NULL;
	return at && sscanf(at, ": %llu.%llu", &ms, &ns) == 2 ? ms * 1000000 + ns : 0;
}

uint64_t proc_runs_ns(pid_t pid)
{
	pid_t tids[TASKS_MAX];
	int i, nr = proc_tasks(pid, tids, TASKS_MAX);
	uint64_t sum = 0;

	for (i = 0; i < nr; i++)
		sum += proc_run_ns(pid, tids[i]);
	return sum;
}

uint64_t proc_clock_ns(pid_t pid)
{
	struct timespec ts = { 0 };
	clockid_t clock;

	if (!clock_getcpuclockid(pid, &clock))
		clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

uint64_t proc_workers_ns(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	uint64_t sum = 0;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = atoi(entry->d_name);
		char path[64], *comm;

		snprintf(path, sizeof(path), "/proc/%d/comm", pid);
		comm = pid ? text_read(path, NULL) : NULL;
		if (comm && !strncmp(comm, "kworker/", 8))
			sum += proc_run_ns(pid, pid);
		free(comm);
	}
	if (dir)
		closedir(dir);
	return sum;
}
