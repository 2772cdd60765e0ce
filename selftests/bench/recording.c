// SPDX-License-Identifier: GPL-2.0
/*
 * What "numalens record" costs, for a process of many VMAs: how large the recording is,
 * what the recorder takes of a CPU, how much less the target gets done meanwhile, and how
 * long "numalens report" takes. The target maps, touches and unmaps memory all the time:
 * that is what feels a scan most, and what costs most to be counted, for each VMA is a new
 * one. It is left alone before and after, and watched but not scanned for a while.
 *
 * usage: recording [SECONDS [VMAS]]	by default 300 and 20000
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/bench_out.h"
#include "../lib/case.h"
#include "../lib/layout.h"
#include "../lib/lens.h"
#include "../lib/proc.h"
#include "../lib/spread.h"
#include "../lib/text.h"

#define CHUNK		(64 * 1024)
#define SECONDS_MIN	10
#define SECONDS_MAX	3600
#define OUTPUT		"/tmp/numalens-bench.nlr"

/**
 * struct rates - what the target did in each second
 * @per_s: the numbers
 * @nr: how many
 */
struct rates {
	double per_s[2 * SECONDS_MAX];
	size_t nr;
};

static atomic_ulong *done;
static struct rates alone, watched, recorded;
static char name[32];

/* --- the target --------------------------------------------------------------------- */

static void work(const struct layout *layout)
{
	layout_vmas(layout);
	for (;;) {
		char *mem = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (mem == MAP_FAILED)
			_exit(2);
		*mem = 1;
		munmap(mem, CHUNK);
		atomic_fetch_add(done, 1);
	}
}

static pid_t target_start(const struct layout *layout)
{
	pid_t pid;

	done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (done == MAP_FAILED)
		return -1;
	pid = proc_fork();
	if (!pid)
		work(layout);
	while (pid > 0 && !atomic_load(done) && proc_state(pid) != 'Z')
		sleep_ms(100);
	return proc_state(pid) == 'Z' ? -1 : pid;
}

/* --- its work, second by second ------------------------------------------------------- */

static void take(struct rates *rates)
{
	uint64_t begin = now_ns();
	unsigned long before = atomic_load(done);

	sleep(1);
	if (rates->nr < ARRAY_SIZE(rates->per_s))
		rates->per_s[rates->nr++] = (atomic_load(done) - before) * 1e9 / (now_ns() - begin);
}

static void take_seconds(struct rates *rates, unsigned int seconds)
{
	while (seconds--)
		take(rates);
}

/* What the events cost: nobody scans. */
static int take_watched(pid_t target, unsigned int seconds)
{
	lens_set("refresh_ms", 0);
	if (lens_watch(target))
		return fail("the target can't be watched");
	take_seconds(&watched, seconds);
	return lens_unwatch(target) ? fail("the target can't be unwatched") : CASE_PASS;
}

/* --- the tool --------------------------------------------------------------------------- */

static pid_t tool_run(char *const argv[])
{
	pid_t pid = proc_fork();
	int fd;

	if (pid)
		return pid;
	fd = open("/dev/null", O_WRONLY);
	dup2(fd, STDOUT_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

static double cpu_s(const struct rusage *usage)
{
	return usage->ru_utime.tv_sec + usage->ru_stime.tv_sec +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static void put(const char *metric, double value)
{
	printf("%-40s %12.3f\n", metric, value);
	bench_put("recording", name, metric, value, value, value);
}

static void put_rates(const char *metric, struct rates *rates)
{
	struct spread spread = spread_of(rates->per_s, rates->nr);

	printf("%-40s %12.0f (%.0f to %.0f)\n", metric, spread.median, spread.low, spread.high);
	spread_put("recording", name, metric, spread);
}

/* Of the time that the same work takes. */
static void put_over(const char *metric, struct rates *rates)
{
	put(metric, spread_of(alone.per_s, alone.nr).median /
		    spread_of(rates->per_s, rates->nr).median);
}

static int time_record(pid_t target, unsigned int seconds)
{
	char pid_text[16], time_text[16];
	char *const argv[] = { "numalens", "record", "-p", pid_text, "--time", time_text, "-o",
			       OUTPUT, NULL };
	uint64_t begin = now_ns();
	struct rusage usage;
	int status = -1;
	pid_t pid;

	snprintf(pid_text, sizeof(pid_text), "%d", target);
	snprintf(time_text, sizeof(time_text), "%u", seconds);
	pid = tool_run(argv);
	/* The watch, and the first scan, are not what goes on. */
	sleep(2);
	while (pid > 0 && proc_state(pid) != 'Z' && proc_state(pid))
		take(&recorded);
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0 || status)
		return fail("numalens record: status %d", status);
	put("recorder, % of a CPU", cpu_s(&usage) * 1e11 / (now_ns() - begin));
	put("recorder, MiB of memory", usage.ru_maxrss / 1024.0);
	return CASE_PASS;
}

static int time_report(const char *option, const char *metric)
{
	char *const argv[] = { "numalens", "report", OUTPUT, (char *)option, NULL };
	uint64_t begin = now_ns();
	int status = -1;
	pid_t pid = tool_run(argv);

	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status)
		return fail("numalens report: status %d", status);
	put(metric, (now_ns() - begin) / 1e9);
	return CASE_PASS;
}

int main(int argc, char **argv)
{
	unsigned int seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
	struct layout layout = { .nr = argc > 2 ? strtoul(argv[2], NULL, 10) : 20000 };
	struct stat file;
	pid_t target;
	int ret;

	need(1);
	if (seconds < SECONDS_MIN || seconds > SECONDS_MAX || !layout.nr)
		skip_all("usage: recording [SECONDS [VMAS]], with at least %u seconds", SECONDS_MIN);
	balancing_off();
	text_puts("/proc/sys/vm/max_map_count", "200000");
	layout.size = layout.nr * BASE_PAGE;
	snprintf(name, sizeof(name), "%u VMAs, %u s", layout.nr, seconds);
	target = target_start(&layout);
	if (target < 0)
		skip_all("no process of %u VMAs", layout.nr);
	printf("%s\n", name);
	take_seconds(&alone, seconds / 5);
	ret = take_watched(target, seconds / 5) || time_record(target, seconds);
	take_seconds(&alone, seconds / 5);
	proc_end(target);
	if (ret) {
		unlink(OUTPUT);
		return 1;
	}
	put_rates("work alone, 1/s", &alone);
	put_rates("work watched, 1/s", &watched);
	put_rates("work recorded, 1/s", &recorded);
	put_over("watched/alone", &watched);
	put_over("recorded/alone", &recorded);
	if (!stat(OUTPUT, &file))
		put("recording, MiB", file.st_size / 1048576.0);
	ret = time_report(NULL, "report, s") || time_report("--json", "report --json, s");
	unlink(OUTPUT);
	return ret;
}
