// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of an actor: mapped so that it keeps VMAs of its own, touched by the
 * thread that is told to, and found again in snapshots.
 */
#include "area.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "actor.h"
#include "alloc.h"
#include "error.h"
#include "lab.h"
#include "matrix.h"
#include "snapshot.h"

#define HUGE_SIZE	(2UL << 20)

/* What the steps below are asked with. */
struct order {
	struct numalens_area area;
	enum numalens_area_kind kind;
	int shared;	/* our descriptor of the memory, 0: it is private */
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

/* The actor was there before our descriptor, and has none. */
static int shared_open(int shared)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)getppid(), shared);
	return open(path, O_RDWR | O_CLOEXEC);
}

/* At an address where nothing is but what nobody may use. */
static int map_at(char *start, const struct order *order)
{
	int flags = order->shared ? MAP_SHARED : MAP_PRIVATE | MAP_ANONYMOUS;
	int fd = order->shared ? shared_open(order->shared) : -1;
	void *at;
	int err;

	if (order->shared && fd < 0)
		return errno;
	at = mmap(start, order->area.size, PROT_READ | PROT_WRITE, flags | MAP_FIXED, fd, 0);
	err = at == MAP_FAILED ? errno : 0;
	if (fd >= 0)
		close(fd);
	/* EINVAL: the kernel has no huge pages. */
	if (!err && madvise(start, order->area.size, order->kind == NUMALENS_AREA_HUGE ?
			    MADV_HUGEPAGE : MADV_NOHUGEPAGE) && errno != EINVAL)
		err = errno;
	return err;
}

/*
 * A page that nobody may use on either side keeps the kernel from merging it
 * with a neighbour. Starts at a huge page, so that huge pages are whole.
 */
static int map(void *context)
{
	struct order *order = context;
	size_t around = HUGE_SIZE + page_size();
	char *space, *start;

	space = mmap(NULL, order->area.size + 2 * around, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (space == MAP_FAILED)
		return errno;
	start = (char *)(((uintptr_t)space + around) & ~(HUGE_SIZE - 1));
	order->area.start = (uintptr_t)start;
	return map_at(start, order);
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
 * numalens_area_map_same() - let two actors map the same memory, shared, in base pages
 * @first: an actor; its first thread does it
 * @here: gets where it is in the first
 * @second: another one
 * @there: gets where it is in the second
 * @pages: base pages
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_map_same(struct numalens_actor *first, struct numalens_area *here,
			   struct numalens_actor *second, struct numalens_area *there,
			   uint64_t pages)
{
	struct order order = { .area.size = pages * page_size() };
	int fd = memfd_create("lab", MFD_CLOEXEC), ret;

	if (fd < 0 || ftruncate(fd, order.area.size)) {
		ret = numalens_lab_fail(first->lab, "no shared memory can be had: %s",
					strerror(errno));
	} else {
		order.shared = fd;
		ret = numalens_actor_do(first, 0, "map shared memory", map, &order, sizeof(order));
		*here = order.area;
		if (!ret)
			ret = numalens_actor_do(second, 0, "map shared memory", map, &order,
						sizeof(order));
		*there = order.area;
	}
	if (fd >= 0)
		close(fd);
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

/**
 * numalens_area_look() - have an actor scanned, and look where an area of it lies
 * @actor: actor
 * @area: area
 * @view: gets it; numalens_view_free() it if all went well
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_area_look(struct numalens_actor *actor, const struct numalens_area *area,
		       struct numalens_view *view)
{
	int ret = numalens_actor_look(actor, &view->process);

	if (ret)
		numalens_reader_process_free(&view->process);
	else
		numalens_place_read(&view->place, area, &view->process.snapshot);
	return ret;
}

/**
 * numalens_view_free() - end what numalens_area_look() gave
 * @view: view
 */
void numalens_view_free(struct numalens_view *view)
{
	numalens_place_free(&view->place);
	numalens_reader_process_free(&view->process);
}

/**
 * numalens_view_on() - what of the area is resident on a node
 * @view: view
 * @nid: node
 *
 * Return: pages.
 */
uint64_t numalens_view_on(const struct numalens_view *view, uint32_t nid)
{
	return numalens_place_on(&view->place, &view->process.snapshot, nid);
}

/**
 * numalens_view_row() - the next cells of the row are the area's pages of each node
 * @lab: lab
 * @view: view
 */
void numalens_view_row(struct numalens_lab *lab, const struct numalens_view *view)
{
	numalens_lab_numbers(lab, view->place.pages, view->place.nr);
}
