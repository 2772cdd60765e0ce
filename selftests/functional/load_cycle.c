// SPDX-License-Identifier: GPL-2.0
/*
 * The module comes and goes, 190 times, or a few, with live watches, while files of it
 * are open and being read: no complaint, no memory left behind, and an open
 * file says that its device is gone. Leaves the module loaded.
 *
 * Oracles: the slab caches and vmalloc before and after 150 times; again with the
 * hooks of events, which take long, 20 times: one object left behind each time would
 * be as many. In a kernel with checkers, where each may take 20 seconds, it is
 * kmemleak that looks for what a few times leave. The kernel's log; errno of reads
 * from files that were opened before.
 *
 * The module is that of NUMALENS_KO, numalens.ko at the top of the tree, or that
 * which is installed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/case.h"
#include "../lib/klog.h"
#include "../lib/lens.h"
#include "../lib/memory.h"
#include "../lib/module.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"
#include "../lib/workers.h"

#define BUSY_CYCLES	5
#define FEW_CYCLES	2
#define WARM_UP		5
#define CYCLES		150
#define ARMED_CYCLES	20
#define ROUNDS		4

static const char *const files[] = {
	"comm", "state", "scan", "generation", "placement/pages", "cpu/time_ns",
	"cpu/allowed_nodes", "snapshot", "policy",
};

static int first, last;
static int fds[ARRAY_SIZE(files) + 2];
static size_t nr_fds;

static void open_files(pid_t pid)
{
	char data[64];
	size_t i;

	for (nr_fds = 0; nr_fds < ARRAY_SIZE(files); nr_fds++) {
		fds[nr_fds] = open(lens_path(pid, files[nr_fds]),
				   strcmp(files[nr_fds], "scan") ? O_RDONLY :
				   O_WRONLY);
		/* a snapshot is pinned by this */
		if (pread(fds[nr_fds], data, sizeof(data), 0) < 0)
			continue;
	}
	fds[nr_fds++] = open(lens_path(pid, "vmas"), O_RDONLY | O_DIRECTORY);
	fds[nr_fds++] = open(LENS_ROOT "/nr_watched", O_RDONLY);
	for (i = 0; i < nr_fds; i++)
		if (fds[i] < 0)
			note("%zu can't be opened: %s", i, strerror(errno));
}

/* Gone means an error, for reads and writes, and an empty directory. */
static int files_are_gone(bool root_too)
{
	size_t i, wrong = 0, nr = ARRAY_SIZE(files);
	char data[4096];
	ssize_t n;

	for (i = 0; i < nr; i++) {
		n = pread(fds[i], data, sizeof(data), 0);
		if (!strcmp(files[i], "scan"))
			n = write(fds[i], "1\n", 2);
		if (n < 0 && errno == ENODEV)
			continue;
		wrong++;
		note("%s: %zd, %s", files[i], n, n < 0 ? strerror(errno) : "");
	}
	n = pread(fds[nr + 1], data, sizeof(data), 0);
	if (root_too ? n >= 0 || errno != ENODEV : n <= 0)
		wrong += !!fail("nr_watched: %zd", n);
	return wrong ? CASE_FAIL : CASE_PASS;
}

static void close_files(void)
{
	while (nr_fds)
		close(fds[--nr_fds]);
}

static int open_across(void)
{
	pid_t pid = proc_fork();
	int ret;

	if (!pid)
		for (;;)
			pause();
	lens_set("refresh_ms", 1);
	if (lens_watch(pid))
		return fail("can't be watched");
	open_files(pid);
	lens_unwatch(pid);
	ret = files_are_gone(false);
	close_files();
	if (lens_watch(pid))
		return fail("can't be watched again");
	open_files(pid);
	ret = module_unload() ? fail("can't be unloaded") : ret;
	ret = ret ?: files_are_gone(true);
	if (module_load())
		return fail("can't be loaded");
	/* and are not those of the module that came after */
	lens_watch(pid);
	ret = ret ?: files_are_gone(true);
	close_files();
	return ret;
}

/* Reads what is there, writes scan, and does not mind what is gone. */
static pid_t start_reader(pid_t watched)
{
	pid_t pid = proc_fork();
	struct lens_vma *list;
	size_t i;
	int nr;

	if (pid)
		return pid;
	fclose(stdout);
	for (;;) {
		for (i = 0; i < ARRAY_SIZE(files); i++)
			free(lens_word(watched, files[i]));
		lens_scan(watched);
		nr = vma_dirs_read(watched, &list);
		if (nr >= 0)
			vma_dirs_free(list, nr);
		free(text_read(LENS_ROOT "/nr_watched", NULL));
	}
}

/*
 * Two live watches, of a process that sleeps and of one whose threads are born,
 * die and move meanwhile: each hook has had its calls when it goes.
 */
static int cycle(struct workers *workers, pid_t sleeper, bool wait, bool events)
{
	int ret = module_load();

	if (ret)
		return fail("load: %s", strerror(-ret));
	lens_set("refresh_ms", 1);
	lens_set("max_vma_dirs", 4);
	if (!events)
		text_puts(LENS_ROOT "/events", "off\n");
	if (lens_watch(workers_pid(workers)) || lens_watch(sleeper))
		return fail("can't be watched");
	if (wait) {
		workers_breed(workers, 0, 1, 2);
		workers_roam(workers, 1, first, last, 1, 1);
		workers_wait(workers);
	}
	ret = module_unload();
	lens_forget_all();
	if (ret)
		return fail("unload: %s", strerror(-ret));
	return lens_loaded() ? fail("/sys/kernel/numalens stays") : CASE_PASS;
}

static int run_cycles(struct workers *workers, int nr, bool wait, bool events)
{
	uint64_t began = now_ns();
	pid_t sleeper = proc_fork();
	int i, ret = CASE_PASS;

	if (!sleeper)
		for (;;)
			pause();
	for (i = 0; i < nr && ret == CASE_PASS; i++)
		ret = cycle(workers, sleeper, wait, events);
	note("%d cycles in %" PRIu64 " ms", i, (now_ns() - began) / 1000000);
	return ret;
}

static struct workers *start_workers(void)
{
	int nids[2] = { first, last };

	return workers_start(nids, 2, NULL);
}

static int as_patient(int cycles)
{
	return patience() > 1 ? FEW_CYCLES : cycles;
}

/* All at full speed: threads, a reader, scans; unload comes in the middle. */
static int while_busy(void)
{
	struct workers *workers = start_workers();
	int ret;

	if (!workers || module_unload())
		return fail("can't be unloaded");
	workers_roam(workers, 0, first, last, 5, 1000000);
	workers_breed(workers, 1, 1, 1000000);
	start_reader(workers_pid(workers));
	ret = run_cycles(workers, as_patient(BUSY_CYCLES), false, false);
	ret = ret ?: run_cycles(workers, as_patient(BUSY_CYCLES), false, true);
	procs_end();
	return module_load() ? fail("can't be loaded") : ret;
}

/*
 * What each cycle leaves behind grows with their number. What others have taken
 * meanwhile may look like it, but not after more of them.
 */
static int cycles_leak(int nr, bool events)
{
	struct workers *workers = start_workers();
	struct memory before, after;
	int ret, round = 0, leaks;

	if (!workers || module_unload())
		return fail("can't be unloaded");
	if (patience() > 1) {
		ret = run_cycles(workers, FEW_CYCLES, true, events);
		return module_load() ? fail("can't be loaded") : ret;
	}
	ret = run_cycles(workers, WARM_UP, true, events);
	memory_read(&before);
	do {
		ret = ret ?: run_cycles(workers, nr, true, events);
		leaks = ret ? 0 : memory_leaks(&before, &after, ++round * nr);
	} while (leaks && round < ROUNDS);
	if (leaks)
		ret = fail("it grows with the number of cycles");
	return module_load() ? fail("can't be loaded") : ret;
}

static int again_and_again(void)
{
	return cycles_leak(CYCLES, false);
}

static int armed_again(void)
{
	return cycles_leak(ARMED_CYCLES, true);
}

static int no_complaint(void)
{
	int nr = klog_complaints();

	return nr ? fail("%d complaints in the kernel's log", nr) : CASE_PASS;
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "files open across unwatch and unload", open_across },
		{ "while threads, scans and readers are busy", while_busy },
		{ "again and again with live watches", again_and_again },
		{ "again and again with armed hooks", armed_again },
		{ "the kernel had nothing to complain about", no_complaint },
	};
	int ret, nr, ids[NODES_MAX];
	uint64_t watched;

	need(1);
	nr = nodes_with_cpu(ids, NODES_MAX);
	first = ids[0];
	last = ids[nr - 1];
	ret = module_find();
	if (ret)
		skip_all("%s: %s", module_path(), strerror(-ret));
	if (lens_get("nr_watched", &watched) || watched)
		skip_all("somebody watches something");
	klog_begin();
	return cases_run(cases, ARRAY_SIZE(cases), 280);
}
