// SPDX-License-Identifier: GPL-2.0
/*
 * A crowd: processes that an actor forks to keep CPUs busy. Each says at once
 * where it began, and then, again and again, where it is. They die with the
 * actor.
 */
#include "crowd.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "error.h"
#include "lab.h"

#define BUSY_NS		3000000L	/* of one that naps, between two naps */
#define NAP_US		5000
#define LIMIT_MS	120000

/* The board is mapped in the actor as in us. */
struct order {
	struct numalens_crowd_board *board;
	unsigned int nr;
	bool naps;
	int cpus[NUMALENS_CROWD_MAX];
};

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000L + now.tv_nsec;
}

/* Does not return. */
static void be_busy(const struct order *order, unsigned int i)
{
	struct numalens_crowd_board *board = order->board;
	cpu_set_t set;
	long since;

	__atomic_store_n(&board->first_cpus[i], sched_getcpu() + 1, __ATOMIC_RELEASE);
	if (order->cpus[i] != NUMALENS_CROWD_FREE) {
		CPU_ZERO(&set);
		CPU_SET(order->cpus[i], &set);
		sched_setaffinity(0, sizeof(set), &set);
	}
	while (!__atomic_load_n(&board->calm, __ATOMIC_RELAXED)) {
		since = now_ns();
		while (now_ns() - since < BUSY_NS)
			__atomic_store_n(&board->cpus[i], sched_getcpu(), __ATOMIC_RELAXED);
		if (order->naps)
			usleep(NAP_US);
	}
	for (;;)
		pause();
}

static int begin(void *context)
{
	const struct order *order = context;
	pid_t parent = getpid();
	unsigned int i;

	memset(order->board, 0, sizeof(*order->board));
	for (i = 0; i < order->nr; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return errno;
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() == parent)
				be_busy(order, i);
			_exit(1);
		}
		order->board->pids[i] = pid;
	}
	return 0;
}

static int end(void *context)
{
	const struct order *order = context;
	unsigned int i;

	for (i = 0; i < order->nr && order->board->pids[i]; i++) {
		kill(order->board->pids[i], SIGKILL);
		while (waitpid(order->board->pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	}
	return 0;
}

/**
 * numalens_crowd_open() - start the parent of a crowd
 * @crowd: gets it; numalens_crowd_close() it, whatever is returned
 * @lab: the experiment's
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_crowd_open(struct numalens_crowd *crowd, struct numalens_lab *lab)
{
	crowd->nr = 0;
	crowd->actor = NULL;
	crowd->board = mmap(NULL, sizeof(*crowd->board), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crowd->board == MAP_FAILED)
		return numalens_lab_fail(lab, "no crowd can be started: %s", strerror(errno));
	crowd->actor = numalens_actor_start(lab, "lab-forker", 1);
	return crowd->actor ? NUMALENS_OK : NUMALENS_FAILED;
}

/**
 * numalens_crowd_start() - let the parent fork
 * @crowd: crowd, of nobody yet
 * @nr: how many, up to NUMALENS_CROWD_MAX
 * @naps: each sleeps now and then; else none does
 * @cpus: CPU that each goes to once it has begun, or NUMALENS_CROWD_FREE; NULL: none has to
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_crowd_start(struct numalens_crowd *crowd, unsigned int nr, bool naps, const int *cpus)
{
	struct order order = { .board = crowd->board, .nr = nr, .naps = naps };
	unsigned int i, tries = LIMIT_MS;
	int ret;

	for (i = 0; i < nr; i++)
		order.cpus[i] = cpus ? cpus[i] : NUMALENS_CROWD_FREE;
	crowd->nr = nr;
	ret = numalens_actor_do(crowd->actor, 0, "fork", begin, &order, sizeof(order));
	for (i = 0; i < nr && !ret; i++) {
		while (!__atomic_load_n(&crowd->board->first_cpus[i], __ATOMIC_ACQUIRE) && tries) {
			tries--;
			usleep(1000);
		}
		if (!crowd->board->first_cpus[i])
			ret = numalens_lab_fail(crowd->actor->lab,
						"what the crowd forked does not run");
	}
	return ret;
}

/**
 * numalens_crowd_calm() - let the processes be, but be busy no more
 * @crowd: crowd; it can't be busy again before it is stopped
 */
void numalens_crowd_calm(struct numalens_crowd *crowd)
{
	__atomic_store_n(&crowd->board->calm, 1, __ATOMIC_RELAXED);
}

/**
 * numalens_crowd_stop() - end the processes of a crowd
 * @crowd: crowd, perhaps of nobody
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_crowd_stop(struct numalens_crowd *crowd)
{
	struct order order = { .board = crowd->board, .nr = crowd->nr };

	if (!crowd->nr)
		return NUMALENS_OK;
	crowd->nr = 0;
	return numalens_actor_do(crowd->actor, 0, "end what it forked", end, &order,
				 sizeof(order));
}

/**
 * numalens_crowd_close() - look at a crowd no more
 * @crowd: crowd; its parent is the lab's to stop
 */
void numalens_crowd_close(struct numalens_crowd *crowd)
{
	if (crowd->board != MAP_FAILED)
		munmap(crowd->board, sizeof(*crowd->board));
}
