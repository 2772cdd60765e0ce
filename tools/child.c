// SPDX-License-Identifier: GPL-2.0
/*
 * A command that we run: held until all is prepared, then left to itself.
 *
 * It stays in our process group, so what the terminal sends reaches it without
 * us. What somebody sends to us alone is passed on. While it runs our signals
 * are blocked, and taken one by one: none of them ends us before the account
 * is done.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "error.h"

#define TICK_NS		200000000L
#define NOT_FOUND	127
#define NOT_RUN		126

static const int passed_on[] = {
	SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGTSTP, SIGCONT,
};

static void signals_block(sigset_t *set, sigset_t *old)
{
	size_t i;

	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	for (i = 0; i < ARRAY_SIZE(passed_on); i++)
		sigaddset(set, passed_on[i]);
	sigprocmask(SIG_BLOCK, set, old);
}

/* The other side of numalens_child_start(); does not return. */
static void run(char **argv, int go, int failed, const sigset_t *old)
{
	char byte;
	int err;

	/* No byte: we were abandoned, perhaps by one who was killed. */
	if (read(go, &byte, 1) != 1)
		_exit(NOT_RUN);
	sigprocmask(SIG_SETMASK, old, NULL);
	execvp(argv[0], argv);
	err = errno;
	if (write(failed, &err, sizeof(err)) < 0)
		_exit(NOT_RUN);
	_exit(err == ENOENT ? NOT_FOUND : NOT_RUN);
}

/**
 * numalens_child_start() - start a command, and hold it
 * @child: gets it
 * @argv: the command and its arguments, NULL behind the last
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_child_start(struct numalens_child *child, char **argv)
{
	int go[2], failed[2];
	sigset_t set;

	memset(child, 0, sizeof(*child));
	if (pipe2(go, O_CLOEXEC))
		return numalens_error(NUMALENS_FAILED, "can't make a pipe: %s", strerror(errno));
	if (pipe2(failed, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return numalens_error(NUMALENS_FAILED, "can't make a pipe: %s", strerror(errno));
	}
	/* Ignored, as some parents leave it, there would be nothing to wait for. */
	signal(SIGCHLD, SIG_DFL);
	signals_block(&set, &child->old);
	child->pid = fork();
	if (!child->pid) {
		close(go[1]);
		close(failed[0]);
		run(argv, go[0], failed[1], &child->old);
	}
	close(go[0]);
	close(failed[1]);
	child->go = go[1];
	child->failed = failed[0];
	if (child->pid > 0)
		return NUMALENS_OK;
	numalens_error(NUMALENS_FAILED, "can't fork: %s", strerror(errno));
	close(child->go);
	close(child->failed);
	sigprocmask(SIG_SETMASK, &child->old, NULL);
	return NUMALENS_FAILED;
}

static void reap(struct numalens_child *child, int options)
{
	pid_t pid;

	do
		pid = wait4(child->pid, &child->status, options, &child->usage);
	while (pid < 0 && errno == EINTR);
	if (pid == child->pid)
		child->pid = 0;
}

/**
 * numalens_child_abandon() - end a command that was not released
 * @child: child
 */
void numalens_child_abandon(struct numalens_child *child)
{
	close(child->go);
	close(child->failed);
	reap(child, 0);
	sigprocmask(SIG_SETMASK, &child->old, NULL);
}

/**
 * numalens_child_release() - let the command begin
 * @child: child
 *
 * Return: 0, or the errno of why it could not.
 */
int numalens_child_release(struct numalens_child *child)
{
	int err = 0;

	child->begun_ns = numalens_clock_ns();
	if (write(child->go, "", 1) != 1)
		err = errno;
	close(child->go);
	/* Closed by a successful exec(). */
	while (!err && read(child->failed, &err, sizeof(err)) < 0)
		if (errno != EINTR)
			break;
	close(child->failed);
	if (err)
		reap(child, 0);
	return err;
}

/*
 * The terminal tells the whole group, the command too. When it is to be
 * stopped, so are we: the shell looks at us.
 */
static void signal_pass(const struct numalens_child *child, const siginfo_t *info)
{
	if (info->si_signo == SIGCHLD)
		return;
	if (info->si_code <= 0 && child->pid)
		kill(child->pid, info->si_signo);
	if (info->si_signo == SIGTSTP)
		raise(SIGSTOP);
}

/**
 * numalens_child_wait() - wait until the command has ended
 * @child: child
 * @tick: called a few times a second
 * @context: for @tick
 */
void numalens_child_wait(struct numalens_child *child, void (*tick)(void *context), void *context)
{
	const struct timespec timeout = { .tv_nsec = TICK_NS };
	siginfo_t info;
	sigset_t set;

	signals_block(&set, NULL);
	while (child->pid) {
		if (sigtimedwait(&set, &info, &timeout) > 0)
			signal_pass(child, &info);
		reap(child, WNOHANG);
		if (child->pid)
			tick(context);
	}
	child->lasted_ns = numalens_clock_ns() - child->begun_ns;
}

/**
 * numalens_child_end() - let signals do again what they do
 * @child: child
 *
 * One that came late may end us here.
 */
void numalens_child_end(struct numalens_child *child)
{
	sigprocmask(SIG_SETMASK, &child->old, NULL);
}

/**
 * numalens_child_exit_status() - exit status, as a shell has it
 * @child: child that has ended
 *
 * Return: that of the command, or 128 and the number of the signal that killed it.
 */
int numalens_child_exit_status(const struct numalens_child *child)
{
	if (WIFSIGNALED(child->status))
		return 128 + WTERMSIG(child->status);
	return WEXITSTATUS(child->status);
}
