// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of an actor: mapped so that it keeps VMAs of its own, touched by the
 * thread that is told to, and found again in snapshots.
 */
#include "area.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "error.h"
#include "matrix.h"
#include "snapshot.h"

#define HUGE_SIZE	(2UL << 20)

/* What the steps below are asked with. */
struct order {
	struct numalens_area area;
	enum numalens_area_kind kind;
	bool write;
};

static uint64_t page_size(void)
{
	return sysconf(_SC_PAGESIZE);
}

/**
 * numalens_area_pages() - how large is it?
 * @area: area
 *
 * Return: base pages.
 */
uint64_t numalens_area_pages(const struct numalens_area *area)
{
	return area->size / page_size();
}

/*
 * A page that nobody may use on either side keeps the kernel from merging it
 * with a neighbour. Starts at a huge page, so that huge pages are whole.
 */
static int map(void *context)
{
	struct order *order = context;
	int flags = order->kind == NUMALENS_AREA_SHARED ? MAP_SHARED : MAP_PRIVATE;
	size_t around = HUGE_SIZE + page_size();
	char *space, *start;

	space = mmap(NULL, order->area.size + 2 * around, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (space == MAP_FAILED)
		return errno;
	start = (char *)(((uintptr_t)space + around) & ~(HUGE_SIZE - 1));
	if (mmap(start, order->area.size, PROT_READ | PROT_WRITE,
		 flags | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return errno;
	/* EINVAL: the kernel has no huge pages. */
	if (madvise(start, order->area.size, order->kind == NUMALENS_AREA_HUGE ?
		    MADV_HUGEPAGE : MADV_NOHUGEPAGE) && errno != EINVAL)
		return errno;
	order->area.start = (uintptr_t)start;
	return 0;
}

static int unmap(void *context)
{
	const struct order *order = context;

	return munmap((void *)(uintptr_t)order->area.start, order->area.size) ? errno : 0;
}

static int touch(void *context)
{
	const struct order *order = context;
	char *at = (void *)(uintptr_t)order->area.start;
	uint64_t size = page_size(), offset;

	for (offset = 0; offset < order->area.size; offset += size) {
		if (order->write)
			__atomic_store_n(at + offset, 1, __ATOMIC_RELAXED);
		else
			__atomic_load_n(at + offset, __ATOMIC_RELAXED);
	}
	return 0;
}

static int use(void *context)
{
	while (numalens_actor_go_on()) {
		touch(context);
		numalens_actor_round();
	}
	return 0;
}

/**
 * numalens_area_map() - let a thread map an area; nothing is behind it yet
 * @actor: actor
 * @thread: which of its threads
 * @area: gets it
 * @pages: base pages
 * @kind: of which kind
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_map(struct numalens_actor *actor, unsigned int thread,
		      struct numalens_area *area, uint64_t pages, enum numalens_area_kind kind)
{
	struct order order = { .area.size = pages * page_size(), .kind = kind };
	int ret = numalens_actor_do(actor, thread, "map memory", map, &order, sizeof(order));

	*area = order.area;
	return ret;
}

/**
 * numalens_area_unmap() - let a thread unmap an area
 * @actor: actor
 * @thread: which of its threads
 * @area: area
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_unmap(struct numalens_actor *actor, unsigned int thread,
			const struct numalens_area *area)
{
	struct order order = { .area = *area };

	return numalens_actor_do(actor, thread, "unmap memory", unmap, &order, sizeof(order));
}

/**
 * numalens_area_touch() - let a thread touch each page of an area once
 * @actor: actor
 * @thread: which of its threads
 * @area: area
 * @write: write to it; else read
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_touch(struct numalens_actor *actor, unsigned int thread,
			const struct numalens_area *area, bool write)
{
	struct order order = { .area = *area, .write = write };

	return numalens_actor_do(actor, thread, "touch its memory", touch, &order, sizeof(order));
}

/**
 * numalens_area_use_begin() - let a thread touch an area over and over; a round is all of it
 * @actor: actor
 * @thread: which of its threads
 * @area: area
 * @write: write to it; else read
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_use_begin(struct numalens_actor *actor, unsigned int thread,
			    const struct numalens_area *area, bool write)
{
	struct order order = { .area = *area, .write = write };

	return numalens_actor_begin(actor, thread, "use its memory", use, &order, sizeof(order));
}

/**
 * numalens_area_use_end() - let a thread end what numalens_area_use_begin() began
 * @actor: actor
 * @thread: which of its threads
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_use_end(struct numalens_actor *actor, unsigned int thread)
{
	struct order order;

	numalens_actor_halt(actor, thread);
	return numalens_actor_end(actor, thread, "use its memory", &order, sizeof(order));
}

/* The next VMA of an area; false if there is none. */
static bool next(const struct numalens_area *area, const struct numalens_snapshot *snapshot,
		 size_t *at, struct numalens_vma *vma)
{
	for (; *at < snapshot->header.nr_vmas; ++*at) {
		numalens_snapshot_vma(snapshot, *at, vma);
		if (vma->start < area->start + area->size && vma->end > area->start)
			return true;
	}
	return false;
}

/**
 * numalens_place_add() - look where an area lies, too
 * @place: gets more
 * @area: area
 * @snapshot: snapshot of its process, of as many nodes
 */
void numalens_place_add(struct numalens_place *place, const struct numalens_area *area,
			const struct numalens_snapshot *snapshot)
{
	struct numalens_vma vma;
	size_t i, node;

	for (i = 0; next(area, snapshot, &i, &vma); i++) {
		place->zero += vma.zero;
		place->untouched += vma.untouched;
		for (node = 0; node < place->nr; node++) {
			place->pages[node] += numalens_snapshot_vma_value(snapshot, i,
							NUMALENS_VMA_PAGES, node);
			place->thp += numalens_snapshot_vma_value(snapshot, i,
							NUMALENS_VMA_THP, node);
		}
		place->policy = numalens_snapshot_string(snapshot, vma.policy);
		place->source = vma.policy_source;
	}
}

/**
 * numalens_place_read() - look where an area lies
 * @place: gets it; numalens_place_free() it
 * @area: area
 * @snapshot: snapshot of its process; it is to live as long
 */
void numalens_place_read(struct numalens_place *place, const struct numalens_area *area,
			 const struct numalens_snapshot *snapshot)
{
	memset(place, 0, sizeof(*place));
	place->nr = snapshot->header.nr_nodes;
	place->pages = numalens_alloc(place->nr, sizeof(*place->pages));
	place->policy = "";
	numalens_place_add(place, area, snapshot);
}

/**
 * numalens_place_free() - end what numalens_place_read() gave
 * @place: place
 */
void numalens_place_free(struct numalens_place *place)
{
	free(place->pages);
	place->pages = NULL;
}

/**
 * numalens_place_sum() - all that is resident
 * @place: place
 *
 * Return: pages.
 */
uint64_t numalens_place_sum(const struct numalens_place *place)
{
	uint64_t sum = 0;
	size_t node;

	for (node = 0; node < place->nr; node++)
		sum += place->pages[node];
	return sum;
}

/**
 * numalens_place_on() - what is resident on a node
 * @place: place
 * @snapshot: the one that it was read from
 * @nid: node
 *
 * Return: pages.
 */
uint64_t numalens_place_on(const struct numalens_place *place,
			   const struct numalens_snapshot *snapshot, uint32_t nid)
{
	size_t node;

	for (node = 0; node < place->nr; node++)
		if (numalens_snapshot_nid(snapshot, node) == nid)
			return place->pages[node];
	return 0;
}

/**
 * numalens_area_matrix_add() - what was counted in an area
 * @matrix: gets more; of as many nodes as the snapshot
 * @area: area
 * @snapshot: snapshot of its process
 * @events: NUMALENS_EVENT() of each that is to be counted
 */
void numalens_area_matrix_add(struct numalens_matrix *matrix, const struct numalens_area *area,
			      const struct numalens_snapshot *snapshot, uint64_t events)
{
	struct numalens_vma vma;
	size_t i;

	for (i = 0; next(area, snapshot, &i, &vma); i++)
		numalens_matrix_add(matrix, snapshot, NUMALENS_SCOPE_VMA, i, events);
}
