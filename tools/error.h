/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_ERROR_H
#define NUMALENS_ERROR_H

struct numalens_dir;

/**
 * enum numalens_exit - exit status of every command
 * @NUMALENS_OK: done
 * @NUMALENS_FAILED: a check failed, or data could not be read or written
 * @NUMALENS_USAGE: the command line is wrong
 * @NUMALENS_MISSING: the module, a feature of the kernel, or libvirt, is not there
 * @NUMALENS_NO_PROCESS: no such process, or none matches; no such domain, or none that runs
 * @NUMALENS_NO_PERMISSION: the caller may not
 * @NUMALENS_FULL: the disk is full: what was recorded before is kept
 */
enum numalens_exit {
	NUMALENS_OK = 0,
	NUMALENS_FAILED = 1,
	NUMALENS_USAGE = 2,
	NUMALENS_MISSING = 3,
	NUMALENS_NO_PROCESS = 4,
	NUMALENS_NO_PERMISSION = 5,
	NUMALENS_FULL = 6,
};

void numalens_error_before(void (*function)(void));
void numalens_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int numalens_error(enum numalens_exit code, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int numalens_error_file(const struct numalens_dir *dir, const char *name,
			const char *verb, int err);
const char *numalens_error_name(int err);
int numalens_error_watch(const char *pid, int err);
int numalens_error_unwatch(const char *pid, int err);

#endif /* NUMALENS_ERROR_H */
