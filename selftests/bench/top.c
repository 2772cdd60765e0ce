// SPDX-License-Identifier: GPL-2.0
/*
 * What "numalens top" takes of a CPU while it shows many processes, and what the scans take
 * that it has the module make; beside the top(1) of procps, which shows as many. Each of the
 * processes writes to some of its memory now and then. What a tool takes until it has shown
 * its first frames, numalens' watches included, is left out.
 *
 * usage: top [PROCESSES [SECONDS]]	by default 200 and 60
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/bench_out.h"
#include "../lib/case.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define SIZE		(4UL << 20)
#define PROCESSES_MAX	1000
#define SECONDS_MAX	3600
/* the delay of both, and what is left out */
#define DELAY		"2"
#define WARM_UP_S	10

static char name[32];

static void work(void)
{
	char *mem = malloc(SIZE);
	size_t i;

	for (;;) {
		for (i = 0; mem && i < SIZE; i += 4096)
			mem[i]++;
		sleep(5);
	}
}

static pid_t tool_run(char *const argv[])
{
	pid_t pid = proc_fork();
	int fd;

	if (pid)
		return pid;
	fd = open("/dev/null", O_WRONLY);
	dup2(fd, STDOUT_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static double put(const char *tool, const char *what, uint64_t cpu_ns, uint64_t ns)
{
	double percent = cpu_ns * 100.0 / ns;
	char metric[64];

	snprintf(metric, sizeof(metric), "%s, %% of a CPU", what ? what : tool);
	printf("%-40s %12.3f\n", metric, percent);
	bench_put("top", name, metric, percent, percent, percent);
	return percent;
}

/* Return: what it takes of a CPU, in percent; 0 if it does not run. */
static double take(char *const argv[], const char *tool, const char *workers, unsigned int seconds)
{
	uint64_t begin, cpu_ns, workers_ns;
	pid_t pid = tool_run(argv);
	double percent;

	sleep(WARM_UP_S);
	begin = now_ns();
	cpu_ns = proc_clock_ns(pid);
	workers_ns = proc_workers_ns();
	sleep(seconds);
	if (proc_state(pid) == 'Z' || !proc_state(pid))
		return !fail("%s has ended", tool);
	begin = now_ns() - begin;
	percent = put(tool, NULL, proc_clock_ns(pid) - cpu_ns, begin);
	put(tool, workers, proc_workers_ns() - workers_ns, begin);
	proc_end(pid);
	return percent;
}

int main(int argc, char **argv)
{
	unsigned int nr = argc > 1 ? strtoul(argv[1], NULL, 10) : 200, i;
	unsigned int seconds = argc > 2 ? strtoul(argv[2], NULL, 10) : 60;
	char max[16];
	char *const lens[] = { "numalens", "top", "--batch", "-d", DELAY, "--max", max, NULL };
	char *const procps[] = { "top", "-b", "-d", DELAY, NULL };
	double ours, theirs;
	pid_t pid;

	need(1);
	if (!nr || nr > PROCESSES_MAX || !seconds || seconds > SECONDS_MAX)
		skip_all("usage: top [PROCESSES [SECONDS]]");
	snprintf(name, sizeof(name), "%u processes", nr);
	snprintf(max, sizeof(max), "%u", nr);
	for (i = 0; i < nr; i++) {
		pid = proc_fork();
		if (pid < 0)
			skip_all("no %u processes", nr);
		if (!pid)
			work();
	}
	printf("%s, a frame each %s s\n", name, DELAY);
	theirs = take(procps, "top of procps", "workers meanwhile", seconds);
	ours = take(lens, "numalens top", "workers that scan meanwhile", seconds);
	if (!ours || !theirs)
		return 1;
	printf("%-40s %12.3f\n", "numalens top/top of procps", ours / theirs);
	bench_put("top", name, "numalens top/top of procps", ours / theirs, ours / theirs,
		  ours / theirs);
	return 0;
}
