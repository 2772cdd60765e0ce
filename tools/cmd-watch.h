/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CMD_WATCH_H
#define NUMALENS_CMD_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct numalens_args;
struct numalens_command;
struct numalens_filter;

/**
 * struct numalens_watch_verb - what is done to each of some processes
 * @command: name of the command
 * @done: what a process then is, for JSON
 * @write: does it; returns 0 or a negative errno
 * @explain: prints why it failed; returns the exit status
 */
struct numalens_watch_verb {
	const char *command;
	const char *done;
	int (*write)(const char *pid);
	int (*explain)(const char *pid, int err);
};

int numalens_watch_each(const struct numalens_watch_verb *what, char **pids, size_t nr, bool json);
int numalens_watch_pids_check(const struct numalens_command *command,
			      const struct numalens_args *args);

int numalens_watch_filter_parse(const struct numalens_command *command,
				struct numalens_filter *filter, const char *text);
int numalens_watch_taken(const struct numalens_watch_verb *what, const unsigned int *pids,
			 size_t nr, const struct numalens_filter *filter, bool json);

#endif /* NUMALENS_CMD_WATCH_H */
