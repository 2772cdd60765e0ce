/* SPDX-License-Identifier: GPL-2.0 */
/* Access to /sys/kernel/numalens. Paths are relative to it. */
#ifndef SELFTESTS_LENS_H
#define SELFTESTS_LENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define LENS_ROOT	"/sys/kernel/numalens"

/** struct lens_settings - the settings of the root directory */
struct lens_settings {
	uint64_t max_watched;
	uint64_t max_vma_dirs;
	uint64_t max_thread_dirs;
	uint64_t refresh_ms;
	uint64_t cpu_limit_bp;
};

/** lens_loaded - is the module there */
bool lens_loaded(void);

/** lens_settings_get - read all; 0, or -errno */
int lens_settings_get(struct lens_settings *settings);

/** lens_settings_put - write all; 0, or -errno */
int lens_settings_put(const struct lens_settings *settings);

/** lens_path - "<root>/processes/<pid>/<name>", in a static buffer */
const char *lens_path(pid_t pid, const char *name);

/** lens_set - write a number to a file of the root; 0, or -errno */
int lens_set(const char *name, long long value);

/** lens_get - read the number in a file of the root; 0, or -errno */
int lens_get(const char *name, uint64_t *value);

/** lens_watch - 0, or -errno; lens_unwatch_all() remembers it */
int lens_watch(pid_t pid);

/** lens_unwatch - 0, or -errno */
int lens_unwatch(pid_t pid);

/** lens_unwatch_all - end every watch that this program began */
void lens_unwatch_all(void);

/** lens_watched - the processes that have a directory, their number */
int lens_watched(pid_t *pids, int max);

/** lens_dirs - directories below one of a watched process's: "vmas", "threads" */
int lens_dirs(pid_t pid, const char *name);

/** lens_forget_all - the watches are gone with the module that they were in */
void lens_forget_all(void);

/** lens_scan - scan now; 0, or -errno */
int lens_scan(pid_t pid);

/** lens_number - a file of a watched process that holds one number */
int lens_number(pid_t pid, const char *name, uint64_t *value);

/** lens_value - lens_number() for where failing is not expected: UINT64_MAX */
uint64_t lens_value(pid_t pid, const char *name);

/** lens_word - a file of a watched process as text, for free(); NULL, errno */
char *lens_word(pid_t pid, const char *name);

/** lens_row - numbers of a file, one for each node; how many, or -errno */
int lens_row(pid_t pid, const char *name, uint64_t *values, int max);

/** row_parse - numbers separated by spaces; how many, or -EPROTO */
int row_parse(const char *text, uint64_t *values, int max);

#endif
