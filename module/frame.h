/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_FRAME_H
#define _NUMALENS_FRAME_H

#include <linux/kref.h>
#include <linux/types.h>

struct page;

/* A cell that no single node owns: only struct page can tell. */
#define NUMALENS_CELL_UNKNOWN	U8_MAX

/**
 * struct numalens_frame_run - frames in a row that belong to one node alone
 * @first: first frame number
 * @nr: number of frames
 * @nid: their node
 */
struct numalens_frame_run {
	unsigned long first;
	unsigned long nr;
	int nid;
};

/**
 * struct numalens_frames - which frame lies on which node; immutable
 * @ref: holders: the published pointer, and every scan that walks
 * @nr_runs: entries in @runs, less than NUMALENS_CELL_UNKNOWN
 * @runs: runs of frames, ascending
 * @nr_cells: entries in @cells
 * @cells: one a memory section: index into @runs, or NUMALENS_CELL_UNKNOWN
 */
struct numalens_frames {
	struct kref ref;
	unsigned int nr_runs;
	struct numalens_frame_run *runs;
	unsigned long nr_cells;
	u8 *cells;
};

struct numalens_frames *numalens_frames_get(void);
void numalens_frames_put(struct numalens_frames *frames);
unsigned int numalens_frames_run(const struct numalens_frames *frames, unsigned long pfn);
int numalens_frame_page_nid(unsigned long pfn, struct page **page);

int numalens_frame_init(void);
void numalens_frame_exit(void);

#endif
