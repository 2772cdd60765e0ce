// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of page under every policy, held by SIGSTOP: numalens says of each
 * VMA what the kernel says.
 *
 * Oracles: /proc/PID/maps, numa_maps (pages per node, anon, policy), smaps
 * (THP, swap), pagemap with kpageflags (zero, swap, nothing, kind; node by
 * memory block), move_pages(2) for a sample of pages; the source of a policy
 * is known from how workloads/mix.c set it. The binary snapshot and the files
 * below vmas/ are both held against them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../lib/areas.h"
#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/compare.h"
#include "../lib/frames.h"
#include "../lib/lens.h"
#include "../lib/memory.h"
#include "../lib/mixrun.h"
#include "../lib/node.h"
#include "../lib/proc.h"
#include "../lib/snapshot.h"
#include "../lib/text.h"

#define SAMPLES		4000

static struct mixrun run;
static struct areas areas;
static struct frames *frames;
static struct snapshot snap;
static struct view views[2];
static bool hinting;

static void forget(void)
{
	vma_dirs_free((struct lens_vma *)views[1].vmas, views[1].nr_vmas);
	snapshot_free(&snap);
	areas_free(&areas);
	free(frames);
	frames = NULL;
	memset(views, 0, sizeof(views));
}

/* Scan the stopped process, and read all sides. */
static int look(void)
{
	struct lens_vma *dirs = NULL;
	int nr, ret;

	forget();
	ret = lens_scan(run.pid);
	if (ret)
		return fail("scan: %s", strerror(-ret));
	ret = areas_read(run.pid, &areas, true);
	if (ret)
		return fail("/proc/%d: %s", run.pid, strerror(-ret));
	frames = areas_frames(run.pid, &areas);
	if (!frames)
		return fail("pagemap: %s", strerror(errno));
	ret = snapshot_read(run.pid, &snap);
	if (ret)
		return fail("snapshot: %s", strerror(-ret));
	nr = vma_dirs_read(run.pid, &dirs);
	if (nr < 0)
		return fail("vmas/: %s", strerror(-nr));
	views[0] = (struct view){ "snapshot", snap.vmas, snap.nr_vmas,
				  snap.nodes, snap.head.nr_nodes, hinting };
	views[1] = (struct view){ "vmas/", dirs, nr, snap.nodes,
				  snap.head.nr_nodes, hinting };
	return CASE_PASS;
}

static int both(int (*compare)(const struct areas *areas,
			       const struct view *view))
{
	int nr;

	if (!areas.nr)
		return fail("nothing to compare");
	nr = compare(&areas, &views[0]) + compare(&areas, &views[1]);
	return nr ? fail("%d differences", nr) : CASE_PASS;
}

static int same_ranges(void)
{
	return both(compare_ranges);
}

static int same_nodes(void)
{
	return both(compare_nodes);
}

static int same_policies(void)
{
	return both(compare_policies);
}

static int same_paths(void)
{
	return both(compare_paths);
}

static int same_smaps(void)
{
	return both(compare_smaps);
}

static int same_frames(void)
{
	int nr;

	if (!frames)
		return fail("nothing to compare");
	nr = compare_frames(&areas, frames, &views[0]) +
	     compare_frames(&areas, frames, &views[1]);
	return nr ? fail("%d differences", nr) : CASE_PASS;
}

static int same_totals(void)
{
	int nr;

	if (!frames)
		return fail("nothing to compare");
	nr = compare_totals(&areas, frames, &snap) + snapshot_sums(&snap);
	return nr ? fail("%d differences", nr) : CASE_PASS;
}

static int same_sources(void)
{
	int nr = mixrun_compare(&run, &views[0]) +
		 mixrun_compare(&run, &views[1]);

	return nr ? fail("%d differences", nr) : CASE_PASS;
}

/* With balancing off move_pages(2) answers for every page that can be read. */
static int same_moved(void)
{
	static uint64_t addrs[SAMPLES];
	static int status[SAMPLES];
	uint64_t asked = 0, wrong = 0;
	size_t i, nr = 0;
	uint64_t addr;
	int ret;

	for (i = 0; i < areas.nr; i++) {
		struct area *area = &areas.v[i];
		uint64_t on[NODES_MAX] = { 0 };
		int nid;

		/* up to a table of pages each, in VMAs that are small enough */
		if (area->perms[0] != 'r' || area->pfnmap ||
		    !strcmp(area->path, "[vdso]") ||
		    area->end - area->start > SAMPLES * 4096UL)
			continue;
		for (addr = area->start, nr = 0; addr < area->end; addr += 4096)
			addrs[nr++] = addr;
		ret = pages_locate(run.pid, addrs, status, nr);
		if (ret)
			return fail("move_pages: %s", strerror(-ret));
		while (nr--)
			if (status[nr] >= 0)
				on[status[nr]]++;
		for (nid = 0; nid < NODES_MAX; nid++)
			wrong += on[nid] != mixrun_pages(&views[0], i, nid);
		asked++;
	}
	note("move_pages asked for every page of %" PRIu64 " VMAs", asked);
	if (asked < 200)
		return fail("only %" PRIu64 " VMAs could be asked for", asked);
	return wrong ? fail("%" PRIu64 " differences", wrong) : CASE_PASS;
}

/* A comparison of nothing would always hold. */
static int all_there(void)
{
	uint64_t thp = 0, hugetlb = 0, swapped = 0, anon = 0, file = 0;
	int ret = mixrun_start(&run, NULL, "g");
	size_t i, ptes = 0;

	if (ret)
		return ret;
	ret = look();
	if (ret)
		return ret;
	for (i = 0; i < areas.nr; i++) {
		thp += areas.v[i].thp;
		hugetlb += areas.v[i].hugetlb ? areas.v[i].pages : 0;
		swapped += areas.v[i].swap;
		anon += areas.v[i].anon;
		file += areas.v[i].pages - areas.v[i].anon;
		ptes += areas.v[i].pages;
	}
	note("%zu VMAs, pages: %zu resident, %" PRIu64 " anon, %" PRIu64
	     " of files, %" PRIu64 " THP, %" PRIu64 " hugetlb, %" PRIu64
	     " swapped, %" PRIu64 " zero", areas.nr, ptes, anon, file, thp,
	     hugetlb, swapped, (uint64_t)snap.head.zero);
	mixrun_missing(&run);
	if (areas.nr < 300 || !anon || !file || !snap.head.zero)
		return fail("the workload is not what it should be");
	return CASE_PASS;
}

static int has_swapped(void)
{
	size_t i;

	for (i = 0; i < areas.nr; i++)
		if (areas.v[i].swap)
			return CASE_PASS;
	return skip("no swap here, and no zram to make some");
}

static int has_thp(void)
{
	size_t i;

	for (i = 0; i < areas.nr; i++)
		if (areas.v[i].thp)
			return CASE_PASS;
	return skip("transparent_hugepage is off");
}

static int has_hugetlb(void)
{
	size_t i;

	for (i = 0; i < areas.nr; i++)
		if (areas.v[i].hugetlb && areas.v[i].pages)
			return CASE_PASS;
	return skip("no huge pages could be reserved");
}

static int has_hugetlb_1g(void)
{
	size_t i;

	for (i = 0; i < areas.nr; i++)
		if (areas.v[i].page_size == 1UL << 30 && areas.v[i].pages)
			return CASE_PASS;
	return skip("no page of 1 GiB could be reserved");
}

/* All of the above for what is in the views, in one result. */
static int same_all(void)
{
	int nr;

	nr = same_ranges() + same_nodes() + same_policies() + same_paths() +
	     same_smaps() + same_frames() + same_totals() + same_sources();
	return nr ? CASE_FAIL : CASE_PASS;
}

static int after_running(void)
{
	int ret;

	proc_cont(run.pid);
	sleep_ms(50);
	if (!proc_stop(run.pid))
		return fail("does not stop");
	ret = look();
	return ret ?: same_all();
}

static int under_task_policy(void)
{
	int ret;

	lens_unwatch(run.pid);
	proc_end(run.pid);
	ret = mixrun_start(&run, "interleave", "");
	ret = ret ?: look();
	if (ret)
		return ret;
	if (strncmp(snap.policy, "interleave:", 11))
		return fail("policy of the task is \"%s\"", snap.policy);
	return same_all();
}

/*
 * Asking for the policy of a shared object takes a reference. One that is not
 * given back keeps the policy when the object is gone: the mix has 80 of them.
 */
static int policies_are_let_go(void)
{
	struct memory before, after;
	int ret;

	lens_unwatch(run.pid);
	proc_end(run.pid);
	memory_read(&before);
	ret = mixrun_start(&run, NULL, "");
	ret = ret ?: look();
	ret = ret ?: look();
	lens_unwatch(run.pid);
	proc_end(run.pid);
	if (ret)
		return ret;
	return memory_leaks_of("numa_policy", &before, &after, 40) ?
		CASE_FAIL : CASE_PASS;
}

/*
 * Entries that balancing made PROT_NONE are those that fault when the memory of the
 * stopped process is read from outside. None of them is left then.
 */
static uint64_t hinting_entries(void)
{
	uint64_t before = vmstat_counter("numa_hint_faults ");
	static uint8_t present[MIX_PAGES];
	size_t i, j;

	for (i = 0; i < areas.nr; i++) {
		const struct area *area = &areas.v[i];
		size_t nr = (area->end - area->start) / getpagesize();

		if (strncmp(area->perms, "rw", 2) || nr > MIX_PAGES || !area->anon ||
		    pages_present(run.pid, area->start, nr, present))
			continue;
		for (j = 0; j < nr; j++) {
			char byte;
			struct iovec to = { &byte, 1 };
			struct iovec from = { (char *)area->start + j * getpagesize(), 1 };

			if (present[j] && process_vm_readv(run.pid, &to, 1, &from, 1, 0) < 0)
				note("page %zu of %" PRIx64 " can't be read", j, area->start);
		}
	}
	return vmstat_counter("numa_hint_faults ") - before;
}

static int under_hinting(void)
{
	uint64_t updates = vmstat_counter("numa_pte_updates"), entries = 0;
	int tries, ret;

	if (balancing_hasty())
		return skip("this kernel has no NUMA balancing to speed up");
	lens_unwatch(run.pid);
	proc_end(run.pid);
	hinting = true;
	ret = mixrun_start(&run, NULL, "l");
	for (tries = 0; !ret && !entries && tries < 8; tries++) {
		proc_cont(run.pid);
		sleep_ms(700);
		if (!proc_stop(run.pid))
			return fail("does not stop");
		ret = look();
		if (!ret && same_all())
			return CASE_FAIL;
		entries = ret ? 0 : hinting_entries();
	}
	balancing_off();
	if (ret)
		return ret;
	note("%" PRIu64 " hinting entries seen, %" PRIu64
	     " made meanwhile", entries, vmstat_counter("numa_pte_updates") - updates);
	return entries ? CASE_PASS :
		skip("balancing left no hinting entry to look at");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "workload holds every kind of page", all_there },
		{ "workload has THP", has_thp },
		{ "workload has hugetlb pages", has_hugetlb },
		{ "workload has a hugetlb page of 1 GiB", has_hugetlb_1g },
		{ "workload has swapped pages", has_swapped },
		{ "VMAs are those of maps", same_ranges },
		{ "pages per node are those of numa_maps", same_nodes },
		{ "policies are those of numa_maps", same_policies },
		{ "policy sources and kinds are as made", same_sources },
		{ "paths are those of maps", same_paths },
		{ "THP and swap are those of smaps", same_smaps },
		{ "zero, swap and untouched are those of pagemap", same_frames },
		{ "totals by kind are those of kpageflags", same_totals },
		{ "nodes are those of move_pages, page by page", same_moved },
		{ "again after it ran", after_running },
		{ "again under a task policy", under_task_policy },
		{ "policies of shared objects are let go", policies_are_let_go },
		{ "again while NUMA balancing hints", under_hinting },
	};
	int ret;

	need(2);
	balancing_off();
	cases_keep();
	mixrun_prepare();
	ret = cases_run(cases, ARRAY_SIZE(cases), 180);
	mixrun_finish();
	return ret;
}
