// SPDX-License-Identifier: GPL-2.0
/*
 * What the hooks cost where memory is touched, sampled and moved, beside what
 * other tools cost that count or record the same: instructions of the guest for
 * each page, counted by a plugin of QEMU, and guest time.
 *
 * usage: events [--brief]
 *
 * Each state has its turn in every round, in another order each time; printed
 * are medians. A string instruction counts as one however long it is, so what the
 * hooks add is set against the least that a page costs. bpftrace counts, as numalens
 * does; perf records each event, as numalens' trace events do. What the tools do with
 * it in processes of their own, on the other node, is in the guest time only: the
 * CPUs of such a guest take turns on one of the host.
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

#include "../lib/armed.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/node.h"
#include "../lib/plugin.h"
#include "../lib/proc.h"
#include "../lib/spread.h"
#include "../lib/text.h"

#define PAGE		4096UL
#define NR_PAGES	512UL
#define ROUNDS		3
#define SAMPLES		8	/* of each path, in each state, in each round */
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
 * @brief: a short run has it, too
 * @prepare: in the measured process: get @mem ready; false if that failed
 * @act: what is measured
 * @pages: how many pages took the path
 */
struct path {
	const char *name;
	bool brief;
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
	{ "first touch", true, map, touch, touched },
	{ "hinting fault, page stays", false, prepare_local_hint, touch, sampled },
	{ "hinting fault, page moves", false, prepare_remote_hint, touch, sampled },
	{ "move_pages(2)", true, prepare_move, move, moved },
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

/* --- in turn ------------------------------------------------------------------ */

static pid_t self, other;

/* Of all rounds, the samples of a round one after the other. */
static struct results {
	double insns[SAMPLES_MAX], ns[SAMPLES_MAX];
	size_t nr;
} results[NR_PATHS][NR_ARMED];

/* Return: pages that took the path. */
static uint64_t ask(size_t path, struct results *results)
{
	const struct sample *sample = &mailbox->sample;
	size_t i;

	for (i = 0; i < TRIES; i++) {
		mailbox->path = path;
		sem_post(&mailbox->go);
		while (sem_wait(&mailbox->done))
			;
		if (!sample->pages)
			continue;
		results->insns[results->nr] = (double)sample->insns / sample->pages;
		results->ns[results->nr] = (double)sample->ns / sample->pages;
		results->nr++;
		return sample->pages;
	}
	return 0;
}

static void visit(enum armed what, bool brief)
{
	uint64_t events, touched = 0;
	size_t path, i;
	bool entered = armed_enter(what, self, other, nids[1]);

	if (!entered)
		printf("\"%s\" can't be had\n", armed_names[what]);
	for (path = 0; entered && path < NR_PATHS; path++)
		for (i = 0; i < SAMPLES && (!brief || paths[path].brief); i++)
			touched += ask(path, &results[path][what]);
	events = armed_leave();
	/* All pages are touched before they are sampled or moved. */
	if (entered && what >= ARMED_BPFTRACE && events < touched)
		printf("%s saw %llu events, at least %llu happened\n", armed_names[what],
		       (unsigned long long)events, (unsigned long long)touched);
	fflush(stdout);
}

/* --- what comes of it -------------------------------------------------------- */

static double more(double value, double base)
{
	return base ? (value / base - 1) * 100 : 0;
}

static void print_state(size_t path, enum armed what, const struct spread *base)
{
	struct results *result = &results[path][what];
	struct spread insns = spread_of(result->insns, result->nr);
	struct spread ns = spread_of(result->ns, result->nr);
	char metric[64];

	printf("%-26s %-16s %7zu %8.1f %+8.2f %10.0f %+8.1f\n", what ? "" : paths[path].name,
	       armed_names[what], result->nr, insns.median, more(insns.median, base[0].median),
	       ns.median, more(ns.median, base[1].median));
	snprintf(metric, sizeof(metric), "%s insns", armed_names[what]);
	spread_put("events", paths[path].name, metric, insns);
	snprintf(metric, sizeof(metric), "%s ns", armed_names[what]);
	spread_put("events", paths[path].name, metric, ns);
}

/*
 * What one adds to a page, over what numalens adds; from samples that have the same
 * place in their rounds.
 */
static void print_over(size_t path, enum armed what, enum armed ours)
{
	const struct results *all = results[path];
	double over[SAMPLES_MAX];
	struct spread spread;
	char metric[64];
	size_t i, nr = 0;

	for (i = 0; i < all[what].nr && i < all[ours].nr && i < all[0].nr; i++)
		if (all[ours].insns[i] > all[0].insns[i])
			over[nr++] = (all[what].insns[i] - all[0].insns[i]) /
				     (all[ours].insns[i] - all[0].insns[i]);
	if (!nr)
		return;
	spread = spread_of(over, nr);
	snprintf(metric, sizeof(metric), "%s/%s", armed_names[what], armed_names[ours]);
	printf("%-26s %-32s %8.2f (%.2f to %.2f)\n", paths[path].name, metric, spread.median,
	       spread.low, spread.high);
	spread_put("events", paths[path].name, metric, spread);
}

static void print(void)
{
	size_t path;
	int what;

	printf("Instructions that others add to a page, over those that numalens adds:\n");
	for (path = 0; path < NR_PATHS; path++) {
		print_over(path, ARMED_BPFTRACE, ARMED_SELF);
		print_over(path, ARMED_PERF_RECORD, ARMED_TRACED);
		print_over(path, ARMED_PERF_TRACE, ARMED_TRACED);
	}
	printf("\n%-26s %-16s %7s %8s %8s %10s %8s\n", "path, for each 4K page", "armed", "samples",
	       "instr", "%", "guest ns", "%");
	for (path = 0; path < NR_PATHS; path++) {
		struct results *result = &results[path][ARMED_NOTHING];
		struct spread base[2] = {
			spread_of(result->insns, result->nr), spread_of(result->ns, result->nr),
		};

		for (what = 0; result->nr && what < NR_ARMED; what++)
			print_state(path, what, base);
	}
}

static bool begin(void)
{
	lens_set("refresh_ms", 0);
	balancing_hasty();
	mailbox = mmap(NULL, sizeof(*mailbox), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (mailbox == MAP_FAILED)
		return false;
	sem_init(&mailbox->go, 1, 0);
	sem_init(&mailbox->done, 1, 0);
	other = proc_fork();
	if (!other)
		sleep_on(NULL);
	self = proc_fork();
	if (!self)
		measured();
	return other > 0 && self > 0;
}

int main(int argc, char **argv)
{
	bool brief = argc > 1 && !strcmp(argv[1], "--brief");
	unsigned int round, i, rounds = brief ? 1 : ROUNDS;
	const char *missing = plugin_missing("insns");

	need(2);
	if (missing) {
		printf("Instructions are not counted: %s\n", missing);
		return 0;
	}
	if (plugin_skip_interrupts())
		printf("Interrupts in between are counted too.\n");
	nodes_with_memory(nids, 2);
	if (!begin())
		return 1;
	for (round = 0; round < rounds; round++)
		for (i = 0; i < NR_ARMED; i++)
			visit((round + i) % NR_ARMED, brief);
	printf("Medians of the samples of %u rounds, %lu pages each.\n", rounds, NR_PAGES);
	print();
	return 0;
}
