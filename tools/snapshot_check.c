// SPDX-License-Identifier: GPL-2.0
/*
 * What must hold of a snapshot before anything in it is used.
 */
#include "snapshot_check.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "snapshot.h"

/* A million VMAs on 128 nodes; more is no snapshot. */
#define MAX_SIZE	(4ULL << 30)
#define MAX_NODES	1024
#define MAX_ORDERS	64
/* An address space of 57 bits in pages of 4 KiB; times the largest page it still fits u64. */
#define MAX_PAGES	(1ULL << 45)
#define MAX_PAGE_SIZE	(1U << 18)
/* A fault each nanosecond for three days. */
#define MAX_COUNT	(1ULL << 48)

/* Does an array lie behind the header and within the file? */
static bool within(const struct numalens_snapshot_header *h, uint64_t offset, uint64_t nr,
		   uint64_t size)
{
	if (offset < h->header_size || offset > h->size)
		return false;
	return !size || nr <= (h->size - offset) / size;
}

/* An empty section may lie anywhere: the first version has none, and no place for it. */
static const char *check_event_sections(const struct numalens_snapshot_header *h)
{
	uint64_t record = sizeof(struct numalens_thread) + 8ULL * h->nr_nodes * h->nr_thread_arrays;

	if (h->nr_threads && h->nr_thread_arrays < NUMALENS_NR_THREAD_ARRAYS)
		return "it lacks rows that its ABI version has";
	if (h->nr_orders > h->nr_totals - NUMALENS_NR_TOTALS || h->nr_orders > MAX_ORDERS)
		return "the number of orders makes no sense";
	if (h->nr_threads && h->thread_size < record)
		return "a thread record is too small";
	if (h->nr_cells && h->cell_size < sizeof(struct numalens_cell))
		return "a cell is too small";
	if ((h->nr_threads && !within(h, h->threads_offset, h->nr_threads, h->thread_size)) ||
	    (h->nr_cells && !within(h, h->cells_offset, h->nr_cells, h->cell_size)))
		return "a section lies outside the file";
	if (h->preferred_nid != NUMALENS_NO_NODE && h->preferred_nid > INT32_MAX)
		return "a node's id makes no sense";
	return NULL;
}

/**
 * numalens_snapshot_check_header() - check what the header says by itself
 * @header: header; where the file's has none of the members about events, they are 0
 *
 * Return: what is wrong with it, or NULL.
 */
const char *numalens_snapshot_check_header(const struct numalens_snapshot_header *header)
{
	const struct numalens_snapshot_header *h = header;
	uint64_t record;

	if (h->magic == __builtin_bswap32(NUMALENS_SNAPSHOT_MAGIC))
		return "it is of a machine with the other byte order";
	if (h->magic != NUMALENS_SNAPSHOT_MAGIC)
		return "it does not start as a snapshot does";
	if (h->abi_version != NUMALENS_ABI_VERSION)
		return "it is of another ABI version: the tool and the module do not belong together";
	if (h->header_size < NUMALENS_SNAPSHOT_FIRST_SIZE || h->header_size > h->size ||
	    h->size > MAX_SIZE)
		return "the sizes in its header make no sense";
	if (!h->nr_nodes || h->nr_nodes > MAX_NODES)
		return "the number of nodes makes no sense";
	if (h->nr_totals < NUMALENS_NR_TOTALS || h->nr_vma_arrays < NUMALENS_NR_VMA_ARRAYS)
		return "it lacks rows that its ABI version has";
	record = sizeof(struct numalens_vma) + 8ULL * h->nr_nodes * h->nr_vma_arrays;
	if (h->vma_size < record)
		return "a VMA record is too small";
	if (!within(h, h->nodes_offset, h->nr_nodes, 4) ||
	    !within(h, h->totals_offset, h->nr_totals, 8ULL * h->nr_nodes) ||
	    !within(h, h->vmas_offset, h->nr_vmas, h->vma_size) ||
	    !within(h, h->strings_offset, 1, 1))
		return "a section lies outside the file";
	if (h->page_size < 4096 || h->page_size > MAX_PAGE_SIZE || h->page_size & (h->page_size - 1))
		return "the page size makes no sense";
	if (h->remote_bp > 10000)
		return "the remote share is more than everything";
	return check_event_sections(h);
}

static bool string_ok(const struct numalens_snapshot *snapshot, uint32_t offset)
{
	uint64_t size = snapshot->header.size - snapshot->header.strings_offset;
	const unsigned char *strings = snapshot->data + snapshot->header.strings_offset;

	return offset < size && memchr(strings + offset, '\0', size - offset);
}

static const char *check_process(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	size_t row, node;

	if (!string_ok(snapshot, 0) || snapshot->data[h->strings_offset] ||
	    !string_ok(snapshot, h->policy) || !string_ok(snapshot, h->allowed_nodes) ||
	    !string_ok(snapshot, h->mems_allowed))
		return "a string lies outside the file";
	for (node = 0; node < h->nr_nodes; node++)
		if (numalens_snapshot_nid(snapshot, node) > INT32_MAX)
			return "a node's id makes no sense";
	for (row = NUMALENS_TOTAL_PAGES; row <= NUMALENS_TOTAL_THP; row++)
		for (node = 0; node < h->nr_nodes; node++)
			if (numalens_snapshot_total(snapshot, row, node) > MAX_PAGES)
				return "there are more pages than any machine has";
	for (node = 0; node < h->nr_nodes; node++)
		if (numalens_snapshot_total(snapshot, NUMALENS_TOTAL_HOME_BP, node) > 10000)
			return "a home share is more than everything";
	if (h->zero > MAX_PAGES || h->swap > MAX_PAGES || h->migrating > MAX_PAGES ||
	    h->untouched > MAX_PAGES || h->remote_pages > MAX_PAGES)
		return "there are more pages than any machine has";
	return NULL;
}

static const char *check_vmas(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct numalens_vma vma;
	uint64_t last = 0;
	size_t i, node;

	for (i = 0; i < h->nr_vmas; i++) {
		numalens_snapshot_vma(snapshot, i, &vma);
		if (vma.start < last || vma.end <= vma.start)
			return "its VMAs are not in order";
		last = vma.end;
		if (!string_ok(snapshot, vma.path) || !string_ok(snapshot, vma.policy))
			return "a string lies outside the file";
		if (vma.zero > MAX_PAGES || vma.swap > MAX_PAGES || vma.migrating > MAX_PAGES ||
		    vma.untouched > MAX_PAGES || vma.remote_pages > MAX_PAGES)
			return "there are more pages than any machine has";
		for (node = 0; node < (size_t)h->nr_nodes * NUMALENS_NR_VMA_ARRAYS; node++)
			if (numalens_snapshot_vma_value(snapshot, i, 0, node) > MAX_PAGES)
				return "there are more pages than any machine has";
	}
	return NULL;
}

static const char *check_threads(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct numalens_thread thread;
	uint32_t last = 0;
	size_t i;

	for (i = 0; i < h->nr_threads; i++) {
		numalens_snapshot_thread(snapshot, i, &thread);
		if (thread.tid <= last)
			return "its threads are not in order";
		last = thread.tid;
		if (thread.nid > INT32_MAX || (thread.preferred_nid != NUMALENS_NO_NODE &&
					       thread.preferred_nid > INT32_MAX))
			return "a node's id makes no sense";
		if (!string_ok(snapshot, thread.policy) ||
		    !string_ok(snapshot, thread.allowed_nodes) ||
		    !string_ok(snapshot, thread.allowed_cpus))
			return "a string lies outside the file";
	}
	return NULL;
}

/* Cells are searched by halves, so they must ascend. */
static int compare(const struct numalens_cell *a, const struct numalens_cell *b)
{
	if (a->scope != b->scope)
		return a->scope < b->scope ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	if (a->event != b->event)
		return a->event < b->event ? -1 : 1;
	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

/* A later module may count what we have no name for: not used, and so not checked further. */
static const char *check_cell(const struct numalens_snapshot_header *h,
			      const struct numalens_cell *cell)
{
	const uint32_t limits[] = {
		[NUMALENS_SCOPE_PROCESS] = 1,
		[NUMALENS_SCOPE_VMA] = h->nr_vmas,
		[NUMALENS_SCOPE_THREAD] = h->nr_threads,
	};

	if (cell->row >= h->nr_nodes || cell->column >= h->nr_nodes)
		return "an event is of a node that it does not have";
	if (cell->scope <= NUMALENS_SCOPE_THREAD && cell->index >= limits[cell->scope])
		return "an event is of a VMA or thread that it does not have";
	if (cell->count > MAX_COUNT)
		return "there are more events than any machine sees";
	return NULL;
}

static const char *check_cells(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct numalens_cell last, cell;
	const char *why;
	size_t i;

	for (i = 0; i < h->nr_cells; i++) {
		numalens_snapshot_cell(snapshot, i, &cell);
		if (i && compare(&last, &cell) >= 0)
			return "its events are not in order";
		last = cell;
		why = check_cell(h, &cell);
		if (why)
			return why;
	}
	return NULL;
}

/**
 * numalens_snapshot_check() - check all that the header leads to
 * @snapshot: snapshot, read, with a header that is right
 *
 * Return: what is wrong with it, or NULL.
 */
const char *numalens_snapshot_check(const struct numalens_snapshot *snapshot)
{
	const char *why = check_process(snapshot);

	if (!why)
		why = check_vmas(snapshot);
	if (!why)
		why = check_threads(snapshot);
	return why ? why : check_cells(snapshot);
}
