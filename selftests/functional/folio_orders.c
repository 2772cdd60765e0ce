// SPDX-License-Identifier: GPL-2.0
/*
 * folios/: how large the folios are that pages belong to, however they are mapped,
 * and only where that was asked for.
 *
 * Oracle: /proc/PID/pagemap with /proc/kpageflags, in which a folio is a head and
 * the tails behind it; and how much memory of which size was asked for.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/array.h"
#include "../lib/balancing.h"
#include "../lib/case.h"
#include "../lib/lens.h"
#include "../lib/need.h"
#include "../lib/node.h"
#include "../lib/orders.h"
#include "../lib/proc.h"
#include "../lib/puppet.h"
#include "../lib/text.h"

#define THP		"/sys/kernel/mm/transparent_hugepage/"
#define MTHP		THP "hugepages-64kB/enabled"
#define MTHP_SIZE	65536UL
#define SMALL		300
#define NR_HUGE		3
#define NR_MTHP		10

static struct puppet *puppet;
static pid_t pid;
static int first, last;
static uint64_t huge_size, page_size;
static struct orders orders;

/* --- what the puppet does --------------------------------------------------- */

/* @a bytes, a multiple of @b, at a multiple of it, with advice @c, and writes to all. */
static long do_fill(long a, long b, long c)
{
	char *addr = mmap(NULL, a + b, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *start = (char *)(((uintptr_t)addr + b - 1) / b * b);

	if (addr == MAP_FAILED)
		return 0;
	madvise(start, a, c);
	memset(start, 1, a);
	return (long)start;
}

/* Half of each huge page of @b bytes at @a gets other rights: entries of a page table. */
static long do_split(long a, long b, long c)
{
	return mprotect((char *)a, b - c / 2, PROT_READ) ? -errno : 0;
}

/* The zero page, and pages that were in no folio before they were given back. */
static long do_holes(long a, long b, long c)
{
	char *addr = mmap(NULL, a, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long i;

	if (addr == MAP_FAILED)
		return -errno;
	madvise(addr, a, MADV_NOHUGEPAGE);
	for (i = 0; i < a; i += 4096)
		asm("" : : "r" (addr[i]) : "memory");
	return 0;
}

/* --- what the module says ----------------------------------------------------- */

/* A row of folios/; how many nodes it has, or -errno. */
static int row_read(unsigned int order, uint64_t *row)
{
	char name[32];

	snprintf(name, sizeof(name), "folios/order%u", order);
	return lens_row(pid, name, row, NODES_MAX);
}

static uint64_t row_sum(unsigned int order)
{
	uint64_t row[NODES_MAX], sum = 0;
	int nr = row_read(order, row);

	while (nr-- > 0)
		sum += row[nr];
	return sum;
}

static unsigned int order_of(uint64_t size)
{
	unsigned int order = 0;

	while (page_size << order < size)
		order++;
	return order;
}

/* Scan it while it is stopped, and hold all rows against the kernel's own account. */
static int rows_compare(void)
{
	uint64_t nids[NODES_MAX], row[NODES_MAX];
	int i, nr, ret, nr_nodes = lens_row(pid, "nodes", nids, NODES_MAX), bad = 0;
	unsigned int order;

	if (!proc_stop(pid) || lens_scan(pid))
		return fail("can't be stopped and scanned");
	ret = orders_read(pid, &orders);
	if (ret)
		return fail("pagemap: %s", strerror(-ret));
	for (order = 0; (nr = row_read(order, row)) != -ENOENT; order++) {
		if (nr != nr_nodes)
			return fail("order %u: %s", order, nr < 0 ? strerror(-nr) : "its nodes");
		for (i = 0; i < nr; i++)
			if (row[i] != orders.pages[order][nids[i]])
				bad += !!fail("order %u, node %" PRIu64 ": %" PRIu64
					      ", should be %" PRIu64, order, nids[i], row[i],
					      orders.pages[order][nids[i]]);
	}
	proc_cont(pid);
	if (huge_size && order != order_of(huge_size) + 1)
		return fail("%u orders, a huge page is one of order %u", order,
			    order_of(huge_size));
	return bad ? CASE_FAIL : CASE_PASS;
}

static int differs(const char *what, uint64_t is, uint64_t should)
{
	return is == should ? CASE_PASS :
	       fail("%s: %" PRIu64 " pages, should be %" PRIu64, what, is, should);
}

/* --- cases ---------------------------------------------------------------------- */

static int not_asked(void)
{
	uint64_t row[NODES_MAX];
	int ret;

	cases_keep();
	lens_set("refresh_ms", 0);
	balancing_off();
	puppet = puppet_start((int[]){ first, last }, 2);
	if (!puppet || lens_watch(puppet_pid(puppet)))
		return fail("can't be started and watched");
	pid = puppet_pid(puppet);
	ret = row_read(0, row);
	return ret == -ENODATA ? CASE_PASS : fail("%s", ret < 0 ? strerror(-ret) : "has data");
}

static int base_pages(void)
{
	puppet_do(puppet, 0, do_fill, SMALL * page_size, page_size, MADV_NOHUGEPAGE);
	puppet_do(puppet, 1, do_fill, SMALL * page_size, page_size, MADV_NOHUGEPAGE);
	puppet_do(puppet, 0, do_holes, SMALL * page_size, 0, 0);
	if (text_puts(lens_path(pid, "folio_orders"), "on"))
		return fail("can't be switched on");
	/* That scans. */
	if (row_sum(0) < 2 * SMALL)
		return fail("%" PRIu64 " pages, should be %d at least", row_sum(0), 2 * SMALL);
	return rows_compare();
}

static int has_thp(void)
{
	return huge_size && !access(THP "enabled", F_OK);
}

static long huge;

static int huge_pages(void)
{
	unsigned int order = order_of(huge_size);
	uint64_t before = row_sum(order);
	int ret;

	if (!has_thp())
		return skip("the kernel has no transparent huge pages");
	text_puts(THP "enabled", "madvise");
	huge = puppet_do(puppet, 1, do_fill, NR_HUGE * huge_size, huge_size, MADV_HUGEPAGE);
	ret = rows_compare();
	return ret ?: differs("huge", row_sum(order) - before, NR_HUGE * huge_size / page_size);
}

/* Smaps no longer calls them huge; they are all the same. */
static int huge_pages_by_entries(void)
{
	unsigned int order = order_of(huge_size);
	uint64_t before = row_sum(order), thp[NODES_MAX];
	int ret, i, nr;

	if (!huge)
		return skip("there are no huge pages");
	if (puppet_do(puppet, 1, do_split, huge, huge_size, huge_size))
		return fail("mprotect");
	ret = rows_compare();
	if (ret)
		return ret;
	nr = lens_row(pid, "placement/thp", thp, NODES_MAX);
	for (i = 1; i < nr; i++)
		thp[0] += thp[i];
	return differs("huge", row_sum(order), before) ?:
	       differs("mapped by a PMD", thp[0], (NR_HUGE - 1) * huge_size / page_size);
}

static int mthp(void)
{
	char *old = text_read(MTHP, NULL), *end;
	unsigned int order = order_of(MTHP_SIZE);
	uint64_t before = row_sum(order), got;
	int ret;

	if (!old)
		return skip("the kernel has no multi-size THP of 64 KiB");
	text_puts(MTHP, "always");
	puppet_do(puppet, 1, do_fill, NR_MTHP * MTHP_SIZE, MTHP_SIZE, MADV_NORMAL);
	/* The word in force is in brackets. */
	end = strchr(old, ']');
	if (end && strchr(old, '['))
		text_write(MTHP, strchr(old, '[') + 1, end - strchr(old, '[') - 1);
	free(old);
	ret = rows_compare();
	got = row_sum(order) - before;
	note("%" PRIu64 " pages of %lu in folios of 64 KiB", got, NR_MTHP * MTHP_SIZE / page_size);
	return ret ?: got ? CASE_PASS : fail("no folio of 64 KiB");
}

/* Files' pages and shared memory are folios, too. */
static long do_file(long a, long b, long c)
{
	char *addr = mmap(NULL, a, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (addr == MAP_FAILED)
		return -errno;
	memset(addr, 1, a);
	return 0;
}

static int shared(void)
{
	puppet_do(puppet, 0, do_file, 2 * SMALL * page_size, 0, 0);
	return rows_compare();
}

static int inherits(void)
{
	pid_t other = proc_fork(), old = pid;
	uint64_t row[NODES_MAX];
	int ret;

	if (!other)
		for (;;)
			pause();
	if (text_puts(LENS_ROOT "/folio_orders", "on") || lens_watch(other))
		return fail("can't be watched");
	pid = other;
	ret = row_read(0, row);
	text_puts(LENS_ROOT "/folio_orders", "off");
	lens_unwatch(other);
	proc_end(other);
	pid = old;
	return ret > 0 ? CASE_PASS : fail("%s", strerror(-ret));
}

static int off_again(void)
{
	uint64_t row[NODES_MAX];
	int ret;

	if (text_puts(lens_path(pid, "folio_orders"), "off"))
		return fail("can't be switched off");
	ret = row_read(0, row);
	puppet_end(puppet);
	return ret == -ENODATA ? CASE_PASS : fail("%s", ret < 0 ? strerror(-ret) : "has data");
}

int main(void)
{
	static const struct test_case cases[] = {
		{ "not asked for: no data", not_asked },
		{ "base pages", base_pages },
		{ "huge pages", huge_pages },
		{ "huge pages, mapped by entries", huge_pages_by_entries },
		{ "multi-size THP", mthp },
		{ "shared memory", shared },
		{ "a new watch takes it over", inherits },
		{ "off again", off_again },
	};

	need(2);
	need_two(&first, &last);
	page_size = getpagesize();
	text_number(THP "hpage_pmd_size", &huge_size);
	return cases_run(cases, ARRAY_SIZE(cases), 60);
}
