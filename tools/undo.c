// SPDX-License-Identifier: GPL-2.0
/*
 * Writes that have to be done in every case: at the end, at an error, and when
 * a signal ends us. So settings come back, and watches end.
 *
 * A handler does them, so what it reads is static, complete before it is
 * marked as there, and written by nothing that a handler may not call.
 */
#include "undo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "error.h"
#include "file.h"

/* Memory is used only of as many as there are. */
#define MAX_UNDOS	2048
#define MAX_TEXT	256

static struct {
	char path[PATH_MAX];
	char text[MAX_TEXT];
} undos[MAX_UNDOS];

static int there[MAX_UNDOS];

/* What is to be done when all writes are. */
static void (*last)(void);

static const int fatal[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM };

static bool is_there(int undo)
{
	return __atomic_load_n(&there[undo], __ATOMIC_ACQUIRE);
}

static void there_set(int undo, bool is)
{
	__atomic_store_n(&there[undo], is, __ATOMIC_RELEASE);
}

/**
 * numalens_undo_run() - do a write, and forget it
 * @undo: what numalens_undo_add() returned
 */
void numalens_undo_run(int undo)
{
	int fd;

	if (!is_there(undo))
		return;
	fd = open(undos[undo].path, O_WRONLY | O_CLOEXEC);
	/* Nobody is left who could be told that it failed. */
	if (fd >= 0 && write(fd, undos[undo].text, strlen(undos[undo].text)) < 0)
		errno = 0;
	if (fd >= 0)
		close(fd);
	there_set(undo, false);
}

/**
 * numalens_undo_all() - do all writes, the last one first
 */
void numalens_undo_all(void)
{
	int undo;

	for (undo = MAX_UNDOS; undo--;)
		numalens_undo_run(undo);
}

static void die(int sig)
{
	numalens_undo_all();
	if (last)
		last();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void arm(void)
{
	struct sigaction action = { .sa_handler = die, .sa_flags = SA_NODEFER }, old;
	static bool armed;
	size_t i;

	if (armed)
		return;
	armed = true;
	atexit(numalens_undo_all);
	sigfillset(&action.sa_mask);
	for (i = 0; i < ARRAY_SIZE(fatal); i++)
		if (!sigaction(fatal[i], NULL, &old) && old.sa_handler != SIG_IGN)
			sigaction(fatal[i], &action, NULL);
}

/**
 * numalens_undo_last() - say what else has to be done when a signal ends us
 * @function: done when all writes are; a handler may call it. NULL for nothing
 */
void numalens_undo_last(void (*function)(void))
{
	arm();
	last = function;
}

/**
 * numalens_undo_add() - plan a write for the end
 * @directory: of the file, below the sysroot
 * @name: the file
 * @text: what is to be written
 *
 * Return: a number for numalens_undo_run().
 */
int numalens_undo_add(const char *directory, const char *name, const char *text)
{
	struct numalens_dir dir;
	int undo;

	arm();
	for (undo = 0; undo < MAX_UNDOS && is_there(undo); undo++)
		;
	numalens_dir_set(&dir, "%s/%s", directory, name);
	if (undo == MAX_UNDOS || strlen(text) >= MAX_TEXT)
		exit(numalens_error(NUMALENS_FAILED, "%s can't be put back: there is too much to do",
				    dir.path));
	strcpy(undos[undo].path, dir.path);
	strcpy(undos[undo].text, text);
	there_set(undo, true);
	return undo;
}

/**
 * numalens_undo_drop() - forget a write that is not to be done
 * @undo: what numalens_undo_add() returned
 */
void numalens_undo_drop(int undo)
{
	there_set(undo, false);
}

/**
 * numalens_undo_forget() - leave all to somebody else: we are a child
 */
void numalens_undo_forget(void)
{
	struct sigaction old;
	size_t i;

	for (i = 0; i < MAX_UNDOS; i++)
		there_set(i, false);
	/* What is ignored, as behind nohup, stays so. */
	for (i = 0; i < ARRAY_SIZE(fatal); i++)
		if (!sigaction(fatal[i], NULL, &old) && old.sa_handler == die)
			signal(fatal[i], SIG_DFL);
}

static bool is_planned(const struct numalens_dir *dir, const char *name)
{
	char *path = numalens_strf("%s/%s", dir->path, name);
	bool is = false;
	size_t i;

	for (i = 0; i < MAX_UNDOS; i++)
		is |= is_there(i) && !strcmp(undos[i].path, path);
	free(path);
	return is;
}

/**
 * numalens_undo_setting() - change a setting of the machine until the end
 * @directory: of the setting, below the sysroot: "proc/sys/kernel"
 * @name: the setting
 * @value: its new value; the one it had before the first change comes back
 *
 * Return: 0 or a negative errno.
 */
int numalens_undo_setting(const char *directory, const char *name, const char *value)
{
	struct numalens_dir dir;
	char *old;
	int ret;

	numalens_dir_set(&dir, "%s", directory);
	ret = numalens_dir_read(&dir, name, &old);
	if (!ret && !is_planned(&dir, name))
		numalens_undo_add(directory, name, old);
	free(old);
	return ret ? ret : numalens_dir_write(&dir, name, value);
}
