/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_READER_H
#define NUMALENS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "snapshot.h"

#define NUMALENS_ROOT	"sys/kernel/numalens"

/**
 * struct numalens_process - what the module tells about a watched process
 * @snapshot: its last snapshot
 * @state: "running", "exited", NULL if unknown
 * @age_ns: age of the snapshot when it was read
 * @has_age: @age_ns is known: not so in a captured tree
 */
struct numalens_process {
	struct numalens_snapshot snapshot;
	char *state;
	uint64_t age_ns;
	bool has_age;
};

/**
 * enum numalens_scan - when to have a process scanned before it is read
 * @NUMALENS_SCAN_STALE: if its snapshot is older than its refresh_ms
 * @NUMALENS_SCAN_ALWAYS: always
 * @NUMALENS_SCAN_NEVER: never
 */
enum numalens_scan {
	NUMALENS_SCAN_STALE,
	NUMALENS_SCAN_ALWAYS,
	NUMALENS_SCAN_NEVER,
};

/**
 * struct numalens_fork - a watched process that was forked from another
 * @pid: its pid
 * @parent: that of the other
 */
struct numalens_fork {
	unsigned int pid;
	unsigned int parent;
};

int numalens_reader_check_module(void);
int numalens_reader_watch(const char *pid);
int numalens_reader_unwatch(const char *pid);
void numalens_reader_unwatch_soon(unsigned int pid);
int numalens_reader_pids(unsigned int **pids, size_t *nr);
struct numalens_fork *numalens_reader_forks(size_t *nr);
bool numalens_reader_is_watched(unsigned int pid);
bool numalens_reader_is_settled(void);
bool numalens_reader_has_exited(unsigned int pid);
int numalens_reader_process(struct numalens_process *process, unsigned int pid,
			    enum numalens_scan scan);
void numalens_reader_process_free(struct numalens_process *process);

#endif /* NUMALENS_READER_H */
