// SPDX-License-Identifier: GPL-2.0
/*
 * First touches of many threads: a page that several want at once is touched
 * once; each thread has its own; threads that are gone, and other processes,
 * leave theirs with the process.
 *
 * Oracle: the number of pages, move_pages(2) for where they are, and the nodes
 * that the threads are pinned to.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/mixkinds.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/touch.h"
#include "../lib/workers.h"

#define THREADS		4
#define PAGES		4096
#define PART		(PAGES / THREADS)
#define FOREIGN		400

static struct toucher toucher;
static struct matrix thread_before[THREADS], threads[THREADS];
static struct touches before, after, want;

/* --- what the threads do ---------------------------------------------------- */

static long map_small(struct act *act, int flags)
{
	char *addr = act_map(act, PAGES, flags, -1);

	if (!addr)
		return ACT_BROKEN;
	/* of shared memory the mount decides, and says no by default */
	madvise(addr, PAGES * getpagesize(), MADV_NOHUGEPAGE);
	return ACT_DONE;
}

static long map_anon(void *arg)
{
	return map_small(arg, MAP_PRIVATE | MAP_ANONYMOUS);
}

static long map_shared(void *arg)
{
	return map_small(arg, MAP_SHARED | MAP_ANONYMOUS);
}

/* All are there before one begins. */
static long race(void *arg)
{
	struct act *act = arg;

	__atomic_add_fetch(&act->go, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&act->go, __ATOMIC_SEQ_CST) < THREADS)
		sched_yield();
	return act_touch(act);
}

/* As QEMU preallocates: each thread its part. */
static long touch_part(void *arg)
{
	struct act *act = arg;
	int part = __atomic_fetch_add(&act->go, 1, __ATOMIC_SEQ_CST);

	act->status[part] = gettid();
	mix_touch((char *)(uintptr_t)act->addr + part * PART * getpagesize(),
		  act->pages / THREADS, true);
	return ACT_DONE;
}

static void *touch_and_die(void *arg)
{
	act_touch(arg);
	return NULL;
}

static long breed(void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, touch_and_die, arg))
		return ACT_BROKEN;
	pthread_join(thread, NULL);
	return ACT_DONE;
}

/* --- what is counted meanwhile ---------------------------------------------- */

static int read_all(struct touches *touches, struct matrix *matrices)
{
	int i, ret, bad = touches_read(toucher.pid, touches);

	for (i = 0; i < toucher.nr; i++) {
		ret = thread_matrix(toucher.pid,
				    workers_tid(toucher.workers, i),
				    "first_touch", &matrices[i]);
		if (ret)
			bad += !!fail("a thread's: %s", strerror(-ret));
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

static int begin(int nr, long (*map)(void *act))
{
	int ret = toucher_start(&toucher, nr);

	if (!ret && toucher_call(&toucher, 0, map))
		ret = fail("can't be mapped");
	toucher.act->pages = PAGES;
	return ret;
}

/* @pages: in the warm-up none, and it is not read. */
static int all_call(long (*call)(void *act), size_t pages)
{
	int i, ret = CASE_PASS;

	toucher.act->pages = pages;
	toucher.act->go = 0;
	if (pages)
		ret = read_all(&before, thread_before);
	for (i = 0; i < toucher.nr; i++)
		workers_call(toucher.workers, i, call, toucher.act);
	workers_wait(toucher.workers);
	if (pages)
		ret = read_all(&after, threads) ?: ret;
	touches_sub(&after, &before);
	for (i = 0; i < toucher.nr; i++)
		matrix_sub(&threads[i], &thread_before[i]);
	return ret;
}

/* Of a part of the range, touched from a node. */
static int want_part(struct matrix *matrix, int nid, size_t first, size_t nr)
{
	size_t page = getpagesize();

	return pages_by_node(toucher.pid, toucher.act->addr + first * page, nr,
			     matrix->at[nid]) == (long)nr ? CASE_PASS :
		fail("not all pages are resident");
}

/* Sums by column are the oracle's; each thread has only its own row. */
static int race_check(enum touch_kind kind)
{
	uint64_t pages[NODES_MAX] = { 0 };
	struct matrix sum = { 0 };
	int i, nid, bad = 0;

	if (pages_by_node(toucher.pid, toucher.act->addr, PAGES, pages) !=
	    PAGES)
		return fail("not all pages are resident");
	for (i = 0; i < toucher.nr; i++) {
		struct matrix own = { 0 };

		memcpy(own.at[toucher.nids[i]],
		       threads[i].at[toucher.nids[i]], sizeof(own.at[0]));
		bad += matrix_differ("a thread has", &threads[i], &own);
		matrix_add(&sum, &threads[i]);
	}
	memset(&want, 0, sizeof(want));
	want.kind[kind] = sum;
	bad += touches_differ("the threads' sum", &after, &want);
	for (nid = 0; nid < NODES_MAX; nid++) {
		uint64_t column = 0;

		for (i = 0; i < NODES_MAX; i++)
			column += after.kind[kind].at[i][nid];
		if (column != pages[nid])
			bad += !!fail("%llu pages on node %d, should be %llu",
				      (unsigned long long)column, nid,
				      (unsigned long long)pages[nid]);
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

static int race_run(long (*map)(void *act), enum touch_kind kind)
{
	int ret = begin(THREADS, map);

	ret = ret ?: all_call(race, 0);
	ret = ret ?: all_call(race, PAGES);
	ret = ret ?: race_check(kind);
	toucher_end(&toucher);
	return ret;
}

static int race_anon(void)
{
	return race_run(map_anon, TOUCH_ANON);
}

static int race_shmem(void)
{
	return race_run(map_shared, TOUCH_SHMEM);
}

/* --- cases ------------------------------------------------------------------ */

static int preallocate(void)
{
	int i, part, bad = 0, ret = begin(THREADS, map_anon);

	ret = ret ?: all_call(touch_part, 0);
	ret = ret ?: all_call(touch_part, PAGES);
	memset(&want, 0, sizeof(want));
	for (part = 0; part < THREADS && !ret; part++) {
		struct matrix own = { 0 };

		for (i = 0; i < THREADS && workers_tid(toucher.workers, i) !=
		     toucher.act->status[part]; i++)
			;
		if (i == THREADS)
			return fail("a part was touched by nobody");
		ret = want_part(&own, toucher.nids[i], part * PART, PART);
		bad += matrix_differ("a thread", &threads[i], &own);
		matrix_add(&want.kind[TOUCH_ANON], &own);
	}
	if (!ret)
		bad += touches_differ("all parts", &after, &want);
	toucher_end(&toucher);
	return ret ?: bad ? CASE_FAIL : CASE_PASS;
}

/* The control is a thread that touches nothing of the range. */
static int thread_gone(void)
{
	static struct touches control;
	int i, bad, ret = begin(1, map_anon);

	for (i = 0; i < 3 && !ret; i++) {
		control = after;
		toucher.act->pages = i == 2 ? PAGES : 0;
		ret = read_all(&before, thread_before);
		if (toucher_call(&toucher, 0, breed))
			ret = fail("no thread");
		ret = read_all(&after, threads) ?: ret;
		touches_sub(&after, &before);
		matrix_sub(&threads[0], &thread_before[0]);
	}
	touches_sub(&after, &control);
	memset(&want, 0, sizeof(want));
	ret = ret ?: want_part(&want.kind[TOUCH_ANON], toucher.nids[0], 0,
			       PAGES);
	bad = ret ? 0 : touches_differ("gone", &after, &want);
	if (!ret && threads[0].at[toucher.nids[0]][toucher.nids[0]] >= PAGES)
		bad += !!fail("counted for a thread that lives");
	toucher_end(&toucher);
	return ret ?: bad ? CASE_FAIL : CASE_PASS;
}

static ssize_t by_writev(const char *data, size_t size)
{
	struct iovec from = { (void *)data, size };
	struct iovec to = { (void *)(uintptr_t)toucher.act->addr, size };

	return process_vm_writev(toucher.pid, &from, 1, &to, 1, 0);
}

static ssize_t by_mem(const char *data, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/mem", toucher.pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	n = pwrite(fd, data, size, toucher.act->addr);
	close(fd);
	return n;
}

/* This program touches, from each node in turn, what is not its own. */
static int foreign_from(int nid, ssize_t (*put)(const char *, size_t))
{
	size_t size = FOREIGN * getpagesize();
	char *data = calloc(1, size);
	int i, bad, ret = begin(THREADS, map_anon);

	if (node_pin(nid))
		return fail("can't run on node %d", nid);
	ret = ret ?: read_all(&before, thread_before);
	if (!ret && put(data, size) != (ssize_t)size)
		ret = errno == ENOSYS ? skip("the kernel lacks it") :
		      fail("can't write: %s", strerror(errno));
	free(data);
	ret = ret ?: read_all(&after, threads);
	touches_sub(&after, &before);
	memset(&want, 0, sizeof(want));
	ret = ret ?: want_part(&want.kind[TOUCH_ANON], nid, 0, FOREIGN);
	bad = ret ? 0 : touches_differ("from outside", &after, &want);
	for (i = 0; i < toucher.nr && !ret; i++)
		bad += matrix_differ("a thread", &threads[i],
				     &thread_before[i]);
	toucher_end(&toucher);
	return ret ?: bad ? CASE_FAIL : CASE_PASS;
}

static int foreign(ssize_t (*put)(const char *data, size_t size))
{
	int ids[NODES_MAX], i, ret = CASE_PASS;
	int nr = nodes_with_cpu(ids, NODES_MAX);
	cpu_set_t all;

	sched_getaffinity(0, sizeof(all), &all);
	for (i = 0; i < nr && !ret; i++) {
		ret = foreign_from(ids[i], put);
		sched_setaffinity(0, sizeof(all), &all);
	}
	return ret;
}

static int foreign_writev(void)
{
	return foreign(by_writev);
}

static int foreign_mem(void)
{
	return foreign(by_mem);
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "four threads race over 4096 pages", race_anon },
		{ "four threads race over 4096 shared pages", race_shmem },
		{ "four threads preallocate a quarter each", preallocate },
		{ "a thread that is gone", thread_gone },
		{ "process_vm_writev(2) from outside", foreign_writev },
		{ "/proc/PID/mem from outside", foreign_mem },
	};

	need(2);
	balancing_off();
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
