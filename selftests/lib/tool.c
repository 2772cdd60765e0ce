// SPDX-License-Identifier: GPL-2.0
#include "tool.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "node.h"
#include "proc.h"
#include "text.h"

#define ARGS_MAX	16
#define PATIENCE_NS	120000000000ULL
/* A tool that has slept for so long, with its events open, has no more to prepare. */
#define ASLEEP		20
#define ASLEEP_MS	50

static struct {
	const struct tool *tool;
	pid_t pid;
	char output[32];
} running;

/* --- the tools ----------------------------------------------------------------- */

#define FAULTS		"exceptions:page_fault_user"
#define MOVES		"migrate:remove_migration_pte"

static const char *const bpftrace[] = { "bpftrace", "first_touch.bt", "PID", NULL };
static const char *const perf_record[] = {
	"perf", "record", "-e", FAULTS, "-e", MOVES, "-o", "/tmp/perf.data", "-p", "PID", NULL
};
static const char *const perf_trace[] = {
	"perf", "trace", "-e", FAULTS, "-e", MOVES, "-p", "PID", NULL
};

/* "@touched[0, 0]: 512": the sum of all. */
static uint64_t sum_of_maps(const char *output)
{
	uint64_t sum = 0;

	for (; (output = strstr(output, "]: ")); output++)
		sum += strtoull(output + strlen("]: "), NULL, 10);
	return sum;
}

/* "Captured and wrote 1.361 MB perf.data (14848 samples)" */
static uint64_t count_samples(const char *output)
{
	const char *at = strstr(output, " samples)");

	while (at && at > output && isdigit((unsigned char)at[-1]))
		at--;
	return at ? strtoull(at, NULL, 10) : 0;
}

/* One for each event. */
static uint64_t count_lines(const char *output)
{
	uint64_t nr = 0;

	for (; (output = strstr(output, "(addr")); output++)
		nr++;
	return nr;
}

const struct tool tool_bpftrace = { bpftrace, sum_of_maps };
const struct tool tool_perf_record = { perf_record, count_samples };
const struct tool tool_perf_trace = { perf_trace, count_lines };

/* ------------------------------------------------------------------------------- */

static void become(const struct tool *tool, pid_t pid, int nid, int fd)
{
	char number[16], *argv[ARGS_MAX + 1] = { NULL };
	int i;

	snprintf(number, sizeof(number), "%d", pid);
	for (i = 0; i < ARGS_MAX && tool->argv[i]; i++)
		argv[i] = strcmp(tool->argv[i], "PID") ? (char *)tool->argv[i] : number;
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (node_pin(nid) || chdir(test_dir()))
		_exit(126);
	execvp(argv[0], argv);
	_exit(127);
}

static bool has_perf_event(pid_t pid)
{
	char path[300], target[64];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir))) {
		ssize_t n;

		snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, entry->d_name);
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		found = strstr(target, "perf_event");
	}
	if (dir)
		closedir(dir);
	return found;
}

/* It sleeps now and then while it reads files, too. */
static bool wait_observes(pid_t pid)
{
	uint64_t end = now_ns() + PATIENCE_NS * patience();
	unsigned int asleep = 0;

	while (asleep < ASLEEP && now_ns() < end) {
		if (proc_state(pid) == 'Z')
			return false;
		asleep = proc_state(pid) == 'S' && has_perf_event(pid) ? asleep + 1 : 0;
		sleep_ms(ASLEEP_MS);
	}
	return asleep == ASLEEP;
}

bool tool_start(const struct tool *tool, pid_t pid, int nid)
{
	int fd;

	snprintf(running.output, sizeof(running.output), "/tmp/tool.XXXXXX");
	fd = mkostemp(running.output, O_CLOEXEC);
	if (fd < 0)
		return false;
	running.tool = tool;
	running.pid = proc_fork();
	if (!running.pid)
		become(tool, pid, nid, fd);
	close(fd);
	if (running.pid > 0 && wait_observes(running.pid))
		return true;
	tool_stop();
	return false;
}

/* Asked to end it says what it saw; it may take a while to go through that. */
uint64_t tool_stop(void)
{
	uint64_t end = now_ns() + PATIENCE_NS * patience(), events;
	char *output;

	kill(running.pid, SIGINT);
	while (proc_state(running.pid) != 'Z' && proc_state(running.pid) && now_ns() < end)
		sleep_ms(10);
	proc_end(running.pid);
	output = text_read(running.output, NULL);
	events = output ? running.tool->events(output) : 0;
	if (!events)
		printf("%s saw nothing: %.500s\n", running.tool->argv[0], output ?: "");
	free(output);
	unlink(running.output);
	return events;
}
