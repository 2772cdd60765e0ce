// SPDX-License-Identifier: GPL-2.0
#include "touch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "areas.h"
#include "case.h"
#include "frames.h"
#include "lens.h"
#include "mixkinds.h"
#include "proc.h"
#include "workers.h"

/* What is counted, and for whom. */
struct account {
	struct touches process;
	struct matrix thread, vma;
};

static struct account before, after, control, want;

void *shared_alloc(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		exit(1);
	return memset(memory, 0, size);
}

long act_missing(struct act *act, const char *what)
{
	snprintf(act->missing, sizeof(act->missing), "%s", what);
	return ACT_MISSING;
}

char *act_map(struct act *act, size_t span, int flags, int fd)
{
	size_t page = getpagesize();
	size_t align = span % 512 ? page : 512 * page;
	char *addr = mix_map_aligned(span * page, align, PROT_READ | PROT_WRITE,
				     flags, fd);

	if (addr == MAP_FAILED)
		return NULL;
	act->addr = (uintptr_t)addr;
	act->span = span;
	if (act->policy && policy_set_range(act->policy, addr, span * page))
		return NULL;
	return addr;
}

long act_touch(void *arg)
{
	struct act *act = arg;

	mix_touch((void *)(uintptr_t)act->addr, act->pages, true);
	return ACT_DONE;
}

int act_result(const char *way, long result, const struct act *act)
{
	if (result == ACT_DONE)
		return CASE_PASS;
	if (result == ACT_MISSING)
		return skip("%s", act->missing);
	return fail("%s: the workload failed", way);
}

int toucher_start(struct toucher *toucher, int nr)
{
	int ids[NODES_MAX], nr_ids = nodes_with_cpu(ids, NODES_MAX);
	int i, ret;

	memset(toucher, 0, sizeof(*toucher));
	toucher->act = shared_alloc(sizeof(*toucher->act));
	toucher->nr = nr ?: nr_ids < WORKERS_MAX ? nr_ids : WORKERS_MAX;
	for (i = 0; i < toucher->nr; i++)
		toucher->nids[i] = ids[i % nr_ids];
	toucher->workers = workers_start(toucher->nids, toucher->nr, NULL);
	if (!toucher->workers)
		return fail("can't be started");
	toucher->pid = workers_pid(toucher->workers);
	lens_set("refresh_ms", 0);
	/* also one that has no page yet is to have a directory */
	lens_set("max_vma_dirs", 1000);
	ret = lens_watch(toucher->pid);
	return ret ? fail("can't be watched: %s", strerror(-ret)) : CASE_PASS;
}

void toucher_end(struct toucher *toucher)
{
	if (!toucher->workers)
		return;
	lens_unwatch(toucher->pid);
	workers_end(toucher->workers);
	munmap(toucher->act, sizeof(*toucher->act));
	toucher->workers = NULL;
}

long toucher_call(struct toucher *toucher, int i, long (*call)(void *act))
{
	workers_call(toucher->workers, i, call, toucher->act);
	workers_wait(toucher->workers);
	return workers_result(toucher->workers, i);
}

long pages_by_node(pid_t pid, uint64_t addr, size_t nr, uint64_t *pages)
{
	uint64_t *addrs = calloc(nr, sizeof(*addrs));
	int *status = calloc(nr, sizeof(*status));
	long found = 0;
	size_t i;

	for (i = 0; i < nr; i++)
		addrs[i] = addr + i * getpagesize();
	found = pages_locate(pid, addrs, status, nr);
	for (i = 0; i < nr && found >= 0; i++) {
		if (status[i] < 0)
			continue;
		pages[status[i]]++;
		found++;
	}
	free(addrs);
	free(status);
	return found;
}

static int account_read(struct toucher *toucher, int i, struct account *account)
{
	pid_t tid = workers_tid(toucher->workers, i);
	int ret, bad = touches_read(toucher->pid, &account->process);

	ret = thread_matrix(toucher->pid, tid, "first_touch", &account->thread);
	if (ret)
		bad += !!fail("threads/%d: %s", tid, strerror(-ret));
	ret = vma_matrix(toucher->pid, toucher->act->addr, "first_touch",
			 &account->vma);
	/* run() may be about to map it */
	if (ret && ret != -ENOENT)
		bad += !!fail("vmas/: %s", strerror(-ret));
	return bad;
}

static void account_sub(struct account *account, const struct account *less)
{
	touches_sub(&account->process, &less->process);
	matrix_sub(&account->thread, &less->thread);
	matrix_sub(&account->vma, &less->vma);
}

/* A round; what was counted in it is in @after. */
static int round_run(struct toucher *toucher, int i, const struct way *way,
		     size_t pages, bool count)
{
	struct act *act = toucher->act;
	long result = ACT_DONE;
	int bad = 0;

	act->pages = pages;
	act->addr = 0;
	if (way->prepare)
		result = toucher_call(toucher, i, way->prepare);
	if (count && result == ACT_DONE)
		bad = account_read(toucher, i, &before);
	if (result == ACT_DONE)
		result = toucher_call(toucher, i, way->run);
	if (result != ACT_DONE)
		return act_result(way->name, result, act);
	if (count && !bad)
		bad = account_read(toucher, i, &after);
	account_sub(&after, &before);
	return bad ? fail("%s: can't be read", way->name) : CASE_PASS;
}

/* What the kernel says of the range. */
static int want_fill(struct toucher *toucher, int i, const struct way *way)
{
	struct act *act = toucher->act;
	uint64_t pages[NODES_MAX] = { 0 };
	long found = pages_by_node(toucher->pid, act->addr, act->span, pages);
	struct areas areas;
	uint64_t thp = 0;
	int nid;

	memset(&want, 0, sizeof(want));
	if (way->kind == NR_TOUCH_KINDS)
		return CASE_PASS;
	/* each huge page was touched once: it may have become a base page */
	if (found && found == (long)(way->pages / 512))
		return skip("no huge pages to be had");
	if (found != (long)way->pages)
		return fail("%s: %ld of %zu pages are resident", way->name,
			    found, way->pages);
	for (nid = 0; nid < NODES_MAX; nid++)
		want.thread.at[toucher->nids[i]][nid] = pages[nid];
	want.process.kind[way->kind] = want.thread;
	want.vma = want.thread;
	/* these are pages of the machine's cache, not of a VMA */
	if (way->kind == TOUCH_FILE)
		memset(&want.vma, 0, sizeof(want.vma));
	if (way->kind == TOUCH_FILE)
		memset(&want.thread, 0, sizeof(want.thread));
	if (way->kind != TOUCH_THP)
		return CASE_PASS;
	if (!areas_read(toucher->pid, &areas, true)) {
		thp = areas_at(&areas, act->addr)->thp;
		areas_free(&areas);
	}
	return thp == way->pages ? CASE_PASS : skip("no huge pages to be had");
}

static int compare(const struct way *way)
{
	char name[96];
	int bad = touches_differ(way->name, &after.process, &want.process);

	snprintf(name, sizeof(name), "%s: thread", way->name);
	bad += matrix_differ(name, &after.thread, &want.thread);
	snprintf(name, sizeof(name), "%s: VMA", way->name);
	bad += matrix_differ(name, &after.vma, &want.vma);
	return bad ? CASE_FAIL : CASE_PASS;
}

int toucher_try(struct toucher *toucher, int i, const struct way *way,
		const struct policy *policy)
{
	int oracle, ret;

	toucher->act->policy = policy;
	ret = round_run(toucher, i, way, 0, false);
	ret = ret ?: round_run(toucher, i, way, 0, true);
	control = after;
	/* another mapping: its VMA has counted nothing yet */
	memset(&control.vma, 0, sizeof(control.vma));
	if (ret == CASE_SKIP)
		return ret;
	ret = ret ?: round_run(toucher, i, way, way->pages, true);
	if (ret == CASE_SKIP)
		return ret;
	oracle = want_fill(toucher, i, way);
	if (ret || oracle)
		return ret ?: oracle;
	account_sub(&after, &control);
	return compare(way);
}

static const struct way *next_way;
static bool each_anew;

static int way_run(void)
{
	const struct way *way = next_way++;
	struct toucher toucher;
	int i, nr, ret = toucher_start(&toucher, 0);

	for (i = 0, nr = toucher.nr; i < nr && !ret; i++) {
		if (i && each_anew) {
			toucher_end(&toucher);
			ret = toucher_start(&toucher, 0);
		}
		ret = ret ?: toucher_try(&toucher, i, way, NULL);
	}
	toucher_end(&toucher);
	return ret;
}

int ways_run(const struct way *ways, size_t nr, bool anew, unsigned int seconds)
{
	struct test_case *cases = calloc(nr, sizeof(*cases));
	size_t i;

	/* they are run in this order, each once */
	for (i = 0; i < nr; i++)
		cases[i] = (struct test_case){ ways[i].name, way_run };
	next_way = ways;
	each_anew = anew;
	return cases_run(cases, nr, seconds);
}
