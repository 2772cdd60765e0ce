// SPDX-License-Identifier: GPL-2.0
#include "hints.h"

#include <string.h>

#include "balancing.h"
#include "case.h"
#include "proc.h"
#include "text.h"
#include "tracer.h"

#define PROBES		TRACING "/kprobe_events"
#define NAME		"lens_numa_fault"
#define EVENT		"kprobes/" NAME
#ifdef __aarch64__
#define ARGUMENTS	"pages=%x2:s32 flags=%x3:x32"
#else
#define ARGUMENTS	"pages=%dx:s32 flags=%cx:x32"
#endif

/* kernel/sched: TNF_* */
#define FLAG_MIGRATED	0x01
#define FLAG_SHARED	0x04
#define FLAG_LOCAL	0x08
#define FLAG_FAILED	0x10

static struct hint_counts vmstat_now(void)
{
	return (struct hint_counts){
		.faults = vmstat_counter("numa_hint_faults "),
		.local = vmstat_counter("numa_hint_faults_local"),
		.migrated = vmstat_counter("numa_pages_migrated"),
	};
}

static struct hint_counts vmstat_before;

bool hints_begin(void)
{
	if (!tracer_open())
		return false;
	/* a test that was killed may have left it */
	text_puts(PROBES, "-:" NAME "\n");
	if (text_puts(PROBES, "p:" NAME " task_numa_fault " ARGUMENTS "\n") ||
	    tracer_enable(EVENT, NULL))
		return false;
	tracer_on();
	vmstat_before = vmstat_now();
	return true;
}

static void see(const struct tracer_event *event, void *arg)
{
	struct hints *hints = arg;
	struct hinter *hinter = hints->hinter;
	int64_t pages, flags;
	int i;

	if (!event_number(event, "pages", &pages) ||
	    !event_number(event, "flags", &flags))
		return;
	for (i = 0; i < hints->nr_hinters && hinter->tid != event->pid; i++)
		hinter++;
	if (i == HINTERS_MAX)
		return;
	if (i == hints->nr_hinters) {
		hints->nr_hinters++;
		hinter->tid = event->pid;
	}
	hinter->counts.faults++;
	hinter->counts.local += !!(flags & FLAG_LOCAL);
	hinter->counts.shared += !!(flags & FLAG_SHARED);
	hinter->counts.migrated += flags & FLAG_MIGRATED ? pages : 0;
	hinter->counts.failed += flags & FLAG_FAILED ? pages : 0;
}

int hints_end(struct hints *hints)
{
	struct hint_counts now = vmstat_now();
	int ret;

	memset(hints, 0, sizeof(*hints));
	hints->vmstat.faults = now.faults - vmstat_before.faults;
	hints->vmstat.local = now.local - vmstat_before.local;
	hints->vmstat.migrated = now.migrated - vmstat_before.migrated;
	tracer_off();
	tracer_disable(EVENT);
	ret = tracer_each(see, hints);
	tracer_close();
	text_puts(PROBES, "-:" NAME "\n");
	return ret < 0 ? ret : 0;
}

struct hint_counts hints_of_thread(const struct hints *hints, pid_t tid)
{
	struct hint_counts none = { 0 };
	int i;

	for (i = 0; i < hints->nr_hinters; i++)
		if (hints->hinter[i].tid == tid)
			return hints->hinter[i].counts;
	return none;
}

struct hint_counts hints_of(const struct hints *hints, pid_t pid)
{
	struct hint_counts sum = { 0 };
	pid_t tids[HINTERS_MAX];
	int i, nr = proc_tasks(pid, tids, HINTERS_MAX);

	for (i = 0; i < nr; i++) {
		struct hint_counts one = hints_of_thread(hints, tids[i]);

		sum.faults += one.faults;
		sum.local += one.local;
		sum.shared += one.shared;
		sum.migrated += one.migrated;
		sum.failed += one.failed;
	}
	return sum;
}
