/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TIERS_H
#define NUMALENS_TIERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "number.h"

struct json_object;
struct numalens_matrix;
struct numalens_snapshot;

/**
 * struct numalens_tier - nodes whose memory the kernel takes for equally fast
 * @id: its number, the lower the faster
 * @nodes: its nodes, as a list
 * @slow: it is below the slowest tier that has CPUs
 */
struct numalens_tier {
	unsigned int id;
	char *nodes;
	bool slow;
};

/**
 * struct numalens_tiers - the memory tiers of the machine
 * @tiers: the fastest first
 * @nr: their count, 0 if the kernel tells of none
 * @slow: nodes of slow tiers: their memory is what NUMA balancing promotes from
 * @mode: kernel.numa_balancing, NULL if the kernel has none
 * @promotion: hinting faults on slow memory are to find what is worth promoting
 * @demotion: reclaim demotes; -1 if the kernel does not tell
 */
struct numalens_tiers {
	struct numalens_tier *tiers;
	size_t nr;
	struct numalens_list slow;
	char *mode;
	bool promotion;
	int demotion;
};

/**
 * struct numalens_hints - hinting faults by what they tell
 * @local: on a page of the CPU's own node
 * @remote: on a page of another
 * @candidates: on a page that may be worth promoting; in neither of these
 * @slow: on slow memory: they are @candidates, or remote
 */
struct numalens_hints {
	uint64_t local;
	uint64_t remote;
	uint64_t candidates;
	uint64_t slow;
};

const struct numalens_tiers *numalens_tiers_get(void);
void numalens_tiers_refresh(void);
void numalens_tiers_forget(void);
bool numalens_tiers_is_slow(uint32_t nid);
void numalens_tiers_hints(struct numalens_hints *hints, const struct numalens_matrix *faults,
			  const struct numalens_snapshot *snapshot);
void numalens_tiers_take(struct numalens_matrix *faults, struct numalens_matrix *candidates,
			 const struct numalens_snapshot *snapshot);
uint64_t numalens_tiers_promoted(const struct numalens_matrix *moved, size_t from,
				 const struct numalens_snapshot *snapshot);
char *numalens_tiers_words(void);
struct json_object *numalens_tiers_json(void);

#endif /* NUMALENS_TIERS_H */
