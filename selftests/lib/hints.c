// SPDX-License-Identifier: GPL-2.0
#include "hints.h"

#include <string.h>

#include "balancing.h"
#include "case.h"
#include "proc.h"
#include "text.h"
#include "tracer.h"

#define PROBES		TRACING "/kprobe_events"
#define BEGIN		"lens_numa_begin"
#define END		"lens_numa_end"
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

static struct hint_counts since(struct hint_counts now, struct hint_counts before)
{
	return (struct hint_counts){
		.faults = now.faults - before.faults,
		.local = now.local - before.local,
		.migrated = now.migrated - before.migrated,
	};
}

/* before and after the probes were switched on */
static struct hint_counts vmstat_off, vmstat_on;

static void remove_probes(void)
{
	text_puts(PROBES, "-:" BEGIN "\n");
	text_puts(PROBES, "-:" END "\n");
}

bool hints_begin(void)
{
	if (!tracer_open())
		return false;
	/* a test that was killed may have left them */
	remove_probes();
	if (text_puts(PROBES, "p:" BEGIN " mpol_misplaced\n") ||
	    text_puts(PROBES, "p:" END " task_numa_fault " ARGUMENTS "\n") ||
	    tracer_enable("kprobes/" BEGIN, NULL) ||
	    tracer_enable("kprobes/" END, NULL))
		return false;
	vmstat_off = vmstat_now();
	tracer_on();
	vmstat_on = vmstat_now();
	return true;
}

static struct hinter *hinter_of(struct hints *hints, pid_t tid)
{
	struct hinter *hinter = hints->hinter;
	int i;

	for (i = 0; i < hints->nr_hinters && hinter->tid != tid; i++)
		hinter++;
	if (i == HINTERS_MAX)
		return NULL;
	if (i == hints->nr_hinters) {
		hints->nr_hinters++;
		hinter->tid = tid;
	}
	return hinter;
}

static void see(const struct tracer_event *event, void *arg)
{
	struct hinter *hinter = hinter_of(arg, event->pid);
	int64_t pages, flags;

	if (!hinter)
		return;
	if (!strcmp(event->name, BEGIN))
		hinter->counts.faults++;
	if (!event_number(event, "pages", &pages) ||
	    !event_number(event, "flags", &flags))
		return;
	hinter->counts.local += !!(flags & FLAG_LOCAL);
	hinter->counts.shared += !!(flags & FLAG_SHARED);
	hinter->counts.migrated += flags & FLAG_MIGRATED ? pages : 0;
	hinter->counts.failed += flags & FLAG_FAILED ? pages : 0;
}

int hints_end(struct hints *hints)
{
	int ret;

	memset(hints, 0, sizeof(*hints));
	hints->vmstat = since(vmstat_now(), vmstat_on);
	tracer_off();
	hints->most = since(vmstat_now(), vmstat_off);
	tracer_disable("kprobes/" BEGIN);
	tracer_disable("kprobes/" END);
	ret = tracer_each(see, hints);
	tracer_close();
	remove_probes();
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
