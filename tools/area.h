/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_AREA_H
#define NUMALENS_AREA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"

struct numalens_actor;
struct numalens_lab;
struct numalens_matrix;
struct numalens_snapshot;

/**
 * struct numalens_area - memory of an actor, with nothing beside it
 * @start: address in the actor
 * @size: bytes
 */
struct numalens_area {
	uint64_t start;
	uint64_t size;
};

/**
 * enum numalens_area_kind - what an area is
 * @NUMALENS_AREA_SMALL: private, in base pages
 * @NUMALENS_AREA_HUGE: private, in transparent huge pages where there are any
 */
enum numalens_area_kind {
	NUMALENS_AREA_SMALL,
	NUMALENS_AREA_HUGE,
};

/**
 * struct numalens_place - where an area lies
 * @pages: resident pages of each node of the snapshot
 * @nr: nodes
 * @zero: zero pages
 * @untouched: pages with nothing behind them
 * @thp: resident pages that are part of huge ones
 * @policy: policy in force in its last VMA, as numa_maps writes it
 * @source: where that was set, enum numalens_policy_source
 */
struct numalens_place {
	uint64_t *pages;
	size_t nr;
	uint64_t zero;
	uint64_t untouched;
	uint64_t thp;
	const char *policy;
	uint32_t source;
};

/**
 * struct numalens_view - where an area lies now
 * @process: what the module knows of the actor
 * @place: what of that is the area
 */
struct numalens_view {
	struct numalens_process process;
	struct numalens_place place;
};

uint64_t numalens_area_pages(const struct numalens_area *area);

/* What an actor does with it: NUMALENS_OK, or the exit status; the lab has the reason. */
int numalens_area_map(struct numalens_actor *actor, unsigned int thread,
		      struct numalens_area *area, uint64_t pages, enum numalens_area_kind kind);
int numalens_area_map_same(struct numalens_actor *first, struct numalens_area *here,
			   struct numalens_actor *second, struct numalens_area *there,
			   uint64_t pages);
int numalens_area_unmap(struct numalens_actor *actor, unsigned int thread,
			const struct numalens_area *area);
int numalens_area_touch(struct numalens_actor *actor, unsigned int thread,
			const struct numalens_area *area, bool write);
int numalens_area_use_begin(struct numalens_actor *actor, unsigned int thread,
			    const struct numalens_area *area, bool write);
int numalens_area_use_end(struct numalens_actor *actor, unsigned int thread);

/* What a snapshot says about it. */
int numalens_area_look(struct numalens_actor *actor, const struct numalens_area *area,
		       struct numalens_view *view);
void numalens_view_free(struct numalens_view *view);
uint64_t numalens_view_on(const struct numalens_view *view, uint32_t nid);
void numalens_view_row(struct numalens_lab *lab, const struct numalens_view *view);
void numalens_place_read(struct numalens_place *place, const struct numalens_area *area,
			 const struct numalens_snapshot *snapshot);
void numalens_place_add(struct numalens_place *place, const struct numalens_area *area,
			const struct numalens_snapshot *snapshot);
void numalens_place_free(struct numalens_place *place);
uint64_t numalens_place_sum(const struct numalens_place *place);
uint64_t numalens_place_on(const struct numalens_place *place,
			   const struct numalens_snapshot *snapshot, uint32_t nid);
void numalens_area_matrix_add(struct numalens_matrix *matrix, const struct numalens_area *area,
			      const struct numalens_snapshot *snapshot, uint64_t events);

#endif /* NUMALENS_AREA_H */
