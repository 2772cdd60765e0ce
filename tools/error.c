// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that goes to stderr, and which exit status it ends in.
 */
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "file.h"

/* What the module answers to a write, and what that means to a person. */
struct answer {
	int err;
	enum numalens_exit code;
	const char *text;	/* %s is the pid */
};

static const struct answer watch_answers[] = {
	{ ESRCH, NUMALENS_NO_PROCESS, "no such process: %s" },
	{ EOPNOTSUPP, NUMALENS_NO_PROCESS,
	  "%s is a kernel thread: it has no memory of its own to look at" },
	{ EINVAL, NUMALENS_NO_PROCESS,
	  "%s is a thread, not a process: give the pid of its process" },
	{ ERANGE, NUMALENS_NO_PROCESS, "no pid is as large as %s" },
	{ EEXIST, NUMALENS_OK, "%s is already watched" },
	{ ENOSPC, NUMALENS_FAILED,
	  "can't watch %s: max_watched processes are watched already; unwatch some, or raise "
	  "/sys/kernel/numalens/max_watched" },
	{ ENOMEM, NUMALENS_FAILED, "can't watch %s: the kernel is out of memory" },
	{ EAGAIN, NUMALENS_FAILED,
	  "can't watch %s: it changes its address space faster than it can be scanned; try again" },
	{ EPERM, NUMALENS_NO_PERMISSION,
	  "can't watch %s: that takes CAP_SYS_PTRACE in the initial user namespace; try sudo" },
	{ 0 }
};

static const struct answer unwatch_answers[] = {
	{ ESRCH, NUMALENS_NO_PROCESS, "%s is not watched; see numalens list" },
	{ EINVAL, NUMALENS_NO_PROCESS, "%s is not watched; see numalens list" },
	{ ERANGE, NUMALENS_NO_PROCESS, "no pid is as large as %s" },
	{ EBUSY, NUMALENS_FAILED, "%s is being scanned for the first time; try again" },
	{ EPERM, NUMALENS_NO_PERMISSION,
	  "can't unwatch %s: that takes CAP_SYS_PTRACE in the initial user namespace; try sudo" },
	{ 0 }
};

/* Done before the next message. */
static void (*before)(void);

/**
 * numalens_error_before() - say what has to be done before something goes to stderr
 * @function: done once; NULL for nothing
 */
void numalens_error_before(void (*function)(void))
{
	before = function;
}

__attribute__((format(printf, 1, 0)))
static void print(const char *fmt, va_list args)
{
	void (*function)(void) = before;

	before = NULL;
	if (function)
		function();
	/* What is on stdout already came first. */
	fflush(stdout);
	fputs("numalens: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
}

/**
 * numalens_note() - tell the user something that is no error
 * @fmt: as for printf()
 */
void numalens_note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print(fmt, args);
	va_end(args);
}

/**
 * numalens_error() - tell the user what went wrong
 * @code: exit status it leads to
 * @fmt: as for printf()
 *
 * Return: @code.
 */
int numalens_error(enum numalens_exit code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print(fmt, args);
	va_end(args);
	return code;
}

/**
 * numalens_error_file() - tell the user about a file that can't be used
 * @dir: directory of the file
 * @name: file, or NULL for the directory
 * @verb: what could not be done: "read", "write"
 * @err: errno, or EBADMSG for contents that make no sense
 *
 * Return: the exit status.
 */
int numalens_error_file(const struct numalens_dir *dir, const char *name,
			const char *verb, int err)
{
	const char *slash = name ? "/" : "";
	enum numalens_exit code = NUMALENS_FAILED;
	const char *next = "";

	name = name ? name : "";
	if (err == EBADMSG)
		return numalens_error(NUMALENS_FAILED,
				      "%s%s%s holds what makes no sense there",
				      dir->path, slash, name);
	switch (err) {
	case ENOENT:
	case ENOTDIR:
		code = NUMALENS_MISSING;
		if (numalens_dir_is_module(dir))
			next = "; try numalens doctor";
		break;
	case EACCES:
	case EPERM:
		code = NUMALENS_NO_PERMISSION;
		next = "; try sudo";
		break;
	}
	return numalens_error(code, "can't %s %s%s%s: %s%s", verb, dir->path,
			      slash, name, strerror(err), next);
}

/**
 * numalens_error_name() - symbol of an errno, for JSON
 * @err: errno
 *
 * Return: the symbol, or NULL where there is none.
 */
const char *numalens_error_name(int err)
{
	return err ? strerrorname_np(err) : NULL;
}

static int answer_print(const struct answer *answers, const char *verb,
			const char *pid, int err)
{
	const struct answer *a;

	for (a = answers; a->err; a++) {
		if (a->err != err)
			continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		return numalens_error(a->code, a->text, pid);
#pragma GCC diagnostic pop
	}
	return numalens_error(NUMALENS_FAILED, "can't %s %s: %s", verb, pid,
			      strerror(err));
}

/**
 * numalens_error_watch() - tell the user why a process is not watched
 * @pid: what was asked for
 * @err: errno of the write
 *
 * Return: the exit status.
 */
int numalens_error_watch(const char *pid, int err)
{
	return answer_print(watch_answers, "watch", pid, err);
}

/**
 * numalens_error_unwatch() - tell the user why a process is not unwatched
 * @pid: what was asked for
 * @err: errno of the write
 *
 * Return: the exit status.
 */
int numalens_error_unwatch(const char *pid, int err)
{
	return answer_print(unwatch_answers, "unwatch", pid, err);
}
