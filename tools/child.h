/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CHILD_H
#define NUMALENS_CHILD_H

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/**
 * struct numalens_child - a command that is held before its first instruction
 * @pid: its pid
 * @go: a byte written to it lets the command begin
 * @failed: the errno of exec() can be read from it
 * @old: signals that were blocked before
 * @status: how it ended, as of wait(2)
 * @usage: what it used, with its children that it waited for
 * @lasted_ns: how long the command ran
 * @begun_ns: when it began, CLOCK_MONOTONIC
 */
struct numalens_child {
	pid_t pid;
	int go;
	int failed;
	sigset_t old;
	int status;
	struct rusage usage;
	uint64_t begun_ns;
	uint64_t lasted_ns;
};

int numalens_child_start(struct numalens_child *child, char **argv);
void numalens_child_abandon(struct numalens_child *child);
int numalens_child_release(struct numalens_child *child);
void numalens_child_wait(struct numalens_child *child, void (*tick)(void *context), void *context);
void numalens_child_end(struct numalens_child *child);
int numalens_child_exit_status(const struct numalens_child *child);

#endif /* NUMALENS_CHILD_H */
