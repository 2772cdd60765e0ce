// SPDX-License-Identifier: GPL-2.0
/*
 * Wakeups: the first thread of an actor wakes the second through a pipe. In the
 * actor both see the pipes, so they are static.
 */
#include "wakeup.h"

#include <errno.h>
#include <fcntl.h>
#include <numa.h>
#include <sched.h>
#include <unistd.h>

#include "actor.h"
#include "error.h"

#define WAKER		0
#define SLEEPER		1
#define ASLEEP_US	2000	/* after that long it sleeps, or nearly always */

static int to_sleeper[2], to_waker[2];

static int open_pipes(void *context)
{
	(void)context;
	return pipe2(to_sleeper, O_CLOEXEC) || pipe2(to_waker, O_CLOEXEC) ? errno : 0;
}

static int close_pipes(void *context)
{
	int i;

	(void)context;
	for (i = 0; i < 2; i++) {
		close(to_sleeper[i]);
		close(to_waker[i]);
	}
	return 0;
}

static unsigned int where(void)
{
	unsigned int cpu, nid;

	return getcpu(&cpu, &nid) ? -1U : nid;
}

static int sleep_once(struct numalens_wakeup *wakeup)
{
	unsigned int nid;
	char byte = 0;

	if (wakeup->roams && (numa_run_on_node(wakeup->nid) || numa_run_on_node(-1)))
		return errno;
	nid = where();
	if (write(to_waker[1], &byte, 1) != 1 || read(to_sleeper[0], &byte, 1) != 1)
		return errno;
	if (nid != wakeup->nid)
		return 0;
	wakeup->slept++;
	wakeup->brought += where() == wakeup->waker_nid;
	return 0;
}

static int sleep_and_wake(void *context)
{
	struct numalens_wakeup *wakeup = context;
	int err = numa_run_on_node(wakeup->nid) ? errno : 0;
	unsigned int i;

	for (i = 0; i < NUMALENS_WAKEUP_ROUNDS && !err; i++)
		err = sleep_once(wakeup);
	/* Nobody is to wait for one who doesn't come. */
	if (err)
		close(to_waker[1]);
	return err;
}

static int wake(void *context)
{
	unsigned int i;
	char byte = 0;

	(void)context;
	errno = 0;
	for (i = 0; i < NUMALENS_WAKEUP_ROUNDS; i++) {
		if (read(to_waker[0], &byte, 1) != 1)
			break;
		usleep(ASLEEP_US);
		if (write(to_sleeper[1], &byte, 1) != 1)
			break;
	}
	/* End of file is no error by itself. */
	return i == NUMALENS_WAKEUP_ROUNDS ? 0 : errno ? errno : EPIPE;
}

/**
 * numalens_wakeup_run() - let one thread wake the other
 * @wakeup: how; gets what came of it
 * @actor: of two threads, the first tied to @wakeup->waker_nid
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_wakeup_run(struct numalens_wakeup *wakeup, struct numalens_actor *actor)
{
	int ret = numalens_actor_do(actor, WAKER, "make pipes", open_pipes, wakeup,
				    sizeof(*wakeup));

	if (!ret)
		ret = numalens_actor_begin(actor, SLEEPER, "sleep", sleep_and_wake, wakeup,
					   sizeof(*wakeup));
	if (!ret)
		ret = numalens_actor_do(actor, WAKER, "wake another", wake, wakeup,
					sizeof(*wakeup));
	if (!ret)
		ret = numalens_actor_end(actor, SLEEPER, "sleep", wakeup, sizeof(*wakeup));
	if (!ret)
		ret = numalens_actor_do(actor, WAKER, "close pipes", close_pipes, wakeup,
					sizeof(*wakeup));
	return ret;
}
