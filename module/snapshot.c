// SPDX-License-Identifier: GPL-2.0
/*
 * Snapshots: drawn up by one scan, then never changed again.
 *
 * The image in memory is the image that user space reads; attributes print from
 * it. Room is made while no lock of the target is held: a scan reserves before
 * it takes mmap_lock, and breaks off when the room is used up.
 */
#include "snapshot.h"

#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/slab.h>
#include <linux/string.h>

static u32 vma_size(u32 nr_nodes)
{
	return sizeof(struct numalens_vma) + NUMALENS_NR_VMA_ARRAYS * nr_nodes * sizeof(u64);
}

/**
 * numalens_draft_init - begin a snapshot of the nodes that are online now
 * @draft: zeroed by the caller
 *
 * Return: 0 or -ENOMEM, with nothing held.
 */
int numalens_draft_init(struct numalens_draft *draft)
{
	struct numalens_snapshot_header *header = &draft->header;
	int nid;

	draft->nids = kcalloc(nr_node_ids, sizeof(*draft->nids), GFP_KERNEL);
	draft->columns = kcalloc(nr_node_ids, sizeof(*draft->columns), GFP_KERNEL);
	draft->totals = kcalloc(NUMALENS_NR_TOTALS * nr_node_ids, sizeof(u64), GFP_KERNEL);
	if (!draft->nids || !draft->columns || !draft->totals ||
	    numalens_draft_reserve(draft, 1, 1)) {
		numalens_draft_exit(draft);
		return -ENOMEM;
	}

	for (nid = 0; nid < nr_node_ids; nid++)
		draft->columns[nid] = -1;
	for_each_online_node(nid) {
		draft->columns[nid] = header->nr_nodes;
		draft->nids[header->nr_nodes++] = nid;
	}

	header->magic = NUMALENS_SNAPSHOT_MAGIC;
	header->abi_version = NUMALENS_ABI_VERSION;
	header->header_size = sizeof(*header);
	header->nr_totals = NUMALENS_NR_TOTALS;
	header->nr_vma_arrays = NUMALENS_NR_VMA_ARRAYS;
	header->page_size = PAGE_SIZE;
	header->vma_size = vma_size(header->nr_nodes);
	draft->strings[0] = '\0';
	draft->nr_chars = 1;
	return 0;
}

void numalens_draft_exit(struct numalens_draft *draft)
{
	kvfree(draft->strings);
	kvfree(draft->vmas);
	kfree(draft->totals);
	kfree(draft->columns);
	kfree(draft->nids);
}

static void *grow(void *old, size_t used, size_t size)
{
	void *new = kvmalloc(size, GFP_KERNEL_ACCOUNT);

	if (new && used)
		memcpy(new, old, used);
	return new;
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
	u32 used = draft->header.nr_vmas, want = used + nr_vmas;
	size_t record = vma_size(nr_node_ids);
	void *new;

	if (want > draft->max_vmas) {
		want = max(want, 2 * draft->max_vmas);
		new = grow(draft->vmas, used * draft->header.vma_size, want * record);
		if (!new)
			return -ENOMEM;
		kvfree(draft->vmas);
		draft->vmas = new;
		draft->max_vmas = want;
	}

	want = draft->nr_chars + nr_chars;
	if (want > draft->max_chars) {
		want = max(want, 2 * draft->max_chars);
		new = grow(draft->strings, draft->nr_chars, want);
		if (!new)
			return -ENOMEM;
		kvfree(draft->strings);
		draft->strings = new;
		draft->max_chars = want;
	}
	return 0;
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

static struct numalens_snapshot *snapshot_alloc(u64 size)
{
	size_t head = offsetof(struct numalens_snapshot, image);
	struct numalens_snapshot *snapshot = kvmalloc(head + size, GFP_KERNEL_ACCOUNT);

	if (snapshot)
		kref_init(&snapshot->ref);
	return snapshot;
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
	u64 totals = NUMALENS_NR_TOTALS * header->nr_nodes * sizeof(u64);
	u64 vmas = (u64)header->nr_vmas * header->vma_size;
	u64 nids = header->nr_nodes * sizeof(u32);
	struct numalens_snapshot *snapshot;
	u8 *image;

	header->totals_offset = ALIGN(sizeof(*header), sizeof(u64));
	header->vmas_offset = header->totals_offset + totals;
	header->nodes_offset = header->vmas_offset + vmas;
	header->strings_offset = header->nodes_offset + nids;
	header->size = header->strings_offset + draft->nr_chars;

	snapshot = snapshot_alloc(header->size);
	if (!snapshot)
		return NULL;
	image = snapshot->image;
	memcpy(image, header, sizeof(*header));
	memcpy(image + header->totals_offset, draft->totals, totals);
	memcpy(image + header->vmas_offset, draft->vmas, vmas);
	memcpy(image + header->nodes_offset, draft->nids, nids);
	memcpy(image + header->strings_offset, draft->strings, draft->nr_chars);
	return snapshot;
}

/**
 * numalens_snapshot_copy - the same again, to be changed before it is published
 * @old: a snapshot
 *
 * Return: a snapshot with one reference, or NULL without memory.
 */
struct numalens_snapshot *numalens_snapshot_copy(const struct numalens_snapshot *old)
{
	struct numalens_snapshot *snapshot = snapshot_alloc(old->header.size);

	if (snapshot)
		memcpy(snapshot->image, old->image, old->header.size);
	return snapshot;
}

/**
 * numalens_snapshot_get - the snapshot that is published
 * @where: the pointer by which it is
 *
 * Context: any that may hold RCU. Drop with numalens_snapshot_put().
 * Return: the snapshot, or NULL if there is none yet.
 */
struct numalens_snapshot *numalens_snapshot_get(struct numalens_snapshot __rcu **where)
{
	struct numalens_snapshot *snapshot;

	rcu_read_lock();
	do {
		snapshot = rcu_dereference(*where);
	} while (snapshot && !kref_get_unless_zero(&snapshot->ref));
	rcu_read_unlock();

	return snapshot;
}

static void snapshot_release(struct kref *ref)
{
	struct numalens_snapshot *snapshot = container_of(ref, struct numalens_snapshot, ref);

	kvfree_rcu(snapshot, rcu);
}

/**
 * numalens_snapshot_put - drop a reference
 * @snapshot: the snapshot, or NULL
 */
void numalens_snapshot_put(struct numalens_snapshot *snapshot)
{
	if (snapshot)
		kref_put(&snapshot->ref, snapshot_release);
}

/**
 * numalens_snapshot_find_vma - a record by its addresses
 * @snapshot: the snapshot
 * @start: first address
 * @end: first address behind it
 *
 * Return: the record, or NULL if the snapshot has none with these bounds.
 */
const struct numalens_vma *numalens_snapshot_find_vma(const struct numalens_snapshot *snapshot,
						      u64 start, u64 end)
{
	u32 low = 0, high = snapshot->header.nr_vmas;

	while (low < high) {
		u32 middle = low + (high - low) / 2;
		const struct numalens_vma *vma = numalens_snapshot_vma(snapshot, middle);

		if (vma->start == start)
			return vma->end == end ? vma : NULL;
		if (vma->start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
