// SPDX-License-Identifier: GPL-2.0
/*
 * Ten thousand threads that live shortly: each is gone long before anybody
 * looks, and not one page that they touched may be lost.
 *
 * Oracles: the number of threads, each touching one page of a VMA that the
 * breeder alone uses; what a survivor touches meanwhile; the kernel's log.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/puppet.h"
#include "../lib/survivor.h"
#include "../lib/watched.h"

#define THREADS		10000
#define BREEDERS	2
#define EACH		(THREADS / BREEDERS)

static int first, last;

static void *touch_one(void *arg)
{
	do_touch((long)arg, 1, 0);
	return NULL;
}

/* @a threads, one after the other, each for one page from @b on */
static long act_breed(long a, long b, long c)
{
	pthread_t thread;
	long i;

	for (i = 0; i < a; i++) {
		if (pthread_create(&thread, NULL, touch_one,
				   (char *)b + i * getpagesize()))
			return -1;
		pthread_join(thread, NULL);
	}
	return 0;
}

static int counted(pid_t pid, long at)
{
	struct matrix matrix, truth = { 0 };
	char name[64];

	snprintf(name, sizeof(name), "vmas/%lx-%lx/first_touch", at,
		 at + EACH * getpagesize());
	if (lens_matrix(pid, name, &matrix))
		return fail("%s can't be read", name);
	truth.at[first][first] = EACH;
	return matrix_differ(name, &matrix, &truth) ? CASE_FAIL : CASE_PASS;
}

static int short_lives(void)
{
	int nids[BREEDERS] = { first, first };
	struct puppet *breeder;
	int i, ret = CASE_PASS;
	long at[BREEDERS];

	klog_begin();
	breeder = survivor_start(last) ? watched_start(nids, BREEDERS) : NULL;
	if (!breeder)
		return fail("can't be started and watched");
	for (i = 0; i < BREEDERS; i++)
		at[i] = puppet_do(breeder, i, do_map, EACH, 0, 0);
	survivor_go();
	for (i = 0; i < BREEDERS; i++)
		puppet_begin(breeder, i, act_breed, EACH, at[i], 0);
	for (i = 0; i < BREEDERS; i++)
		if (puppet_wait(breeder, i))
			return fail("threads can't be started");
	if (lens_scan(puppet_pid(breeder)))
		return fail("the breeder can't be scanned");
	for (i = 0; i < BREEDERS; i++)
		ret = counted(puppet_pid(breeder), at[i]) ?: ret;
	return survivor_check() ?: ret;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "ten thousand threads that live shortly", short_lives },
	};

	need_events(2);
	need_two(&first, &last);
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
