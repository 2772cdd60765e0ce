// SPDX-License-Identifier: GPL-2.0
/*
 * The part that touches: a thread on each of two nodes, in four ways, the same
 * pages again and again.
 */
#include "soak.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "case.h"
#include "events.h"
#include "lens.h"
#include "matrix.h"
#include "puppet.h"
#include "text.h"

/* in each way at a time */
#define PAGES		125
#define THREADS		2
/* a mapping that comes and goes is in no record of another's */
#define MAP_FLAGS	(MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE)
/* the kernel's own, such as of a stack: one of a thousand pages, and some */
#define MORE_FAULTS(nr)	((nr) / 1000 + 50)

enum way { KEPT, BOUND, COPIED, PASSING, NR_WAYS };

static struct puppet *toucher;
static long (*areas)[NR_WAYS];
static struct touches before, after, want;
static int file = -1;

/* Each thread has its own: @b is which. */
static long act_map(long a, long b, long c)
{
	struct soak *soak = (struct soak *)c;
	long *area = areas[b];
	void *copied = mmap(NULL, PAGES * getpagesize(), PROT_READ | PROT_WRITE, MAP_PRIVATE,
			    file, 0);

	area[KEPT] = do_map(PAGES, 0, 0);
	area[BOUND] = do_map(PAGES, 0, 0);
	area[COPIED] = (long)copied;
	area[PASSING] = do_map(PAGES, 0, 0);
	if (copied == MAP_FAILED || area[KEPT] < 0 || area[BOUND] < 0 || area[PASSING] < 0)
		return CASE_FAIL;
	return do_bind(area[BOUND], PAGES, 1L << soak->nids[!b]);
}

/* What is mapped before may come to lie there. */
static long act_unmap(long a, long b, long c)
{
	return do_unmap(areas[b][PASSING], PAGES, 0);
}

static int touch_once(const long *area)
{
	size_t len = PAGES * getpagesize();
	int way;

	for (way = 0; way < NR_WAYS; way++) {
		void *at = (void *)area[way];

		if (way == PASSING &&
		    mmap(at, len, PROT_READ | PROT_WRITE, MAP_FLAGS, -1, 0) != at)
			return -errno;
		do_touch(area[way], PAGES, 0);
		if (way == PASSING ? munmap(at, len) : madvise(at, len, MADV_DONTNEED))
			return -errno;
	}
	return 0;
}

/* @a times, by the thread @b */
static long act_faults(long a, long b, long c)
{
	struct soak *soak = (struct soak *)c;
	struct rusage began, ended;
	long i;
	int ret;

	getrusage(RUSAGE_THREAD, &began);
	for (i = 0; i < a; i++) {
		ret = touch_once(areas[b]);
		if (ret)
			return fail("thread %ld: %s", b, strerror(-ret));
	}
	getrusage(RUSAGE_THREAD, &ended);
	soak->minflt[b] += ended.ru_minflt - began.ru_minflt;
	soak_did(soak, SOAK_FAULTS, a * NR_WAYS * PAGES);
	return CASE_PASS;
}

/* Of a file that is in memory already: copying it is all that there is to do. */
static int make_file(void)
{
	size_t size = PAGES * getpagesize();
	char *data = calloc(1, size);
	ssize_t n;

	file = memfd_create("copied", MFD_CLOEXEC);
	n = file < 0 ? -1 : write(file, data, size);
	free(data);
	return n == (ssize_t)size ? 0 : -EIO;
}

/* Return: how many could not. */
static int all_do(struct soak *soak, puppet_act act)
{
	int i, bad = 0;

	for (i = 0; i < THREADS; i++)
		bad += !!puppet_do(toucher, i, act, 1, i, (long)soak);
	return bad;
}

int soak_faults_start(struct soak *soak)
{
	areas = mmap(NULL, THREADS * sizeof(*areas), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (areas == MAP_FAILED || make_file())
		return fail("no memory");
	toucher = puppet_start(soak->nids, THREADS);
	/* the last is no part of what is counted: it is not watched yet */
	if (!toucher || all_do(soak, act_map) || all_do(soak, act_unmap) ||
	    all_do(soak, act_faults))
		return fail("can't be started");
	memset(soak->minflt, 0, sizeof(soak->minflt));
	soak->done[SOAK_FAULTS] = 0;
	if (soak_watch(soak, puppet_pid(toucher)) || touches_read(puppet_pid(toucher), &before))
		return fail("can't be watched");
	soak->target[soak->nr_targets++] = puppet_pid(toucher);
	return CASE_PASS;
}

void soak_faults_begin(struct soak *soak, uint64_t nr)
{
	int i;

	for (i = 0; i < THREADS; i++)
		puppet_begin(toucher, i, act_faults, nr / (THREADS * NR_WAYS * PAGES), i,
			     (long)soak);
}

int soak_faults_wait(struct soak *soak)
{
	int i, bad = 0;

	for (i = 0; i < THREADS; i++)
		bad += puppet_wait(toucher, i);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* What the i-th thread has, and each of its VMAs; @pages in each way. */
static int thread_counted(struct soak *soak, int i, uint64_t pages)
{
	static const char *const names[] = { "its own pages", "bound pages", "copied pages" };
	int own = soak->nids[i], other = soak->nids[!i], way, bad = 0;
	struct matrix *local = &want.kind[TOUCH_ANON], *copies = &want.kind[TOUCH_COW];
	static struct matrix matrix, truth;
	pid_t pid = puppet_pid(toucher);

	local->at[own][own] += 2 * pages;
	local->at[own][other] += pages;
	copies->at[own][own] += pages;
	want.no_vma += pages;

	memset(&truth, 0, sizeof(truth));
	truth.at[own][own] = 3 * pages;
	truth.at[own][other] = pages;
	if (thread_matrix(pid, puppet_tid(toucher, i), "first_touch", &matrix))
		return fail("thread %d has no matrix", i);
	bad += matrix_differ("a thread's", &matrix, &truth);
	for (way = KEPT; way <= COPIED; way++) {
		memset(&truth, 0, sizeof(truth));
		truth.at[own][way == BOUND ? other : own] = pages;
		if (vma_matrix(pid, areas[i][way], "first_touch", &matrix))
			return fail("%s have no matrix", names[way]);
		bad += matrix_differ(names[way], &matrix, &truth);
	}
	return bad;
}

int soak_faults_counted(struct soak *soak)
{
	uint64_t each = soak->done[SOAK_FAULTS] / THREADS;
	int i, bad;

	if (text_puts(lens_path(puppet_pid(toucher), "max_vma_dirs"), "1000\n") ||
	    text_puts(lens_path(puppet_pid(toucher), "max_thread_dirs"), "10\n"))
		return fail("directories can't be had");
	memset(&want, 0, sizeof(want));
	bad = touches_read(puppet_pid(toucher), &after);
	touches_sub(&after, &before);
	for (i = 0; i < THREADS; i++) {
		bad += thread_counted(soak, i, each / NR_WAYS);
		note("thread %d: %" PRIu64 " pages, %" PRIu64 " minor faults", i, each,
		     soak->minflt[i]);
		if (soak->minflt[i] < each || soak->minflt[i] - each > MORE_FAULTS(each))
			bad += fail("that is not a fault for each page");
	}
	bad += touches_differ("the process", &after, &want);
	return bad ? CASE_FAIL : CASE_PASS;
}
