/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_FRAME_H
#define _NUMALENS_FRAME_H

#include <linux/kref.h>
#include <linux/mmzone.h>
#include <linux/types.h>

struct page;

/* A cell that no single node owns: only struct page can tell. */
#define NUMALENS_CELL_UNKNOWN	U8_MAX

/* Page-table entries that are weighed together: their sum must fit into 4 bits. */
#define NUMALENS_LINE		8

/* Nodes that have a field of 4 bits in a weight; the last field is UNKNOWN's. */
#define NUMALENS_WEIGHTS	15
#define NUMALENS_WEIGHT_UNKNOWN	(1ULL << (4 * NUMALENS_WEIGHTS))

/**
 * struct numalens_frames - which frame lies on which node; immutable
 * @ref: holders: the published pointer, and every scan that walks
 * @nr_nids: entries in @nids, less than NUMALENS_CELL_UNKNOWN
 * @nids: nodes that own sections alone, in the order of their first
 * @nr_cells: entries in @cells
 * @cells: one a memory section: index into @nids, or NUMALENS_CELL_UNKNOWN
 * @last_weight: index of the last entry in @weights; one less than a power of two
 * @weights: one a memory section: 1 in the field of its cell, for page_table.c; of a
 * cell without a field, NUMALENS_WEIGHT_UNKNOWN
 */
struct numalens_frames {
	struct kref ref;
	unsigned int nr_nids;
	int nids[NUMALENS_CELL_UNKNOWN];
	unsigned long nr_cells;
	u8 *cells;
	u64 last_weight;
	u64 *weights;
};

struct numalens_frames *numalens_frames_get(void);
void numalens_frames_put(struct numalens_frames *frames);
int numalens_frame_page_nid(unsigned long pfn, struct page **page);

/**
 * numalens_frames_owner - the node that owns a frame's section alone
 * @frames: the table
 * @pfn: frame number
 *
 * Return: index into @frames->nids, or NUMALENS_CELL_UNKNOWN.
 */
static inline unsigned int numalens_frames_owner(const struct numalens_frames *frames,
						 unsigned long pfn)
{
	unsigned long cell = pfn >> PFN_SECTION_SHIFT;

	return cell < frames->nr_cells ? frames->cells[cell] : NUMALENS_CELL_UNKNOWN;
}

int numalens_frame_init(void);
void numalens_frame_exit(void);

#endif
