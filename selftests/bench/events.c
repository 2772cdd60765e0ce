// SPDX-License-Identifier: GPL-2.0
/*
 * What the hooks cost where memory is touched, sampled and moved: instructions
 * of the guest for each page, counted by a plugin of QEMU, and guest time.
 *
 * Each state has its turn in every round, in another order each time; printed
 * is the median of the rounds. A string instruction counts as one however long
 * it is, so what the hooks add is set against the least that a page costs.
 */
#include <errno.h>
#include <numaif.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/hooks.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/plugin.h"
#include "../lib/proc.h"
#include "../lib/text.h"

#define PAGE		4096UL
#define NR_PAGES	512UL
#define ROUNDS		5
#define SAMPLES		5	/* of each path, in each state, in each round */
#define SAMPLES_MAX	(ROUNDS * SAMPLES)
#define TRIES		10	/* balancing may have been at the pages */
#define PATIENCE_NS	5000000000ULL

/**
 * struct sample - one run of a path
 * @pages: pages that took it; 0 if it could not be measured
 * @insns: instructions, by the plugin
 * @ns: guest time
 */
struct sample {
	uint64_t pages, insns, ns;
};

/**
 * struct path - a way through the kernel
 * @name: printed
 * @limit: what the hooks may add to it, for the process that is watched
 * @limit_other: the same for any other, in percent
 * @prepare: in the measured process: get @mem ready; false if that failed
 * @act: what is measured
 * @pages: how many pages took the path
 */
struct path {
	const char *name;
	double limit, limit_other;
	bool (*prepare)(void);
	void (*act)(void);
	unsigned int (*pages)(void);
};

/* Between us and the measured process. */
static struct mailbox {
	sem_t go, done;
	size_t path;
	struct sample sample;
} *mailbox;

static char *mem;
static void *pages[NR_PAGES];
static int nids[2], targets[NR_PAGES], status[NR_PAGES];
static unsigned int nr_marked;

/* --- in the measured process ----------------------------------------------- */

static bool map(void)
{
	size_t i;

	mem = mmap(NULL, NR_PAGES * PAGE, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED || madvise(mem, NR_PAGES * PAGE, MADV_NOHUGEPAGE))
		return false;
	for (i = 0; i < NR_PAGES; i++)
		pages[i] = mem + i * PAGE;
	return true;
}

static void touch(void)
{
	size_t i;

	for (i = 0; i < NR_PAGES; i++)
		__atomic_store_n(mem + i * PAGE, 1, __ATOMIC_RELAXED);
}

static bool move_to(int nid)
{
	size_t i;

	for (i = 0; i < NR_PAGES; i++)
		targets[i] = nid;
	return !move_pages(0, NR_PAGES, pages, targets, status, MPOL_MF_MOVE);
}

/* Return: how many pages move_pages(2) says that of: a node, or an errno. */
static unsigned int nr_that_are(int what)
{
	unsigned int i, nr = 0;

	if (move_pages(0, NR_PAGES, pages, NULL, status, 0))
		return 0;
	for (i = 0; i < NR_PAGES; i++)
		nr += status[i] == what;
	return nr;
}

/*
 * Balancing marks pages now and then while the process runs: ask until most are.
 * They are -ENOENT then, to who asks. A few may be passed over.
 */
static bool wait_marked(void)
{
	uint64_t end = now_ns() + PATIENCE_NS;

	do {
		nr_marked = nr_that_are(-ENOENT);
		if (nr_marked >= NR_PAGES * 9 / 10)
			return true;
	} while (now_ns() < end);
	return false;
}

static bool prepare_local_hint(void)
{
	if (!map())
		return false;
	touch();
	return wait_marked();
}

static bool prepare_remote_hint(void)
{
	if (!map())
		return false;
	touch();
	return move_to(nids[1]) && wait_marked();
}

static bool prepare_move(void)
{
	if (!map())
		return false;
	touch();
	return nr_that_are(nids[0]) == NR_PAGES;
}

static void move(void)
{
	move_to(nids[1]);
}

static unsigned int touched(void)
{
	return nr_that_are(nids[0]) == NR_PAGES ? NR_PAGES : 0;
}

/* Those that were not marked have stayed where they were. */
static unsigned int sampled(void)
{
	return nr_that_are(nids[1]) <= NR_PAGES - nr_marked ? nr_marked : 0;
}

static unsigned int moved(void)
{
	return nr_that_are(nids[1]) == NR_PAGES ? NR_PAGES : 0;
}

static const struct path paths[] = {
	{ "first touch", 3, 1, map, touch, touched },
	{ "hinting fault, page stays", 3, 3, prepare_local_hint, touch, sampled },
	{ "hinting fault, page moves", 3, 3, prepare_remote_hint, touch, sampled },
	{ "move_pages(2)", 3, 3, prepare_move, move, moved },
};

#define NR_PATHS	ARRAY_SIZE(paths)

static struct sample measure(const struct path *path)
{
	struct sample sample = { 0 };
	uint64_t begin;

	if (path->prepare()) {
		begin = now_ns();
		marker_say(MARKER_BEGIN);
		path->act();
		marker_say(MARKER_END);
		sample.ns = now_ns() - begin;
		sample.insns = plugin_insns();
		if (sample.insns)
			sample.pages = path->pages();
	}
	munmap(mem, NR_PAGES * PAGE);
	return sample;
}

static void *sleep_on(void *unused)
{
	for (;;)
		pause();
	return NULL;
}

/* Of a process with one thread, only remote pages are marked. */
static void measured(void)
{
	pthread_t thread;

	if (node_pin(nids[0]) || pthread_create(&thread, NULL, sleep_on, NULL))
		_exit(2);
	for (;;) {
		while (sem_wait(&mailbox->go))
			;
		mailbox->sample = measure(&paths[mailbox->path]);
		sem_post(&mailbox->done);
	}
}

/* --- the states ------------------------------------------------------------- */

static pid_t self, other;

static bool nobody(void)
{
	return !hooks_gone();
}

static bool watch(pid_t pid)
{
	return !lens_watch(pid) && lens_value(pid, "events_since_ns") && hooks_count() > 0;
}

static bool watch_other(void)
{
	return watch(other);
}

static bool watch_self(void)
{
	return watch(self);
}

static bool watch_self_off(void)
{
	if (text_puts(LENS_ROOT "/events", "off\n"))
		return false;
	if (lens_watch(self) || text_puts(LENS_ROOT "/events", "on\n"))
		return false;
	return !hooks_gone();
}

/* @enter: from the state in which nothing is watched; false if that failed */
static const struct {
	const char *name;
	bool (*enter)(void);
} states[] = {
	{ "not watched", nobody },
	{ "another", watch_other },
	{ "this one", watch_self },
	{ "events off", watch_self_off },
};

#define NR_STATES	ARRAY_SIZE(states)

static struct {
	double insns[SAMPLES_MAX], ns[SAMPLES_MAX];
	size_t nr;
} results[NR_PATHS][NR_STATES];

static void ask(size_t path, size_t state)
{
	const struct sample *sample = &mailbox->sample;
	size_t nr = results[path][state].nr, i;

	for (i = 0; i < TRIES; i++) {
		mailbox->path = path;
		sem_post(&mailbox->go);
		while (sem_wait(&mailbox->done))
			;
		if (!sample->pages)
			continue;
		results[path][state].insns[nr] = (double)sample->insns / sample->pages;
		results[path][state].ns[nr] = (double)sample->ns / sample->pages;
		results[path][state].nr++;
		break;
	}
}

static void visit(size_t state)
{
	size_t path, i;

	if (!states[state].enter()) {
		printf("\"%s\" could not be entered\n", states[state].name);
	} else {
		for (path = 0; path < NR_PATHS; path++)
			for (i = 0; i < SAMPLES; i++)
				ask(path, state);
	}
	lens_unwatch_all();
	hooks_gone();
}

/* --- what comes of it -------------------------------------------------------- */

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double median(double *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), ascending);
	return nr ? values[nr / 2] : 0;
}

static double more(double value, double base)
{
	return base ? (value / base - 1) * 100 : 0;
}

static void print(void)
{
	size_t path, state;

	printf("%-26s %-12s %8s %8s %8s %10s %8s\n", "path, for each 4K page", "watched", "samples",
	       "instr", "%", "guest ns", "%");
	for (path = 0; path < NR_PATHS; path++) {
		double insns[NR_STATES], ns[NR_STATES];

		for (state = 0; state < NR_STATES; state++) {
			size_t nr = results[path][state].nr;

			insns[state] = median(results[path][state].insns, nr);
			ns[state] = median(results[path][state].ns, nr);
			printf("%-26s %-12s %8zu %8.1f %+8.2f %10.0f %+8.1f\n",
			       state ? "" : paths[path].name, states[state].name, nr, insns[state],
			       more(insns[state], insns[0]), ns[state], more(ns[state], ns[0]));
		}
	}
}

int main(void)
{
	const char *missing = plugin_missing("insns");
	size_t round, i;

	need(2);
	if (missing) {
		printf("Instructions are not counted: %s\n", missing);
		return 0;
	}
	if (plugin_skip_interrupts())
		printf("Interrupts in between are counted too.\n");
	nodes_with_memory(nids, 2);
	lens_set("refresh_ms", 0);
	balancing_hasty();
	mailbox = mmap(NULL, sizeof(*mailbox), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mailbox == MAP_FAILED)
		return 1;
	sem_init(&mailbox->go, 1, 0);
	sem_init(&mailbox->done, 1, 0);
	other = proc_fork();
	if (!other)
		sleep_on(NULL);
	self = proc_fork();
	if (!self)
		measured();
	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < NR_STATES; i++)
			visit((round + i) % NR_STATES);
	printf("Median of the samples of %u rounds, %lu pages each.\n", ROUNDS, NR_PAGES);
	print();
	return 0;
}
