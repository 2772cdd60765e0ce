// SPDX-License-Identifier: GPL-2.0
#include "workers.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "proc.h"

enum work { WORK_BURN, WORK_ROAM, WORK_BREED, WORK_CALL };

/* One thread's mail box, in memory shared with the test. */
struct worker {
	sem_t go, done;
	pid_t tid;
	int nid;
	enum work work;
	unsigned int ms, times;
	int nids[2];
	long (*call)(void *arg);
	void *arg;
	long result;
	bool asked;
	uint64_t spent[NODES_MAX];
};

struct workers {
	pid_t pid;
	int nr;
	struct worker worker[WORKERS_MAX];
};

static uint64_t own_cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void burn(unsigned int ms)
{
	uint64_t until = own_cpu_ns() + ms * 1000000ULL;

	while (own_cpu_ns() < until)
		;
}

/* Nothing but burning and moving, so that what it can't place is little. */
static void roam(struct worker *worker)
{
	cpu_set_t sets[2];
	unsigned int i;

	node_cpus(worker->nids[0], &sets[0]);
	node_cpus(worker->nids[1], &sets[1]);
	for (i = 0; i < worker->times * 2; i++) {
		uint64_t before;

		sched_setaffinity(0, sizeof(sets[0]), &sets[i % 2]);
		before = own_cpu_ns();
		burn(i % 2 ? 3 * worker->ms : worker->ms);
		worker->spent[worker->nids[i % 2]] += own_cpu_ns() - before;
	}
	node_pin(worker->nid);
}

struct brood {
	struct worker *worker;
	uint64_t ns;
};

/* The clock of a thread is its sum_exec_runtime, which schedstat prints. */
static void *breed_one(void *arg)
{
	struct brood *brood = arg;
	pid_t tid = syscall(SYS_gettid);

	burn(brood->worker->ms);
	brood->ns = proc_run_ns(getpid(), tid);
	return NULL;
}

static void breed(struct worker *worker)
{
	struct brood brood = { .worker = worker };
	unsigned int i;
	pthread_t thread;

	for (i = 0; i < worker->times; i++) {
		if (pthread_create(&thread, NULL, breed_one, &brood))
			_exit(1);
		pthread_join(thread, NULL);
		worker->spent[worker->nid] += brood.ns;
	}
}

static void *worker_run(void *arg)
{
	struct worker *worker = arg;

	node_pin(worker->nid);
	worker->tid = syscall(SYS_gettid);
	for (;;) {
		sem_post(&worker->done);
		while (sem_wait(&worker->go))
			;
		if (worker->work == WORK_BURN)
			burn(worker->ms);
		else if (worker->work == WORK_ROAM)
			roam(worker);
		else if (worker->work == WORK_CALL)
			worker->result = worker->call(worker->arg);
		else
			breed(worker);
	}
	return NULL;
}

/* Node ids are those of the topology, not "first" and "second". */
static void pages_make(int nid, uint64_t nr)
{
	size_t len = nr * getpagesize();
	unsigned long mask = 1UL << nid;
	char *addr = mmap(NULL, len, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (addr == MAP_FAILED)
		_exit(1);
	madvise(addr, len, MADV_NOHUGEPAGE);
	if (syscall(SYS_mbind, addr, len, 2 /* MPOL_BIND */, &mask, 64, 0))
		_exit(1);
	memset(addr, 1, len);
}

static void process_run(struct workers *workers, const uint64_t *pages)
{
	pthread_t thread;
	int i;

	prctl(PR_SET_NAME, WORKERS_COMM);
	node_pin(workers->worker[0].nid);
	for (i = 0; pages && i < NODES_MAX; i++)
		if (pages[i])
			pages_make(i, pages[i]);
	for (i = 0; i < workers->nr; i++)
		if (pthread_create(&thread, NULL, worker_run,
				   &workers->worker[i]))
			_exit(1);
	for (;;)
		pause();
}

struct workers *workers_start(const int *nids, int nr, const uint64_t *pages)
{
	struct workers *workers = mmap(NULL, sizeof(*workers),
				       PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int i;

	if (workers == MAP_FAILED || nr > WORKERS_MAX)
		return NULL;
	workers->nr = nr;
	for (i = 0; i < nr; i++) {
		sem_init(&workers->worker[i].go, 1, 0);
		sem_init(&workers->worker[i].done, 1, 0);
		workers->worker[i].nid = nids[i];
		workers->worker[i].asked = true;
	}
	pid = proc_fork();
	if (pid < 0)
		return NULL;
	if (!pid)
		process_run(workers, pages);
	/* not by the child: this is shared */
	workers->pid = pid;
	workers_wait(workers);
	return workers;
}

pid_t workers_pid(const struct workers *workers)
{
	return workers->pid;
}

pid_t workers_tid(const struct workers *workers, int i)
{
	return workers->worker[i].tid;
}

static void ask(struct worker *worker, enum work work, unsigned int ms,
		unsigned int times)
{
	worker->work = work;
	worker->ms = ms;
	worker->times = times;
	worker->asked = true;
	sem_post(&worker->go);
}

void workers_burn(struct workers *workers, int i, unsigned int ms)
{
	ask(&workers->worker[i], WORK_BURN, ms, 1);
}

void workers_roam(struct workers *workers, int i, int nid, int other,
		  unsigned int ms, unsigned int rounds)
{
	workers->worker[i].nids[0] = nid;
	workers->worker[i].nids[1] = other;
	ask(&workers->worker[i], WORK_ROAM, ms, rounds);
}

void workers_breed(struct workers *workers, int i, unsigned int ms,
		   unsigned int nr)
{
	ask(&workers->worker[i], WORK_BREED, ms, nr);
}

/* The process is a fork: functions are where they are in the test. */
void workers_call(struct workers *workers, int i, long (*call)(void *arg),
		  void *arg)
{
	workers->worker[i].call = call;
	workers->worker[i].arg = arg;
	ask(&workers->worker[i], WORK_CALL, 0, 1);
}

long workers_result(const struct workers *workers, int i)
{
	return workers->worker[i].result;
}

uint64_t workers_spent(const struct workers *workers, int nid)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < workers->nr; i++)
		sum += workers->worker[i].spent[nid];
	return sum;
}

void workers_wait(struct workers *workers)
{
	int i;

	for (i = 0; i < workers->nr; i++) {
		struct worker *worker = &workers->worker[i];

		while (worker->asked && sem_wait(&worker->done))
			;
		worker->asked = false;
	}
	proc_wait_state(workers->pid, 'S');
}

void workers_end(struct workers *workers)
{
	proc_end(workers->pid);
	munmap(workers, sizeof(*workers));
}
