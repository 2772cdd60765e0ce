// SPDX-License-Identifier: GPL-2.0
/*
 * VMAs that NUMA balancing passes over, and why: of a process, and of its VMAs.
 *
 * Oracle: the kernel's trace event sched_skip_vma_numa, one for each. A kernel that
 * has none has no such files.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/need.h"
#include "../lib/puppet.h"
#include "../lib/text.h"
#include "../lib/tracer.h"
#include "../lib/watched.h"

#define EVENT		"sched/sched_skip_vma_numa"
#define PAGES		512
#define ENOUGH		200
#define SWEEP_NS	60000000000ULL
#define VMAS_MAX	128

/* Our names, and the kernel's. */
static const char *const reasons[][2] = {
	{ "unsuitable", "unsuitable" },
	{ "shared_ro", "shared_ro" },
	{ "inaccessible", "inaccessible" },
	{ "scan_delay", "scan_delay" },
	{ "pid_inactive", "pid_inactive" },
	{ "ignore_pid", "ignore_pid_inactive" },
	{ "seq_completed", "seq_completed" },
};

/** struct skipped - what the kernel traced of the process */
static struct skipped {
	uint64_t by_reason[ARRAY_SIZE(reasons)];
	uint64_t others;
	struct {
		uint64_t start, end, nr;
	} vma[VMAS_MAX];
	int nr_vmas;
} skipped;

static struct puppet *puppet;
static pid_t pid;
static int near, far;
static bool told;

/* Addresses are hexadecimal, without 0x. */
static uint64_t address(const struct tracer_event *event, const char *key)
{
	char word[32];
	uint64_t value;

	return event_word(event, key, word, sizeof(word)) &&
	       sscanf(word, "%" SCNx64, &value) == 1 ? value : 0;
}

static bool is_ours(pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	return !access(path, F_OK);
}

static void see(const struct tracer_event *event, void *arg)
{
	uint64_t start = address(event, "vm_start");
	char reason[32] = "";
	size_t i;
	int vma;

	if (!is_ours(event->pid))
		return;
	event_word(event, "reason", reason, sizeof(reason));
	for (i = 0; i < ARRAY_SIZE(reasons) && strcmp(reason, reasons[i][1]); i++)
		;
	if (i < ARRAY_SIZE(reasons))
		skipped.by_reason[i]++;
	else
		skipped.others++;
	for (vma = 0; vma < skipped.nr_vmas && skipped.vma[vma].start != start; vma++)
		;
	if (vma == VMAS_MAX)
		return;
	skipped.nr_vmas += vma == skipped.nr_vmas;
	skipped.vma[vma].start = start;
	skipped.vma[vma].end = address(event, "vm_end");
	skipped.vma[vma].nr++;
}

/* Memory that nobody may use. */
static long do_reserve(long a, long b, long c)
{
	return mmap(NULL, a, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static uint64_t all_skips(void)
{
	return lens_scan(pid) ? 0 : lens_value(pid, "vma_skips/all");
}

/* The oracle is on before the first, and off after the last. */
static int sample(void)
{
	uint64_t until = now_ns() + SWEEP_NS;
	long addr;
	int nr;

	cases_keep();
	puppet = watched_alone((int[]){ near, far }, 2);
	if (!puppet)
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	told = !access("/sys/kernel/tracing/events/" EVENT, F_OK);
	if (!told)
		return access(lens_path(pid, "vma_skips"), F_OK) ?
		       CASE_PASS : fail("vma_skips is there, the trace event is not");
	if (!tracer_open() || tracer_enable(EVENT, NULL))
		return fail("%s can't be traced", EVENT);
	tracer_on();
	puppet_do(puppet, 0, do_reserve, PAGES * getpagesize(), 0, 0);
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	balancing_hasty();
	puppet_begin(puppet, 0, do_sweep, addr, PAGES, 0);
	while (all_skips() < ENOUGH && now_ns() < until)
		sleep_ms(200);
	balancing_off();
	puppet_stop(puppet);
	puppet_quiet(puppet);
	tracer_off();
	nr = tracer_each(see, NULL);
	tracer_close();
	return nr < 0 || lens_scan(pid) ? fail("what was traced can't be read") : CASE_PASS;
}

static int of_process(void)
{
	uint64_t sum = skipped.others, value;
	char name[64];
	int bad = 0;
	size_t i;

	if (!told)
		return skip("the kernel does not tell");
	for (i = 0; i < ARRAY_SIZE(reasons); i++) {
		snprintf(name, sizeof(name), "vma_skips/%s", reasons[i][0]);
		value = lens_value(pid, name);
		sum += skipped.by_reason[i];
		note("%s: %" PRIu64, reasons[i][0], skipped.by_reason[i]);
		if (value != skipped.by_reason[i])
			bad += !!fail("%s: %" PRIu64 ", should be %" PRIu64, name, value,
				      skipped.by_reason[i]);
	}
	if (sum < ENOUGH)
		return fail("the kernel passed over %" PRIu64 " only", sum);
	return bad ? CASE_FAIL : CASE_PASS;
}

static int of_vmas(void)
{
	char name[64];
	uint64_t value;
	int i, bad = 0, nr = 0;

	if (!told)
		return skip("the kernel does not tell");
	for (i = 0; i < skipped.nr_vmas; i++) {
		snprintf(name, sizeof(name), "vmas/%08" PRIx64 "-%08" PRIx64 "/vma_skips",
			 skipped.vma[i].start, skipped.vma[i].end);
		if (lens_number(pid, name, &value))
			continue;
		nr++;
		if (value != skipped.vma[i].nr)
			bad += !!fail("%s: %" PRIu64 ", should be %" PRIu64, name, value,
				      skipped.vma[i].nr);
	}
	note("%d VMAs of %d", nr, skipped.nr_vmas);
	puppet_end(puppet);
	return bad || !nr ? fail("%d of %d VMAs differ", bad, nr) : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "told only where the kernel does", sample },
		{ "of the process, by reason", of_process },
		{ "of VMAs", of_vmas },
	};

	need_events(2);
	need_two(&near, &far);
	return cases_run(cases, ARRAY_SIZE(cases), 90);
}
