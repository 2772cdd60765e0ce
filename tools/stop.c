// SPDX-License-Identifier: GPL-2.0
/*
 * Signals that end what goes on and on: they wait, and are looked for, so that
 * none of them ends us before all is put back.
 */
#include "stop.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "alloc.h"

static sigset_t ending;

/**
 * numalens_stop_arm() - let signals wait from now on
 *
 * One that is ignored, as behind nohup, stays so.
 */
void numalens_stop_arm(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action;
	size_t i;

	sigemptyset(&ending);
	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (!sigaction(signals[i], NULL, &action) && action.sa_handler != SIG_IGN)
			sigaddset(&ending, signals[i]);
	sigprocmask(SIG_BLOCK, &ending, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/**
 * numalens_stop_came() - was there a signal?
 *
 * Return: true if one waits.
 */
bool numalens_stop_came(void)
{
	sigset_t pending, both;

	sigpending(&pending);
	return !sigandset(&both, &pending, &ending) && !sigisemptyset(&both);
}

/**
 * numalens_stop_wait() - wait for a time, or for a signal
 * @ns: how long
 *
 * Return: true if a signal came.
 */
bool numalens_stop_wait(uint64_t ns)
{
	const struct timespec timeout = { ns / 1000000000, ns % 1000000000 };

	return sigtimedwait(&ending, NULL, &timeout) > 0;
}
