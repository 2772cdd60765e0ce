// SPDX-License-Identifier: GPL-2.0
/*
 * A process with every kind of page under every policy, in hundreds of VMAs.
 *
 *	mix [-t POLICY] [-d DIR] [-g] [-l]
 *
 *	-t	policy of the task, as lib/policy.c names it
 *	-d	directory with the mounts of lib/mounts.c
 *	-g	with a page of 1 GiB, which takes seconds to clear
 *	-l	go on reading all that is there, with one thread on each node
 *
 * Prints one line for each range that it made,
 *	START END KIND SOURCE POLICY LABEL
 * where KIND and SOURCE are what a reader should find in every VMA of the
 * range ("-": not known) and POLICY is how the kernel's text of the policy
 * begins ("-": none of its own); then "ready". What can't be had here (huge
 * pages, swap, a device) is told by a line "# ...".
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../lib/mixkinds.h"
#include "../lib/node.h"
#include "../lib/policy.h"

/* One area of each kind under each policy. */
static void make_matrix(struct mix *mix)
{
	size_t i, j;

	for (i = 0; i < nr_policies; i++) {
		const struct policy *policy = &policies[i];
		void *probe = mix_map(2 * getpagesize(), PROT_READ, MAP_PRIVATE |
				      MAP_ANONYMOUS, -1);
		int ret = policy_set_range(policy, probe, getpagesize());

		munmap(probe, 2 * getpagesize());
		if (ret) {
			printf("# policy %s: %s\n", policy->name, strerror(-ret));
			continue;
		}
		for (j = 0; j < nr_mix_kinds; j++)
			mix_kinds[j](mix, policy);
	}
}

static void make_rest(struct mix *mix)
{
	size_t i;

	for (i = 0; i < nr_mix_singles; i++)
		mix_singles[i](mix);
}

static __thread sigjmp_buf past_fault;

static void on_fault(int sig)
{
	siglongjmp(past_fault, sig);
}

/* Not every page can be read: PROT_NONE, or a pool of huge pages is empty. */
static void read_page(const void *at)
{
	if (!sigsetjmp(past_fault, 1))
		mix_load(at);
}

static void read_range(const struct mix_range *range)
{
	uintptr_t at;

	for (at = range->start; at < range->end; at += getpagesize())
		read_page((const void *)at);
}

struct reader {
	const struct mix *mix;
	int nid;
};

static void *read_all(void *arg)
{
	const struct reader *reader = arg;
	size_t i;

	node_pin(reader->nid);
	for (;;) {
		for (i = 0; i < reader->mix->nr; i++)
			if (!reader->mix->ranges[i].leave)
				read_range(&reader->mix->ranges[i]);
	}
	return NULL;
}

static void start_readers(const struct mix *mix)
{
	static struct reader readers[2];
	pthread_t thread;
	int i, ids[NODES_MAX];
	int nr = nodes_with_cpu(ids, NODES_MAX);

	signal(SIGSEGV, on_fault);
	signal(SIGBUS, on_fault);
	for (i = 0; i < 2 && i < nr; i++) {
		readers[i] = (struct reader){ mix, ids[i] };
		pthread_create(&thread, NULL, read_all, &readers[i]);
	}
}

/*
 * A child that sleeps shares every anonymous page; half of the pages of the
 * ranges made for it are then written, so that the parent has its own copies.
 */
static void share_with_child(struct mix *mix)
{
	size_t i;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	for (i = 0; i < mix->nr; i++) {
		struct mix_range *range = &mix->ranges[i];
		char *at = (char *)range->start;

		if (!range->write_after_fork)
			continue;
		for (; (uintptr_t)at < range->end; at += 2 * getpagesize())
			*at = 2;
	}
}

static void print_ranges(const struct mix *mix)
{
	size_t i;

	for (i = 0; i < mix->nr; i++) {
		const struct mix_range *range = &mix->ranges[i];

		printf("%lx %lx %s %s %s %s\n", (unsigned long)range->start,
		       (unsigned long)range->end, range->kind, range->source,
		       range->policy, range->label);
	}
	printf("ready\n");
	fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct mix mix = { .base_source = "system" };
	const struct policy *task;
	bool read_on = false;
	int opt;

	while ((opt = getopt(argc, argv, "t:d:gl")) != -1) {
		if (opt == 't') {
			task = policy_find(optarg);
			if (!task || policy_set_task(task))
				return 2;
			if (task->mode)
				mix.base_source = "task";
		} else if (opt == 'd') {
			mix.dir = optarg;
		} else if (opt == 'g') {
			mix.giant = true;
		} else if (opt == 'l') {
			read_on = true;
		} else {
			return 2;
		}
	}
	make_matrix(&mix);
	make_rest(&mix);
	share_with_child(&mix);
	if (read_on)
		start_readers(&mix);
	print_ranges(&mix);
	for (;;)
		pause();
}
