// SPDX-License-Identifier: GPL-2.0
/*
 * The node of a frame, from its number.
 *
 * A page-table entry is 8 bytes; struct page is a cache line more, for every
 * single page. So the walk asks a table instead: one byte for each memory
 * section, which names the node that owns it alone. Example, two nodes of 1 GiB
 * with 128 MiB sections and a hole for PCI below 4 GiB:
 *
 *	cell    0..7    8..15    16..
 *	node     0        1      unknown (struct page, if there is one)
 *
 * A section that two nodes share, or that no node spans, is unknown: there the
 * walk takes the page-table lock and asks struct page.
 */
#include "frame.h"

#include <linux/log2.h>
#include <linux/memory.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

/* Protects: replacement of published. */
static DEFINE_MUTEX(frames_lock);
static struct numalens_frames __rcu *published;

static void frames_release(struct kref *ref)
{
	struct numalens_frames *frames = container_of(ref, struct numalens_frames, ref);

	kvfree(frames->weights);
	kvfree(frames->cells);
	kfree(frames);
}

/**
 * numalens_frames_get - the table in force
 *
 * Context: any that may hold RCU. Drop with numalens_frames_put().
 * Return: the table; never NULL between init and exit.
 */
struct numalens_frames *numalens_frames_get(void)
{
	struct numalens_frames *frames;

	rcu_read_lock();
	do {
		frames = rcu_dereference(published);
	} while (!kref_get_unless_zero(&frames->ref));
	rcu_read_unlock();

	return frames;
}

/**
 * numalens_frames_put - drop a reference
 * @frames: from numalens_frames_get()
 */
void numalens_frames_put(struct numalens_frames *frames)
{
	kref_put(&frames->ref, frames_release);
}

/**
 * numalens_frame_page_nid - the node of a frame, from its struct page
 * @pfn: frame number
 * @page: set to its page if the frame counts
 *
 * The rule of numa_maps (fs/proc/task_mmu.c, can_gather_numa_stats()): reserved
 * pages, device memory and nodes without memory are not counted.
 *
 * Context: the caller holds the page-table lock that keeps the frame mapped, so
 * that its memory can't go offline.
 * Return: the node, or NUMA_NO_NODE if the frame does not count.
 */
int numalens_frame_page_nid(unsigned long pfn, struct page **page)
{
	struct page *p = pfn_to_online_page(pfn);
	int nid;

	if (!p || PageReserved(p))
		return NUMA_NO_NODE;
	nid = page_to_nid(p);
	if (!node_state(nid, N_MEMORY))
		return NUMA_NO_NODE;

	*page = p;
	return nid;
}

/* The only node whose span meets [first, last], or NUMA_NO_NODE. */
static int section_nid(unsigned long first, unsigned long last)
{
	int nid, owner = NUMA_NO_NODE;

	for_each_online_node(nid) {
		pg_data_t *pgdat = NODE_DATA(nid);

		if (!pgdat->node_spanned_pages || first >= pgdat_end_pfn(pgdat) ||
		    last < pgdat->node_start_pfn)
			continue;
		if (owner != NUMA_NO_NODE)
			return NUMA_NO_NODE;
		owner = nid;
	}

	return owner;
}

/*
 * Only a section that is online all over is given to a node: memory that comes
 * online later, or belongs to a device, must be looked at.
 */
static int cell_nid(unsigned long cell)
{
	unsigned long first = cell << PFN_SECTION_SHIFT;
	int nid;

	if (!online_section_nr(cell))
		return NUMA_NO_NODE;
	nid = section_nid(first, first + PAGES_PER_SECTION - 1);
	if (nid == NUMA_NO_NODE || !node_state(nid, N_MEMORY))
		return NUMA_NO_NODE;
	return nid;
}

static u8 owner_of(struct numalens_frames *frames, int nid)
{
	unsigned int i;

	if (nid == NUMA_NO_NODE)
		return NUMALENS_CELL_UNKNOWN;
	for (i = 0; i < frames->nr_nids; i++)
		if (frames->nids[i] == nid)
			return i;
	if (i < NUMALENS_CELL_UNKNOWN)
		frames->nids[frames->nr_nids++] = nid;
	return i;
}

static void fill(struct numalens_frames *frames)
{
	unsigned long i;

	for (i = 0; i < frames->nr_cells; i++)
		frames->cells[i] = owner_of(frames, cell_nid(i));
	for (i = 0; i <= frames->last_weight; i++) {
		u8 owner = i < frames->nr_cells ? frames->cells[i] : NUMALENS_CELL_UNKNOWN;

		frames->weights[i] = 1ULL << (4 * min_t(u8, owner, NUMALENS_WEIGHTS));
	}
}

static unsigned long last_cell(void)
{
	unsigned long end = 0;
	int nid;

	for_each_online_node(nid)
		end = max(end, pgdat_end_pfn(NODE_DATA(nid)));

	return DIV_ROUND_UP(end, PAGES_PER_SECTION);
}

static struct numalens_frames *frames_alloc(void)
{
	struct numalens_frames *frames = kzalloc(sizeof(*frames), GFP_KERNEL);

	if (!frames)
		return NULL;
	kref_init(&frames->ref);
	frames->nr_cells = last_cell();
	frames->cells = kvmalloc(frames->nr_cells, GFP_KERNEL);
	frames->last_weight = roundup_pow_of_two(frames->nr_cells) - 1;
	frames->weights = kvmalloc_array(frames->last_weight + 1, sizeof(u64), GFP_KERNEL);
	if (!frames->cells || !frames->weights)
		goto put_frames;
	fill(frames);
	return frames;

put_frames:
	numalens_frames_put(frames);
	return NULL;
}

static int frames_replace(void)
{
	struct numalens_frames *frames, *old;

	mutex_lock(&frames_lock);
	frames = frames_alloc();
	if (!frames) {
		mutex_unlock(&frames_lock);
		return -ENOMEM;
	}
	old = rcu_replace_pointer(published, frames, lockdep_is_held(&frames_lock));
	mutex_unlock(&frames_lock);

	synchronize_rcu();
	if (old)
		numalens_frames_put(old);
	return 0;
}

/*
 * A stale table is wrong only about memory that changed its node, so the table
 * is made anew as soon as memory goes, and again when it has come.
 */
static int on_memory(struct notifier_block *nb, unsigned long action, void *arg)
{
	if (action == MEM_ONLINE || action == MEM_OFFLINE)
		if (frames_replace())
			pr_warn("no memory for the frame table: new memory is looked up page by page\n");

	return NOTIFY_OK;
}

static struct notifier_block memory_nb = {
	.notifier_call = on_memory,
};

int numalens_frame_init(void)
{
	int ret = frames_replace();

	if (ret)
		return ret;
	ret = register_memory_notifier(&memory_nb);
	if (ret)
		numalens_frames_put(rcu_dereference_protected(published, 1));
	return ret;
}

void numalens_frame_exit(void)
{
	unregister_memory_notifier(&memory_nb);
	numalens_frames_put(rcu_dereference_protected(published, 1));
}
