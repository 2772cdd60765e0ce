/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watched process that makes pages resident in one of many ways, and whether
 * numalens counts exactly these.
 *
 *	round	pages	before and after run()
 *	warm-up	none	nothing is read
 *	control	none	what the same steps cost without the touching
 *	real	all	less the control: what move_pages(2) says of the range
 */
#ifndef SELFTESTS_TOUCH_H
#define SELFTESTS_TOUCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "events.h"
#include "node.h"
#include "policy.h"

#define ACT_PAGES	4096

/**
 * struct act - in memory shared with the process
 * @pages: how many base pages to make resident; 0 in warm-up and control
 * @policy: for the range; NULL leaves it to the task
 * @nid: a node to move pages to, or the like
 * @room: how many pages to map, where that is not known beforehand
 * @fd: for a file that prepare() opens and run() uses
 * @addr: set by the process: the range that they are in
 * @span: set by the process: its base pages
 * @missing: set by the process when it returns ACT_MISSING: what there is not
 * @go: for threads to begin together
 * @addrs: for move_pages(2), as the next two
 * @nodes: where to
 * @status: what came of it
 */
struct act {
	size_t pages;
	const struct policy *policy;
	int nid;
	size_t room;
	int fd;
	uint64_t addr;
	size_t span;
	char missing[64];
	unsigned int go;
	uint64_t addrs[ACT_PAGES];
	int nodes[ACT_PAGES], status[ACT_PAGES];
};

/* What prepare() and run() return. */
#define ACT_DONE	0
#define ACT_MISSING	1
#define ACT_BROKEN	2

/**
 * struct way - how pages become resident
 * @name: for notes
 * @kind: under which they are to be counted; NR_TOUCH_KINDS: they are not
 * @pages: how many
 * @prepare: gets a struct act before counting begins; may be NULL
 * @run: gets it, and is counted
 */
struct way {
	const char *name;
	enum touch_kind kind;
	size_t pages;
	long (*prepare)(void *act);
	long (*run)(void *act);
};

/**
 * struct toucher - the process
 * @pid: its id
 * @workers: its threads
 * @act: what they are to do
 * @nids: the nodes of the threads
 * @nr: their number
 */
struct toucher {
	pid_t pid;
	struct workers *workers;
	struct act *act;
	int nids[NODES_MAX];
	int nr;
};

/**
 * toucher_start - start and watch it
 * @toucher: filled in
 * @nr: threads, dealt out to the nodes that have CPUs; 0: one for each
 *
 * Return: CASE_PASS or CASE_FAIL.
 */
int toucher_start(struct toucher *toucher, int nr);

/** toucher_end - unwatch and end it */
void toucher_end(struct toucher *toucher);

/** toucher_call - let the i-th thread do something; what that returned */
long toucher_call(struct toucher *toucher, int i, long (*call)(void *act));

/**
 * toucher_try - let the i-th thread touch in a way, hold the counts of process,
 * thread and VMA against the oracle
 * @toucher: the process
 * @i: which thread
 * @way: how
 * @policy: for the range, or NULL
 *
 * Return: CASE_PASS, CASE_SKIP or CASE_FAIL.
 */
int toucher_try(struct toucher *toucher, int i, const struct way *way,
		const struct policy *policy);

/**
 * ways_run - main() of a program whose cases are ways, from each node
 * @ways: the table
 * @nr: its entries
 * @anew: each thread in a process of its own, for what can be done only once
 * @seconds: see cases_run()
 *
 * Return: the exit code of the program.
 */
int ways_run(const struct way *ways, size_t nr, bool anew,
	     unsigned int seconds);

/**
 * act_result - CASE_PASS, or what to return for what a call returned
 * @way: name for the note
 * @result: of prepare() or run()
 * @act: says what is missing
 */
int act_result(const char *way, long result, const struct act *act);

/** act_missing - for `return act_missing(act, "swap")` */
long act_missing(struct act *act, const char *what);

/** act_map - mmap(2) of act->span pages with gaps beside; sets act->addr */
char *act_map(struct act *act, size_t span, int flags, int fd);

/** act_touch - write to act->pages pages of the range; ACT_DONE */
long act_touch(void *act);

/** shared_alloc - zeroed memory that forks share, all of it resident */
void *shared_alloc(size_t size);

/**
 * pages_by_node - ask move_pages(2) where pages are
 * @pid: whose
 * @addr: of the first
 * @nr: how many
 * @pages: added to, by node id
 *
 * Return: how many are resident, or -errno.
 */
long pages_by_node(pid_t pid, uint64_t addr, size_t nr, uint64_t *pages);

#endif
