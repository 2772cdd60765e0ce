// SPDX-License-Identifier: GPL-2.0
/*
 * The trace events of numalens: their formats, and that what they say of an
 * interval is what the counters and the snapshot say of it.
 *
 * Oracles: the kernel's description of each event; the two ways in which the
 * same facts leave the kernel, one against the other, where the numbers of
 * pages and moves are known besides.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/matrix.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"
#include "../lib/tracer.h"

#define EVENTS		TRACING "/events/numalens"
#define PAGES		1500
#define HOPS		20
#define LONG_NS		60000000000ULL
#define VMAS_MAX	512

static const struct {
	const char *name, *fields;
} formats[] = {
	{ "first_touch",
	  "pid tgid addr vma_start nr_pages kind cpu_nid nid" },
	{ "hint_fault",
	  "pid tgid addr vma_start nr_pages cpu_nid src_nid dst_nid flags" },
	{ "migrate", "tgid addr vma_start nr_pages src_nid dst_nid reason" },
	{ "migrate_failed", "tgid nr_pages reason" },
	{ "task_move", "pid tgid comm src_cpu src_nid dst_cpu dst_nid cause" },
	{ "scan_start", "tgid generation" },
	{ "scan_end",
	  "tgid generation walk_ns walk_pages lock_hold_max_ns ret" },
	{ "vma",
	  "tgid generation start end kind remote_pages policy path pages" },
};

/* What trace-cmd, perf and others can evaluate without the kernel's help. */
static const char *const helpers[] = {
	"__print_symbolic", "__print_flags", "__print_array", "__get_str",
	"__get_dynamic_array", "__get_dynamic_array_len",
};

static int first, last;
static struct puppet *puppet;
static pid_t pid;

/* "\tfield:unsigned int pid;\toffset:8;\tsize:4;\tsigned:0;" */
static int field_check(const char *event, const char *line, char *names)
{
	const char *end = strchr(line, ';');
	char declared[128], *name;
	int size = 0;

	snprintf(declared, sizeof(declared), "%.*s", (int)(end - line), line);
	if (strchr(declared, '*'))
		return !!fail("%s: a pointer: %s", event, declared);
	name = strstr(end, "size:");
	if (!name || sscanf(name, "size:%d;", &size) != 1 || size <= 0)
		return !!fail("%s: no size: %s", event, declared);
	name = strrchr(declared, ' ');
	if (!name)
		return !!fail("%s: no type: %s", event, declared);
	name[1 + strcspn(name + 1, "[")] = '\0';
	if (strncmp(name + 1, "common_", 7)) {
		strcat(names, names[0] ? " " : "");
		strcat(names, name + 1);
	}
	return 0;
}

/* Every word before a parenthesis in the print format is one of the helpers. */
static int calls_check(const char *event, const char *text)
{
	const char *at = strstr(text, "print fmt:");
	int bad = 0;

	while (at && (at = strchr(at, '('))) {
		const char *word = at;
		size_t i, len;

		while (isalnum((unsigned char)word[-1]) || word[-1] == '_')
			word--;
		len = at++ - word;
		for (i = 0; len && i < ARRAY_SIZE(helpers); i++)
			if (strlen(helpers[i]) == len &&
			    !strncmp(helpers[i], word, len))
				break;
		if (len && i == ARRAY_SIZE(helpers))
			bad += !!fail("%s: calls %.*s()", event, (int)len, word);
	}
	return bad;
}

static int described(void)
{
	int bad = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		char path[128], names[512] = "", *text, *line;

		snprintf(path, sizeof(path), EVENTS "/%s/format",
			 formats[i].name);
		text = text_read(path, NULL);
		if (!text) {
			bad += !!fail("no event %s", formats[i].name);
			continue;
		}
		for (line = strstr(text, "field:"); line;
		     line = strstr(line, "field:")) {
			line += strlen("field:");
			bad += field_check(formats[i].name, line, names);
		}
		if (strcmp(names, formats[i].fields))
			bad += !!fail("%s has: %s", formats[i].name, names);
		bad += calls_check(formats[i].name, text);
		free(text);
	}
	return bad ? CASE_FAIL : CASE_PASS;
}

/* Two watched threads, and one event of them is recorded. */
static int start(const char *event)
{
	int nids[] = { first, last };
	char filter[32];

	lens_set("refresh_ms", 0);
	balancing_off();
	puppet = puppet_start(nids, 2);
	if (!puppet || lens_watch(puppet_pid(puppet)))
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	snprintf(filter, sizeof(filter), "tgid == %d", pid);
	if (!tracer_open() || tracer_enable(event, filter))
		return fail("%s can't be enabled", event);
	return CASE_PASS;
}

/* What a trace says: by nodes, of one VMA, and how many pages in a flag. */
struct told {
	const char *row, *column, *amount;
	const char *word, *value, *not;
	uint64_t vma;
	struct matrix all, of_vma, flagged;
	int wrong_caller;
};

static void see(const struct tracer_event *event, void *arg)
{
	struct told *told = arg;
	int64_t row, column, nr = 1, vma = 0;
	char word[64] = "";

	if (!event_number(event, told->row, &row) ||
	    !event_number(event, told->column, &column))
		return;
	if (told->amount)
		event_number(event, told->amount, &nr);
	if (told->word)
		event_word(event, told->word, word, sizeof(word));
	event_number(event, "vma_start", &vma);
	told->wrong_caller += event->pid != getpid();
	if (told->not && !strcmp(word, told->not))
		return;
	told->all.at[row][column] += nr;
	if ((uint64_t)vma == told->vma)
		told->of_vma.at[row][column] += nr;
	if (told->value && strstr(word, told->value))
		told->flagged.at[row][column] += nr;
}

static int told_read(struct told *told)
{
	int nr;

	tracer_off();
	nr = tracer_each(see, told);
	tracer_close();
	return nr <= 0 ? fail("the trace has nothing, %d", nr) : CASE_PASS;
}

static int equal(const char *name, const struct matrix *before,
		 const struct matrix *told)
{
	struct matrix counted;

	if (lens_matrix(pid, name, &counted))
		return !!fail("%s can't be read", name);
	if (before)
		matrix_sub(&counted, before);
	return matrix_differ(name, told, &counted);
}

static int touches(void)
{
	struct told told = { .row = "cpu_nid", .column = "nid",
		.amount = "nr_pages", .word = "kind", .value = "thp",
		.not = "file" };
	struct matrix before, truth = { 0 };
	int bad = start("numalens/first_touch");
	long addr;

	if (bad)
		return bad;
	lens_scan(pid);
	if (lens_matrix(pid, "first_touch/matrix", &before))
		return fail("first_touch/matrix can't be read");
	tracer_on();
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES / 3, 0);
	puppet_do(puppet, 1, do_touch, addr, PAGES, 0);
	told.vma = addr;
	addr = puppet_do(puppet, 1, do_map, 1024, 1, 0);
	puppet_do(puppet, 1, do_touch, addr, 1024, 0);
	puppet_quiet(puppet);
	if (told_read(&told))
		return CASE_FAIL;
	lens_scan(pid);
	truth.at[first][first] = PAGES / 3;
	truth.at[last][last] = PAGES - PAGES / 3;
	bad += matrix_differ("the VMA", &told.of_vma, &truth);
	bad += equal("first_touch/matrix", &before, &told.all);
	bad += equal("first_touch/thp", NULL, &told.flagged);
	return bad ? CASE_FAIL : CASE_PASS;
}

static int moved_pages(void)
{
	struct told told = { .row = "src_nid", .column = "dst_nid",
		.amount = "nr_pages", .word = "reason",
		.value = "migrate_pages" };
	unsigned long from = 1UL << first, to = 1UL << last;
	int bad = start("numalens/migrate");
	struct matrix truth = { 0 };
	long addr;

	if (bad)
		return bad;
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES, 0);
	told.vma = addr;
	tracer_on();
	if (syscall(SYS_migrate_pages, pid, 64, &from, &to) < 0)
		return fail("migrate_pages failed");
	if (told_read(&told))
		return CASE_FAIL;
	lens_scan(pid);
	truth.at[first][last] = PAGES;
	bad += matrix_differ("the VMA", &told.of_vma, &truth);
	bad += equal("migrations/matrix", NULL, &told.all);
	bad += equal("migrations/migrate_pages", NULL, &told.flagged);
	if (told.wrong_caller)
		bad += !!fail("%d were not in the migrator's name",
			      told.wrong_caller);
	return bad ? CASE_FAIL : CASE_PASS;
}

static int sampled(void)
{
	struct told told = { .row = "cpu_nid", .column = "src_nid" };
	struct told pages = { .row = "cpu_nid", .column = "src_nid",
		.amount = "nr_pages", .word = "flags", .value = "migrated" };
	uint64_t base = vmstat_counter("numa_pages_migrated");
	uint64_t until = now_ns() + LONG_NS;
	int bad = start("numalens/hint_fault");
	long addr;

	if (bad)
		return bad;
	addr = puppet_do(puppet, 1, do_map, PAGES, 0, 0);
	puppet_do(puppet, 1, do_touch, addr, PAGES, 0);
	tracer_on();
	puppet_begin(puppet, 0, do_sweep, addr, PAGES, 0);
	if (balancing_hasty())
		return skip("the kernel has no NUMA balancing");
	while (vmstat_counter("numa_pages_migrated") - base < PAGES / 2 &&
	       now_ns() < until)
		sleep_ms(20);
	balancing_off();
	puppet_stop(puppet);
	tracer_off();
	if (tracer_each(see, &pages) < 0 || told_read(&told))
		return CASE_FAIL;
	lens_scan(pid);
	bad += equal("hint_faults/matrix", NULL, &told.all);
	if (matrix_sum(&pages.flagged) !=
	    lens_value(pid, "hint_faults/migrated"))
		bad += !!fail("migrated: %" PRIu64 ", the trace has %" PRIu64,
			      lens_value(pid, "hint_faults/migrated"),
			      matrix_sum(&pages.flagged));
	return bad ? CASE_FAIL : CASE_PASS;
}

/* there and back, @a times */
static long act_hop(long a, long b, long c)
{
	while (a--) {
		node_pin(b);
		node_pin(c);
	}
	return 0;
}

static int moved_threads(void)
{
	struct told told = { .row = "src_nid", .column = "dst_nid",
		.word = "cause", .value = "affinity" };
	int bad = start("numalens/task_move");

	if (bad)
		return bad;
	tracer_on();
	puppet_do(puppet, 0, act_hop, HOPS, last, first);
	puppet_quiet(puppet);
	if (told_read(&told))
		return CASE_FAIL;
	lens_scan(pid);
	bad += equal("task_moves/matrix", NULL, &told.all);
	bad += equal("task_moves/affinity", NULL, &told.flagged);
	if (told.all.at[first][last] != HOPS)
		bad += !!fail("%" PRIu64 " moves, should be %d",
			      told.all.at[first][last], HOPS);
	return bad ? CASE_FAIL : CASE_PASS;
}

/* The VMAs of one scan, and the scan itself, as the trace has them. */
struct scan {
	int nr_starts, nr_ends, nr_vmas;
	int64_t generation, walk_pages, ret;
	struct {
		uint64_t start, end, remote_pages, pages[NODES_MAX];
		char policy[64];
	} vma[VMAS_MAX];
};

/* "{0x1,0x2}" */
static void array_take(const struct tracer_event *event, uint64_t *values)
{
	const char *at = strstr(event->fields, " pages=");
	int nr = 0;

	at = at ? strchr(at, '{') : NULL;
	while (at && *at != '}' && nr < NODES_MAX) {
		char *end;

		values[nr++] = strtoull(at + 1, &end, 0);
		at = end > at + 1 ? end : NULL;
	}
}

static void see_scan(const struct tracer_event *event, void *arg)
{
	struct scan *scan = arg;
	int64_t start, end, remote;
	int i = scan->nr_vmas;

	if (!strcmp(event->name, "scan_start")) {
		scan->nr_starts++;
	} else if (!strcmp(event->name, "scan_end")) {
		scan->nr_ends++;
		event_number(event, "generation", &scan->generation);
		event_number(event, "walk_pages", &scan->walk_pages);
		event_number(event, "ret", &scan->ret);
	} else if (i < VMAS_MAX && event_number(event, "start", &start) &&
		   event_number(event, "end", &end) &&
		   event_number(event, "remote_pages", &remote)) {
		scan->vma[i].start = start;
		scan->vma[i].end = end;
		scan->vma[i].remote_pages = remote;
		event_word(event, "policy", scan->vma[i].policy,
			   sizeof(scan->vma[i].policy));
		array_take(event, scan->vma[i].pages);
		scan->nr_vmas++;
	}
}

static int vmas_differ(const struct scan *scan, const struct snapshot *snap)
{
	int bad = 0;
	size_t i;

	if ((size_t)scan->nr_vmas != snap->nr_vmas)
		return !!fail("%d VMAs in the trace, %zu in the snapshot",
			      scan->nr_vmas, snap->nr_vmas);
	for (i = 0; i < snap->nr_vmas; i++) {
		const struct lens_vma *vma = &snap->vmas[i];

		if (scan->vma[i].start != vma->start ||
		    scan->vma[i].end != vma->end ||
		    scan->vma[i].remote_pages != vma->remote_pages ||
		    strcmp(scan->vma[i].policy, vma->policy) ||
		    memcmp(scan->vma[i].pages, vma->pages,
			   sizeof(vma->pages[0]) * snap->head.nr_nodes))
			bad += !!fail("the VMA at %" PRIx64 " differs",
				      vma->start);
	}
	return bad;
}

static int scans(void)
{
	static struct scan scan;
	struct snapshot snap;
	int bad = start("numalens/vma");
	char filter[32];
	long addr;

	if (bad)
		return bad;
	snprintf(filter, sizeof(filter), "tgid == %d", pid);
	if (tracer_enable("numalens/scan_start", filter) ||
	    tracer_enable("numalens/scan_end", filter))
		return fail("the events can't be enabled");
	addr = puppet_do(puppet, 0, do_map, PAGES, 0, 0);
	puppet_do(puppet, 0, do_touch, addr, PAGES / 2, 0);
	puppet_do(puppet, 1, do_touch, addr, PAGES, 0);
	puppet_quiet(puppet);
	tracer_on();
	lens_scan(pid);
	tracer_off();
	if (tracer_each(see_scan, &scan) < 0)
		return fail("the trace can't be read");
	tracer_close();
	if (snapshot_read(pid, &snap))
		return fail("the snapshot can't be read");
	if (scan.nr_starts != 1 || scan.nr_ends != 1)
		bad += !!fail("%d begins and %d ends of a scan",
			      scan.nr_starts, scan.nr_ends);
	if ((uint64_t)scan.generation != snap.head.generation ||
	    (uint64_t)scan.walk_pages != snap.head.walk_pages || scan.ret)
		bad += !!fail("scan_end is not of this snapshot");
	bad += vmas_differ(&scan, &snap);
	snapshot_free(&snap);
	return bad ? CASE_FAIL : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "formats", described },
		{ "first touches", touches },
		{ "migrations", moved_pages },
		{ "hinting faults", sampled },
		{ "moves of threads", moved_threads },
		{ "scans and VMAs", scans },
	};

	need_events(2);
	need_two(&first, &last);
	if (access(EVENTS, F_OK))
		skip_all("no trace events");
	return cases_run(cases, ARRAY_SIZE(cases), 150);
}
