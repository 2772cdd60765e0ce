// SPDX-License-Identifier: GPL-2.0
/*
 * A snapshot while it is drawn up.
 *
 * Room is made while no lock of the target is held: a scan reserves before it
 * takes mmap_lock, and breaks off when the room is used up.
 */
#include "draft.h"

#include <linux/build_bug.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/string.h>

/* Sections that hold 64-bit values follow each other without a gap. */
static_assert(sizeof(struct numalens_snapshot_header) % sizeof(u64) == 0);
static_assert(sizeof(struct numalens_vma) % sizeof(u64) == 0);
static_assert(sizeof(struct numalens_thread) % sizeof(u64) == 0);
static_assert(sizeof(struct numalens_cell) % sizeof(u64) == 0);

static u32 vma_size(u32 nr_nodes)
{
	return sizeof(struct numalens_vma) + NUMALENS_NR_VMA_ARRAYS * nr_nodes * sizeof(u64);
}

static u32 thread_size(u32 nr_nodes)
{
	return sizeof(struct numalens_thread) + NUMALENS_NR_THREAD_ARRAYS * nr_nodes * sizeof(u64);
}

static void begin_header(struct numalens_snapshot_header *header, u32 nr_nodes, u32 nr_orders)
{
	header->magic = NUMALENS_SNAPSHOT_MAGIC;
	header->abi_version = NUMALENS_ABI_VERSION;
	header->header_size = sizeof(*header);
	header->nr_nodes = nr_nodes;
	header->nr_totals = NUMALENS_NR_TOTALS + nr_orders;
	header->nr_orders = nr_orders;
	header->nr_vma_arrays = NUMALENS_NR_VMA_ARRAYS;
	header->nr_thread_arrays = NUMALENS_NR_THREAD_ARRAYS;
	header->page_size = PAGE_SIZE;
	header->vma_size = vma_size(nr_nodes);
	header->thread_size = thread_size(nr_nodes);
	header->cell_size = sizeof(struct numalens_cell);
	header->preferred_nid = NUMALENS_NO_NODE;
}

/* Zeroed but for the nodes: what is still NULL may be freed all the same. */
static int draft_alloc(struct numalens_draft *draft, const u32 *nids, u32 nr_nodes)
{
	u32 i;

	draft->nids = kmemdup(nids, nr_nodes * sizeof(*nids), GFP_KERNEL);
	draft->columns = kcalloc(nr_node_ids, sizeof(*draft->columns), GFP_KERNEL);
	draft->totals = kcalloc(draft->header.nr_totals * nr_nodes, sizeof(u64), GFP_KERNEL);
	if (!draft->nids || !draft->columns || !draft->totals ||
	    numalens_sums_init(&draft->sums, nr_nodes) ||
	    numalens_sums_init(&draft->scratch, nr_nodes) ||
	    numalens_draft_reserve(draft, 1, 1)) {
		numalens_draft_exit(draft);
		return -ENOMEM;
	}
	for (i = 0; i < nr_node_ids; i++)
		draft->columns[i] = -1;
	for (i = 0; i < nr_nodes; i++)
		draft->columns[nids[i]] = i;
	return 0;
}

/**
 * numalens_draft_init - begin a snapshot of the nodes that are online now
 * @draft: zeroed by the caller
 * @nr_orders: rows for pages by order of folio, or 0
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_draft_init(struct numalens_draft *draft, u32 nr_orders)
{
	u32 *nids, nr_nodes = 0;
	int nid, ret;

	nids = kcalloc(nr_node_ids, sizeof(*nids), GFP_KERNEL);
	if (!nids)
		return -ENOMEM;
	for_each_online_node(nid)
		nids[nr_nodes++] = nid;
	begin_header(&draft->header, nr_nodes, nr_orders);
	ret = draft_alloc(draft, nids, nr_nodes);
	kfree(nids);
	if (ret)
		return ret;

	draft->strings[0] = '\0';
	draft->nr_chars = 1;
	return 0;
}

/**
 * numalens_draft_revive - begin with what a snapshot says, but for threads and events
 * @draft: zeroed by the caller
 * @last: the snapshot
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_draft_revive(struct numalens_draft *draft, const struct numalens_snapshot *last)
{
	const struct numalens_snapshot_header *header = &last->header;
	u32 nr_chars = header->size - header->strings_offset;

	draft->header = *header;
	draft->header.nr_vmas = 0;
	draft->header.nr_threads = 0;
	if (draft_alloc(draft, numalens_snapshot_nids(last), header->nr_nodes))
		return -ENOMEM;
	if (numalens_draft_reserve(draft, header->nr_vmas, nr_chars)) {
		numalens_draft_exit(draft);
		return -ENOMEM;
	}
	memcpy(draft->totals, numalens_snapshot_total(last, 0),
	       header->nr_totals * header->nr_nodes * sizeof(u64));
	memcpy(draft->vmas, numalens_snapshot_vma(last, 0),
	       (size_t)header->nr_vmas * header->vma_size);
	memcpy(draft->strings, numalens_snapshot_string(last, 0), nr_chars);
	draft->header.nr_vmas = header->nr_vmas;
	draft->nr_chars = nr_chars;
	return 0;
}

void numalens_draft_exit(struct numalens_draft *draft)
{
	numalens_sums_exit(&draft->scratch);
	numalens_sums_exit(&draft->sums);
	kvfree(draft->cells);
	kvfree(draft->threads);
	kvfree(draft->strings);
	kvfree(draft->vmas);
	kfree(draft->totals);
	kfree(draft->columns);
	kfree(draft->nids);
}

/* Room for @more after the @used entries of @size bytes, with a chance of more than that. */
static int grow(void **data, u32 *max, u32 used, u32 more, size_t size)
{
	u32 want = used + more;
	void *new;

	if (want <= *max)
		return 0;
	want = max(want, 2 * *max);
	new = kvmalloc_array(want, size, GFP_KERNEL_ACCOUNT);
	if (!new)
		return -ENOMEM;
	if (used)
		memcpy(new, *data, used * size);
	kvfree(*data);
	*data = new;
	*max = want;
	return 0;
}

/**
 * numalens_draft_reserve - make room for more
 * @draft: the draft
 * @nr_vmas: records to come
 * @nr_chars: bytes of strings to come
 *
 * Context: may sleep; not under a lock of the target.
 * Return: 0 or -ENOMEM, with the draft as it was.
 */
int numalens_draft_reserve(struct numalens_draft *draft, u32 nr_vmas, u32 nr_chars)
{
	struct numalens_snapshot_header *header = &draft->header;

	return grow(&draft->vmas, &draft->max_vmas, header->nr_vmas, nr_vmas, header->vma_size) ?:
	       grow((void **)&draft->strings, &draft->max_chars, draft->nr_chars, nr_chars, 1);
}

/**
 * numalens_draft_has_room - whether one more record can be added
 * @draft: the draft
 * @nr_chars: bytes of strings that may come with it
 *
 * Return: true if numalens_draft_add_vma() and strings of @nr_chars will succeed.
 */
bool numalens_draft_has_room(const struct numalens_draft *draft, u32 nr_chars)
{
	return draft->header.nr_vmas < draft->max_vmas &&
	       draft->nr_chars + nr_chars <= draft->max_chars;
}

/**
 * numalens_draft_string - add a string, or find it among those added lately
 * @draft: the draft; without room the empty string is taken
 * @string: the string
 *
 * Return: its offset in the strings section.
 */
u32 numalens_draft_string(struct numalens_draft *draft, const char *string)
{
	u32 size = strlen(string) + 1, offset = draft->nr_chars;
	unsigned int i;

	for (i = 0; i < min_t(unsigned int, draft->nr_recent, NUMALENS_NR_RECENT); i++)
		if (!strcmp(draft->strings + draft->recent[i], string))
			return draft->recent[i];

	if (size == 1 || draft->nr_chars + size > draft->max_chars)
		return 0;
	memcpy(draft->strings + offset, string, size);
	draft->nr_chars += size;
	draft->recent[draft->nr_recent++ % NUMALENS_NR_RECENT] = offset;
	return offset;
}

/**
 * numalens_draft_vma - a record by its number
 * @draft: the draft
 * @i: the number
 *
 * Return: the record; it moves when room is made.
 */
struct numalens_vma *numalens_draft_vma(struct numalens_draft *draft, u32 i)
{
	return draft->vmas + (size_t)i * draft->header.vma_size;
}

/**
 * numalens_draft_add_vma - add a record
 * @draft: the draft, with room
 *
 * Return: the record, all zero.
 */
struct numalens_vma *numalens_draft_add_vma(struct numalens_draft *draft)
{
	struct numalens_vma *vma = numalens_draft_vma(draft, draft->header.nr_vmas++);

	memset(vma, 0, draft->header.vma_size);
	return vma;
}

/**
 * numalens_draft_add_thread - add a record
 * @draft: the draft
 *
 * Context: may sleep.
 * Return: the record, all zero, or NULL without memory; it moves with the next.
 */
struct numalens_thread *numalens_draft_add_thread(struct numalens_draft *draft)
{
	struct numalens_snapshot_header *header = &draft->header;
	struct numalens_thread *thread;

	if (grow(&draft->threads, &draft->max_threads, header->nr_threads, 1,
		 header->thread_size))
		return NULL;
	thread = draft->threads + (size_t)header->nr_threads++ * header->thread_size;
	memset(thread, 0, header->thread_size);
	return thread;
}

/**
 * numalens_draft_add_cells - add what is not zero
 * @draft: the draft; the process's come from its sums when it is finished
 * @sums: the counts
 * @scope: VMA or thread, not below the one before
 * @index: which record, above the one before
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int numalens_draft_add_cells(struct numalens_draft *draft, const struct numalens_sums *sums,
			     u32 scope, u32 index)
{
	u32 nr = numalens_sums_nr_cells(sums);

	if (grow((void **)&draft->cells, &draft->max_cells, draft->nr_cells, nr,
		 sizeof(*draft->cells)))
		return -ENOMEM;
	numalens_sums_write(sums, scope, index, draft->cells + draft->nr_cells);
	draft->nr_cells += nr;
	return 0;
}

/**
 * numalens_draft_keep_cells - add those of a snapshot
 * @draft: the draft, of the same records
 * @last: the snapshot
 * @scope: which, not below the one before
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int numalens_draft_keep_cells(struct numalens_draft *draft, const struct numalens_snapshot *last,
			      u32 scope)
{
	u32 first, nr;

	first = numalens_snapshot_first_cell(last, scope, 0);
	nr = numalens_snapshot_first_cell(last, scope + 1, 0) - first;
	if (grow((void **)&draft->cells, &draft->max_cells, draft->nr_cells, nr,
		 sizeof(*draft->cells)))
		return -ENOMEM;
	if (nr)
		memcpy(draft->cells + draft->nr_cells, numalens_snapshot_cell(last, first),
		       nr * sizeof(*draft->cells));
	draft->nr_cells += nr;
	return 0;
}

static void *put(void *to, const void *from, u64 size)
{
	if (size)
		memcpy(to, from, size);
	return to + size;
}

/* In the order of the offsets. */
static void fill(struct numalens_snapshot *snapshot, const struct numalens_draft *draft)
{
	const struct numalens_snapshot_header *header = &draft->header;
	u32 nr_cells = header->nr_cells - draft->nr_cells;
	void *at = snapshot->image;

	at = put(at, header, sizeof(*header));
	at = put(at, draft->totals, header->vmas_offset - header->totals_offset);
	at = put(at, draft->vmas, header->threads_offset - header->vmas_offset);
	at = put(at, draft->threads, header->cells_offset - header->threads_offset);
	numalens_sums_write(&draft->sums, NUMALENS_SCOPE_PROCESS, 0, at);
	at += nr_cells * sizeof(*draft->cells);
	at = put(at, draft->cells, draft->nr_cells * sizeof(*draft->cells));
	at = put(at, draft->nids, header->nr_nodes * sizeof(u32));
	put(at, draft->strings, draft->nr_chars);
}

/**
 * numalens_draft_finish - make the snapshot
 * @draft: the draft; stays the caller's
 *
 * Context: may sleep.
 * Return: a snapshot with one reference, or NULL without memory.
 */
struct numalens_snapshot *numalens_draft_finish(struct numalens_draft *draft)
{
	struct numalens_snapshot_header *header = &draft->header;
	struct numalens_snapshot *snapshot;

	header->nr_cells = numalens_sums_nr_cells(&draft->sums) + draft->nr_cells;
	header->totals_offset = sizeof(*header);
	header->vmas_offset = header->totals_offset +
			      header->nr_totals * header->nr_nodes * sizeof(u64);
	header->threads_offset = header->vmas_offset + (u64)header->nr_vmas * header->vma_size;
	header->cells_offset = header->threads_offset +
			       (u64)header->nr_threads * header->thread_size;
	header->nodes_offset = header->cells_offset + (u64)header->nr_cells * header->cell_size;
	header->strings_offset = header->nodes_offset + header->nr_nodes * sizeof(u32);
	header->size = header->strings_offset + draft->nr_chars;

	snapshot = kvmalloc(offsetof(struct numalens_snapshot, image) + header->size,
			    GFP_KERNEL_ACCOUNT);
	if (!snapshot)
		return NULL;
	kref_init(&snapshot->ref);
	fill(snapshot, draft);
	return snapshot;
}
