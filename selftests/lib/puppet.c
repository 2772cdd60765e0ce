// SPDX-License-Identifier: GPL-2.0
#include "puppet.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "node.h"
#include "proc.h"
#include "small.h"

#define HUGE_SIZE	(2UL << 20)

/* One thread's mail box. */
struct string {
	sem_t go, done;
	pid_t tid;
	int nid;
	puppet_act act;
	long a, b, c, result;
	bool asked;
};

/* In memory that the test and the process share. */
struct puppet {
	pid_t pid;
	int nr;
	bool stopped;
	struct string string[PUPPET_MAX];
};

/* of the process itself */
static struct puppet *self;

static void *thread_run(void *arg)
{
	struct string *string = arg;

	do_pin(string->nid, 0, 0);
	string->tid = syscall(SYS_gettid);
	for (;;) {
		sem_post(&string->done);
		while (sem_wait(&string->go))
			;
		string->result = string->act(string->a, string->b, string->c);
	}
	return NULL;
}

static void process_run(struct puppet *puppet)
{
	pthread_t thread;
	int i;

	self = puppet;
	prctl(PR_SET_NAME, PUPPET_COMM);
	/* not the test's */
	syscall(SYS_set_mempolicy, MPOL_DEFAULT, NULL, 0);
	do_pin(puppet->string[0].nid, 0, 0);
	for (i = 0; i < puppet->nr; i++)
		if (pthread_create(&thread, NULL, thread_run,
				   &puppet->string[i]))
			_exit(1);
	for (;;)
		pause();
}

struct puppet *puppet_start(const int *nids, int nr)
{
	struct puppet *puppet = mmap(NULL, sizeof(*puppet),
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int i;

	if (puppet == MAP_FAILED || nr > PUPPET_MAX)
		return NULL;
	puppet->nr = nr;
	for (i = 0; i < nr; i++) {
		sem_init(&puppet->string[i].go, 1, 0);
		sem_init(&puppet->string[i].done, 1, 0);
		puppet->string[i].nid = nids[i];
		puppet->string[i].asked = true;
	}
	pid = proc_fork();
	if (pid < 0)
		return NULL;
	if (!pid)
		process_run(puppet);
	/* not by the child: this is shared */
	puppet->pid = pid;
	for (i = 0; i < nr; i++)
		puppet_wait(puppet, i);
	puppet_quiet(puppet);
	return puppet;
}

pid_t puppet_pid(const struct puppet *puppet)
{
	return puppet->pid;
}

pid_t puppet_tid(const struct puppet *puppet, int i)
{
	return puppet->string[i].tid;
}

void puppet_begin(struct puppet *puppet, int i, puppet_act act, long a, long b,
		  long c)
{
	struct string *string = &puppet->string[i];

	string->act = act;
	string->a = a;
	string->b = b;
	string->c = c;
	string->asked = true;
	sem_post(&string->go);
}

long puppet_wait(struct puppet *puppet, int i)
{
	struct string *string = &puppet->string[i];

	while (string->asked && sem_wait(&string->done))
		;
	string->asked = false;
	return string->result;
}

long puppet_do(struct puppet *puppet, int i, puppet_act act, long a, long b,
	       long c)
{
	puppet_begin(puppet, i, act, a, b, c);
	return puppet_wait(puppet, i);
}

long puppet_result(const struct puppet *puppet, int i)
{
	return puppet->string[i].result;
}

int puppet_stopped(void)
{
	return __atomic_load_n(&self->stopped, __ATOMIC_RELAXED);
}

void puppet_stop(struct puppet *puppet)
{
	int i;

	__atomic_store_n(&puppet->stopped, true, __ATOMIC_RELAXED);
	for (i = 0; i < puppet->nr; i++)
		puppet_wait(puppet, i);
	puppet->stopped = false;
	puppet_quiet(puppet);
}

void puppet_quiet(struct puppet *puppet)
{
	proc_wait_state(puppet->pid, 'S');
}

void puppet_end(struct puppet *puppet)
{
	proc_end(puppet->pid);
	munmap(puppet, sizeof(*puppet));
}

/*
 * Alone in its VMA: inaccessible pages around it keep neighbours from being
 * merged with it. Aligned for huge pages.
 */
long do_map(long a, long b, long c)
{
	size_t page = getpagesize(), len = a * page;
	size_t all = len + 2 * HUGE_SIZE;
	char *addr = mmap(NULL, all, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	char *at;

	if (addr == MAP_FAILED)
		return -errno;
	at = (char *)(((unsigned long)addr + page + HUGE_SIZE - 1) &
		      ~(HUGE_SIZE - 1));
	if (mprotect(at, len, PROT_READ | PROT_WRITE) ||
	    (b ? madvise(at, len, MADV_HUGEPAGE) : small_pages(at, len)))
		return -errno;
	return (long)at;
}

long do_touch(long a, long b, long c)
{
	char *addr = (char *)a;
	size_t page = getpagesize();
	long i;

	for (i = 0; i < b; i++)
		__atomic_store_n(&addr[i * page], i, __ATOMIC_RELAXED);
	return 0;
}

/*
 * A bound VMA is not sampled, unless it is asked for: then its pages are, and
 * they stay where they are bound to.
 */
long do_bind(long a, long b, long c)
{
	unsigned long mask = c;

	if (syscall(SYS_mbind, a, b * getpagesize(),
		    MPOL_BIND | MPOL_F_NUMA_BALANCING, &mask, 64, 0))
		return -errno;
	return 0;
}

long do_place(long a, long b, long c)
{
	unsigned long mask = 1UL << c;
	size_t len = a * getpagesize();
	long addr = do_map(a, b, 0);

	if (addr < 0)
		return addr;
	if (syscall(SYS_mbind, addr, len, MPOL_BIND, &mask, 64, 0))
		return -errno;
	do_touch(addr, a, 0);
	return syscall(SYS_mbind, addr, len, MPOL_DEFAULT, NULL, 0, 0) ? -errno : addr;
}

long do_unmap(long a, long b, long c)
{
	return munmap((void *)a, b * getpagesize()) ? -errno : 0;
}

long do_sweep(long a, long b, long c)
{
	while (!puppet_stopped())
		do_touch(a, b, 0);
	return 0;
}

int puppet_allow(pid_t tid, int nid)
{
	cpu_set_t set;
	int i;

	CPU_ZERO(&set);
	if (nid != PUPPET_ANYWHERE)
		node_cpus(nid, &set);
	else
		for (i = 0; i < CPU_SETSIZE; i++)
			CPU_SET(i, &set);
	return sched_setaffinity(tid, sizeof(set), &set) ? -errno : 0;
}

long do_pin(long a, long b, long c)
{
	return puppet_allow(0, a);
}
