/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_H
#define NUMALENS_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "filter.h"
#include "identity.h"
#include "snapshot.h"

/* Processes that it can watch at most; half as many may be on their way out. */
#define NUMALENS_TOP_MAX	1000

/**
 * enum numalens_top_order - which processes come first
 * @NUMALENS_TOP_BY_SHARE: those with the largest remote share
 * @NUMALENS_TOP_BY_REMOTE: those with most remote pages
 * @NUMALENS_TOP_BY_RESIDENT: those with most resident pages
 * @NUMALENS_TOP_BY_HINTS: those with most remote hinting faults a second
 * @NUMALENS_TOP_BY_MIGRATED: those with most migrated pages a second
 * @NUMALENS_TOP_BY_PID: those with the lowest pid
 * @NUMALENS_TOP_BY_NAME: by name
 * @NUMALENS_TOP_BY_USER: by user
 * @NUMALENS_TOP_NR_ORDERS: number of them
 */
enum numalens_top_order {
	NUMALENS_TOP_BY_SHARE,
	NUMALENS_TOP_BY_REMOTE,
	NUMALENS_TOP_BY_RESIDENT,
	NUMALENS_TOP_BY_HINTS,
	NUMALENS_TOP_BY_MIGRATED,
	NUMALENS_TOP_BY_PID,
	NUMALENS_TOP_BY_NAME,
	NUMALENS_TOP_BY_USER,
	NUMALENS_TOP_NR_ORDERS,
};

/**
 * struct numalens_top_rates - what happens to a process, per second
 * @known: events of it are counted, and for long enough
 * @local: hinting faults on the node of the CPU
 * @remote: hinting faults on other nodes
 * @migrated: pages that were migrated, for whatever reason
 */
struct numalens_top_rates {
	bool known;
	double local;
	double remote;
	double migrated;
};

/**
 * struct numalens_top_process - a watched process
 * @pid: its pid
 * @ours: it is watched for this command only
 * @undo: what ends that watch
 * @seen: it was there at the last update
 * @exited: it has exited
 * @exited_ns: when that was seen
 * @identity: who it is
 * @now: its last snapshot, in brief; it has no data if there is none
 * @before: the one before, likewise
 * @rates: between the two; from the first on, the mean since events are counted
 */
struct numalens_top_process {
	unsigned int pid;
	bool ours;
	int undo;
	bool seen;
	bool exited;
	uint64_t exited_ns;
	struct numalens_identity identity;
	struct numalens_snapshot now;
	struct numalens_snapshot before;
	struct numalens_top_rates rates;
};

/**
 * struct numalens_top - what there is to be shown
 * @filter: which processes
 * @max: how many are watched by us at most
 * @delay_ms: time between two updates
 * @order: which come first
 * @reverse: which come last
 * @kept: process that stays whatever happens, 0 for none
 * @processes: all that are watched, ascending by pid
 * @nr: their count
 * @shown: of these, those to be shown, in order
 * @nr_shown: their count
 * @nids: ids of the nodes that any of those has, ascending
 * @nr_nodes: their count
 * @census_ns: when it was looked last which processes run; 0: look at once
 * @nr_refused: processes that should have been watched, and could not be
 * @refused: why, an errno
 * @note: what else the user has to know, or NULL
 * @begun_ns: when the first update was done
 * @begun_cost_ns: CPU time that it had taken until then
 * @cost_bp: CPU time that it takes since then, in 1/100 of a percent of a CPU
 */
struct numalens_top {
	struct numalens_filter filter;
	size_t max;
	unsigned int delay_ms;
	enum numalens_top_order order;
	bool reverse;
	unsigned int kept;
	struct numalens_top_process *processes;
	size_t nr;
	struct numalens_top_process **shown;
	size_t nr_shown;
	uint32_t *nids;
	size_t nr_nodes;
	uint64_t census_ns;
	size_t nr_refused;
	int refused;
	char *note;
	uint64_t begun_ns;
	uint64_t begun_cost_ns;
	unsigned int cost_bp;
};

uint64_t numalens_top_now(void);
int numalens_top_update(struct numalens_top *top);
struct numalens_top_process *numalens_top_find(const struct numalens_top *top, unsigned int pid);
struct numalens_top_process *numalens_top_add(struct numalens_top *top, unsigned int pid);
void numalens_top_free(struct numalens_top *top);

#endif /* NUMALENS_TOP_H */
