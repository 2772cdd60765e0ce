/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_ACCOUNT_H
#define NUMALENS_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"

/**
 * struct numalens_member - a process of an account
 * @pid: its pid
 * @parent: pid of the member that it was forked from, 0 of the first
 * @exited_ns: when it was first seen to have exited, CLOCK_MONOTONIC; 0 if it was not
 * @read: its counts are in the account
 * @done: it is read, and not watched any more
 * @known: what follows is known
 * @comm: its name, NULL if it was not scanned since the command began
 * @exited: it had exited when it was read
 * @time_ns: its CPU time
 * @scanned: @resident and @remote are known
 * @resident: resident pages when it was scanned last
 * @remote: of these, remote ones
 * @touched: first touches, pages
 * @touched_remote: of these, those on another node than the CPU's
 * @faults: hinting faults
 * @moved: pages moved
 */
struct numalens_member {
	unsigned int pid;
	unsigned int parent;
	uint64_t exited_ns;
	bool read;
	bool done;
	bool known;
	char *comm;
	bool exited;
	uint64_t time_ns;
	bool scanned;
	uint64_t resident;
	uint64_t remote;
	uint64_t touched;
	uint64_t touched_remote;
	uint64_t faults;
	uint64_t moved;
};

/**
 * struct numalens_account - a process and those that it forked, together
 * @members: the processes, in the order in which they were found
 * @nr_members: their count
 * @begun_ns: what was scanned before is of what we were, CLOCK_MONOTONIC
 * @largest: the one that had most pages when it was scanned last
 * @has_largest: there is one: it was scanned after it had begun
 * @header: the first one's last header
 * @strange: members that are not in the sums, since they had other nodes than the first read
 * @nr_nodes: nodes, 0 before a member was read
 * @nids: their ids
 * @page_size: bytes of a base page
 * @caller_pid: who moved pages of one of them from outside, 0 if nobody did
 * @caller_event: why
 * @caller_comm: its name, as in a snapshot
 * @time_ns: CPU time by node
 * @counts: events, [event][row][column]
 */
struct numalens_account {
	struct numalens_member *members;
	size_t nr_members;
	uint64_t begun_ns;
	struct numalens_process largest;
	bool has_largest;
	struct numalens_snapshot_header header;
	size_t strange;
	size_t nr_nodes;
	uint32_t *nids;
	uint32_t page_size;
	uint32_t caller_pid;
	uint32_t caller_event;
	char caller_comm[NUMALENS_COMM_LEN];
	uint64_t *time_ns;
	uint64_t *counts;
};

void numalens_account_init(struct numalens_account *account, unsigned int pid);
void numalens_account_free(struct numalens_account *account);
void numalens_account_update(struct numalens_account *account);
void numalens_account_finish(struct numalens_account *account);
void numalens_account_drop(struct numalens_account *account);
int numalens_account_sum(const struct numalens_account *account,
			 struct numalens_snapshot *snapshot);

#endif /* NUMALENS_ACCOUNT_H */
