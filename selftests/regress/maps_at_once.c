// SPDX-License-Identifier: GPL-2.0
/*
 * Bug: on real-time kernels a hook took a lock that sleeps there with preemption
 * disabled, and where another thread of the process had it, by counting in a VMA of its
 * own, the kernel complained of scheduling while atomic.
 *
 * Oracle: the kernel, which the guest's panic_on_warn makes end there; the pages touched.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/events.h"
#include "../lib/lens.h"
#include "../lib/puppet.h"

#define THREADS	8
#define ROUNDS	4000

/* Each VMA is a new one, between neighbours that it is not merged with. */
static long act_maps(long a, long b, long c)
{
	long i;

	for (i = 0; i < a; i++) {
		char *addr = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		char *own = mmap(NULL, getpagesize(), PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (addr == MAP_FAILED || own == MAP_FAILED)
			return -1;
		__atomic_store_n(own, 1, __ATOMIC_RELAXED);
		if (munmap(own, getpagesize()) || munmap(addr, getpagesize()))
			return -1;
	}
	return 0;
}

static int all_counted(void)
{
	struct puppet *puppet;
	struct touches before, after;
	int nids[THREADS], i, bad = 0;
	long counted;

	for (i = 0; i < THREADS; i++)
		nids[i] = PUPPET_ANYWHERE;
	puppet = puppet_start(nids, THREADS);
	if (!puppet || lens_watch(puppet_pid(puppet)) ||
	    touches_read(puppet_pid(puppet), &before))
		return fail("can't be started and watched");
	for (i = 0; i < THREADS; i++)
		puppet_begin(puppet, i, act_maps, ROUNDS, 0, 0);
	for (i = 0; i < THREADS; i++)
		if (puppet_wait(puppet, i))
			bad += fail("thread %d could not map", i);
	bad += touches_read(puppet_pid(puppet), &after);
	touches_sub(&after, &before);
	counted = matrix_sum(&after.kind[TOUCH_ANON]);
	if (counted < THREADS * ROUNDS || counted > THREADS * ROUNDS + THREADS * ROUNDS / 100)
		bad += fail("%ld first touches, %d pages", counted, THREADS * ROUNDS);
	return bad ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "threads that map, touch and unmap at once", all_counted },
	};

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	return cases_run(cases, ARRAY_SIZE(cases), 120);
}
