// SPDX-License-Identifier: GPL-2.0
/*
 * gnuplot, run as a child. Scripts hold numbers and words of ours only: no text
 * of a record comes near it, and no shell.
 */
#include "gnuplot.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"

/* More than any page needs: what is longer has gone wrong. */
#define MAX_OUTPUT	(256LL << 20)

/* Files without a name, so that none is left behind. */
static int file_new(const char *text)
{
	int fd = memfd_create("numalens", MFD_CLOEXEC);
	size_t left = strlen(text);

	while (fd >= 0 && left) {
		ssize_t done = write(fd, text, left);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0) {
			close(fd);
			return -1;
		}
		text += done;
		left -= done;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static char *file_text(int fd)
{
	struct stat stat;
	ssize_t got;
	char *text;

	if (fstat(fd, &stat) || stat.st_size > MAX_OUTPUT)
		return NULL;
	text = numalens_alloc(stat.st_size + 1, 1);
	got = pread(fd, text, stat.st_size, 0);
	text[got < 0 ? 0 : got] = '\0';
	return text;
}

/* Its exit status, -1 if it did not run or did not end by itself. */
static int execute(int in, int out, int err, char **why)
{
	static char *const argv[] = { (char *)"gnuplot", (char *)"--default-settings", NULL };
	posix_spawn_file_actions_t actions;
	int ret, status;
	pid_t pid;

	/* Ignored, as some parents leave it, there would be nothing to wait for. */
	signal(SIGCHLD, SIG_DFL);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	ret = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (ret == ENOENT)
		*why = numalens_strdup("gnuplot is not installed; its package is gnuplot-nox");
	else if (ret)
		*why = numalens_strf("gnuplot can't be run: %s", strerror(ret));
	if (ret)
		return -1;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/**
 * numalens_gnuplot_run() - let gnuplot draw
 * @script: what
 * @why: gets the reason if it did not; free() it
 *
 * Return: what it wrote to stdout, NULL if it failed; free() it.
 */
char *numalens_gnuplot_run(const char *script, char **why)
{
	int in = file_new(script), out = file_new(""), err = file_new(""), status = -1;
	char *text = NULL;

	*why = NULL;
	if (in < 0 || out < 0 || err < 0)
		*why = numalens_strf("no memory for gnuplot: %s", strerror(errno));
	else
		status = execute(in, out, err, why);
	if (!status)
		text = file_text(out);
	if (!text && !*why) {
		char *said = status < 0 ? NULL : file_text(err);

		*why = numalens_strf("gnuplot failed%s%s", said && *said ? ": " : "",
				     said ? said + strspn(said, "\n ") : "");
		free(said);
	}
	close(in);
	close(out);
	close(err);
	return text;
}
