// SPDX-License-Identifier: GPL-2.0
/*
 * What the target feels: how long mmap(2) + munmap(2) take in a process of 1 GiB, and
 * how long the first touch of a page, while it is left alone, while somebody computes,
 * and while it is scanned, read through numa_maps, and through smaps_rollup, all back
 * to back. The kinds take turns, in another order each time; a ratio is that of the
 * 99th percentiles of one turn.
 *
 * All that somebody else does on another CPU costs something, in a guest above all.
 * What is more than "computes" costs is the lock's. "reads a byte" of the target's memory
 * by /proc/PID/mem, again and again, which holds the lock for as long as that takes: less
 * than that can't be had by whoever takes it.
 *
 * That is with a CPU for each, and then with one for both, where the 99th percentile
 * is the scheduler's, whoever takes a turn.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/spread.h"
#include "../lib/text.h"

#define PAGE		4096UL
#define SIZE		(1UL << 30)
#define WINDOW_NS	400000000ULL
#define TURNS		15
#define TURN_MAX	(1U << 17)
#define CHUNK		(64 * 1024)

enum act { MAP, FAULT, NR_ACTS };

static const char *const act_names[NR_ACTS] = { "mmap+munmap", "first touch" };

/**
 * struct shared - between the target and us
 * @wanted: the window that samples are wanted for; 0 is none
 * @seen: what the target knows of it
 * @byte: an address of the target's that is mapped
 * @sleeps: how often the target has gone to sleep in its life, as it does for a lock
 * @nr: samples, by act
 * @ns: the samples
 */
struct shared {
	atomic_int wanted, seen;
	char *byte;
	unsigned long sleeps;
	unsigned int nr[NR_ACTS];
	unsigned int ns[NR_ACTS][TURN_MAX];
};

static struct shared *shared;

static void pin(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(cpu, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus))
		_exit(2);
}

/* --- the target --------------------------------------------------------------------- */

static void map_and_unmap(void)
{
	char *mem = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED || munmap(mem, CHUNK))
		_exit(2);
}

static char *touched;

static void touch(void)
{
	__atomic_store_n(touched, 1, __ATOMIC_RELAXED);
}

static void time_act(int window, enum act act, void (*what)(void))
{
	uint64_t begin = now_ns();

	what();
	/* One that began in another window counts for none. */
	if (window && window == shared->wanted && shared->nr[act] < TURN_MAX)
		shared->ns[act][shared->nr[act]++] = now_ns() - begin;
}

static void begin_window(int window)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	shared->sleeps = usage.ru_nvcsw;
	if (window)
		memset(shared->nr, 0, sizeof(shared->nr));
	shared->seen = window;
}

static void target(int cpu)
{
	char *mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (mem == MAP_FAILED || madvise(mem, SIZE, MADV_NOHUGEPAGE))
		_exit(2);
	memset(mem, 1, SIZE);
	touched = mem + SIZE / 2;
	shared->byte = mem;
	pin(cpu);
	for (;;) {
		int window = shared->wanted;

		if (window != shared->seen)
			begin_window(window);
		time_act(window, MAP, map_and_unmap);
		if (madvise(touched, PAGE, MADV_DONTNEED))
			_exit(2);
		time_act(window, FAULT, touch);
	}
}

/* --- what is done to it --------------------------------------------------------------- */

static void leave_alone(pid_t pid)
{
	usleep(1000);
}

static void compute(pid_t pid)
{
	uint64_t end = now_ns() + 1000000;

	while (now_ns() < end)
		;
}

static void scan(pid_t pid)
{
	lens_scan(pid);
}

static void read_a_byte(pid_t pid)
{
	static int fd = -1;
	static pid_t whose;
	char path[64], byte;
	int i;

	if (whose != pid) {
		close(fd);
		snprintf(path, sizeof(path), "/proc/%d/mem", pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		whose = pid;
	}
	for (i = 0; i < 100; i++)
		if (pread(fd, &byte, 1, (uintptr_t)shared->byte) != 1)
			_exit(2);
}

static void read_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	free(text_read(path, NULL));
}

static void read_numa_maps(pid_t pid)
{
	read_file(pid, "numa_maps");
}

static void read_smaps_rollup(pid_t pid)
{
	read_file(pid, "smaps_rollup");
}

static const struct {
	const char *name, *metric;
	void (*act)(pid_t pid);
} kinds[] = {
	{ "left alone", "p99_ratio_alone", leave_alone },
	{ "computes", "p99_ratio_computes", compute },
	{ "scanned", "p99_ratio_scanned", scan },
	{ "reads a byte", "p99_ratio_byte", read_a_byte },
	{ "numa_maps", "p99_ratio_numa_maps", read_numa_maps },
	{ "smaps_rollup", "p99_ratio_smaps_rollup", read_smaps_rollup },
};

#define NR_KINDS	ARRAY_SIZE(kinds)

/**
 * struct felt - by one kind, in one act
 * @us: the samples of all turns
 * @nr: of them
 * @p99: of each turn
 */
static struct felt {
	double *us, p99[TURNS];
	size_t nr;
} felt[NR_ACTS][NR_KINDS];

static unsigned int nr_done[NR_KINDS];
static unsigned long slept[NR_KINDS];
static uint64_t longest_hold;

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double quantile(double *sorted, size_t nr, double q)
{
	return nr ? sorted[(size_t)(q * (nr - 1))] : 0;
}

static void keep(struct felt *at, unsigned int turn, const unsigned int *ns, unsigned int nr)
{
	double *us;
	size_t i;

	at->us = realloc(at->us, (at->nr + nr + 1) * sizeof(*us));
	us = at->us + at->nr;
	for (i = 0; i < nr; i++)
		us[i] = ns[i] / 1e3;
	qsort(us, nr, sizeof(*us), ascending);
	at->p99[turn] = quantile(us, nr, .99);
	at->nr += nr;
}

static void turn(pid_t pid, unsigned int nr, size_t kind)
{
	static int window;
	unsigned long sleeps;
	uint64_t end, hold;
	int act;

	shared->wanted = ++window;
	end = now_ns() + WINDOW_NS;
	while (shared->seen != window)
		sleep_ms(1);
	sleeps = shared->sleeps;
	for (; now_ns() < end; nr_done[kind]++)
		kinds[kind].act(pid);
	shared->wanted = 0;
	while (shared->seen)
		sleep_ms(1);
	slept[kind] += shared->sleeps - sleeps;
	for (act = 0; act < NR_ACTS; act++)
		keep(&felt[act][kind], nr, shared->ns[act], shared->nr[act]);
	if (kinds[kind].act != scan)
		return;
	hold = lens_value(pid, "lock_hold_max_ns");
	if (hold > longest_hold)
		longest_hold = hold;
}

/* --- what comes of it ------------------------------------------------------------------ */

static void put(enum act act, const char *where, const char *metric, struct spread spread)
{
	char name[64];

	snprintf(name, sizeof(name), "%s, %s", act_names[act], where);
	spread_put("stall", name, metric, spread);
}

static void print_act(enum act act, const char *where)
{
	double ratio[NR_KINDS][TURNS];
	size_t kind, i;

	printf("\n%-14s %8s %7s %7s %8s %8s %9s %9s %7s %13s\n", act_names[act], "samples", "done",
	       "sleeps", "p50 us", "p99", "p99.9", "max", "p99 x", "least-most");
	for (kind = 0; kind < NR_KINDS; kind++)
		for (i = 0; i < TURNS; i++)
			ratio[kind][i] = felt[act][kind].p99[i] / felt[act][0].p99[i];
	for (kind = 0; kind < NR_KINDS; kind++) {
		struct felt *at = &felt[act][kind];
		struct spread spread = spread_of(ratio[kind], TURNS);

		qsort(at->us, at->nr, sizeof(*at->us), ascending);
		printf("%-14s %8zu %7u %7lu %8.1f %8.1f %9.1f %9.1f %7.2f %6.2f-%6.2f\n",
		       kinds[kind].name, at->nr, nr_done[kind], slept[kind],
		       quantile(at->us, at->nr, .5),
		       quantile(at->us, at->nr, .99), quantile(at->us, at->nr, .999),
		       quantile(at->us, at->nr, 1), spread.median, spread.min, spread.max);
		if (kind)
			put(act, where, kinds[kind].metric, spread);
		else
			put(act, where, "p99_us_alone", spread_of(at->p99, TURNS));
	}
}

static pid_t start_target(int cpu)
{
	pid_t pid;

	shared->seen = -1;
	pid = proc_fork();
	if (!pid)
		target(cpu);
	while (shared->seen)
		sleep_ms(10);
	return pid;
}

static int measure(int target_cpu, int cpu)
{
	const char *where = target_cpu == cpu ? "one CPU" : "two CPUs";
	pid_t pid = start_target(target_cpu);
	unsigned int i, kind;

	pin(cpu);
	if (lens_watch(pid))
		return 1;
	for (i = 0; i < TURNS; i++)
		for (kind = 0; kind < NR_KINDS; kind++)
			turn(pid, i, (i + kind) % NR_KINDS);
	printf("Target and the other on %s; p99 x: beside \"left alone\", median of %d turns.\n",
	       where, TURNS);
	for (i = 0; i < NR_ACTS; i++)
		print_act(i, where);
	printf("\nmmap_lock held at most %.1f us by numalens\n\n", longest_hold / 1e3);
	fflush(stdout);

	for (i = 0; i < NR_ACTS * NR_KINDS; i++)
		free(felt[i / NR_KINDS][i % NR_KINDS].us);
	memset(felt, 0, sizeof(felt));
	memset(nr_done, 0, sizeof(nr_done));
	memset(slept, 0, sizeof(slept));
	longest_hold = 0;
	lens_unwatch(pid);
	proc_end(pid);
	return 0;
}

int main(void)
{
	int last = sysconf(_SC_NPROCESSORS_ONLN) - 1;

	need(1);
	balancing_off();
	lens_set("refresh_ms", 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		      -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	if (last && measure(last, 0))
		return 1;
	return measure(last, last);
}
