/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_GROUP_H
#define NUMALENS_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct numalens_column_set;
struct numalens_snapshot;
struct numalens_table;

/**
 * enum numalens_group_by - what the processes of a group have in common
 * @NUMALENS_GROUP_CGROUP: their cgroup
 * @NUMALENS_GROUP_USER: their user
 * @NUMALENS_GROUP_NAME: their name
 * @NUMALENS_GROUP_NR: number of them
 */
enum numalens_group_by {
	NUMALENS_GROUP_CGROUP,
	NUMALENS_GROUP_USER,
	NUMALENS_GROUP_NAME,
	NUMALENS_GROUP_NR,
};

/**
 * struct numalens_group - processes that are one line together
 * @name: what they have in common, NULL if it is not known
 * @nr: their count
 * @resident: their resident pages
 * @remote: of these, remote ones
 * @distance: sum of the distances of all pages, in 1/100
 * @pages: resident pages on each node of the list
 */
struct numalens_group {
	char *name;
	size_t nr;
	uint64_t resident;
	uint64_t remote;
	uint64_t distance;
	uint64_t *pages;
};

/**
 * struct numalens_groups - all of them
 * @by: what those of a group have in common
 * @groups: the groups
 * @nr: their count
 * @nids: ids of the nodes that any of them has
 * @nr_nodes: their count
 * @page_size: bytes of a base page
 */
struct numalens_groups {
	enum numalens_group_by by;
	struct numalens_group *groups;
	size_t nr;
	uint32_t *nids;
	size_t nr_nodes;
	uint32_t page_size;
};

extern const struct numalens_column_set numalens_group_columns;

bool numalens_group_by_parse(enum numalens_group_by *by, const char *name);
void numalens_groups_add(struct numalens_groups *groups, unsigned int pid,
			 const struct numalens_snapshot *snapshot);
struct numalens_table *numalens_groups_table(struct numalens_groups *groups);
void numalens_groups_free(struct numalens_groups *groups);

#endif /* NUMALENS_GROUP_H */
