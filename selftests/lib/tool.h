/* SPDX-License-Identifier: GPL-2.0 */
/* A program of others that observes a process, beside which numalens is measured. */
#ifndef SELFTESTS_TOOL_H
#define SELFTESTS_TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * struct tool - one
 * @argv: the program and its arguments; "PID" stands for the process
 * @events: how many events it says it saw, from all that it printed
 */
struct tool {
	const char *const *argv;
	uint64_t (*events)(const char *output);
};

extern const struct tool tool_bpftrace, tool_perf_record, tool_perf_trace;

/**
 * tool_start - start it, and wait until it observes
 * @tool: which
 * @pid: the process
 * @nid: the node whose CPUs it is to run on
 *
 * Return: false where that can't be had.
 */
bool tool_start(const struct tool *tool, pid_t pid, int nid);

/** tool_stop - stop the one that was started; what it saw, as struct tool's @events */
uint64_t tool_stop(void);

#endif
