/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RULE_H
#define NUMALENS_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "number.h"

struct numalens_command;
struct numalens_topology;

/**
 * enum numalens_mode - how pages must lie on the nodes that are right
 * @NUMALENS_MODE_STRICT: every page on one of them
 * @NUMALENS_MODE_INTERLEAVE: every page on one of them, on each as many as on the others
 * @NUMALENS_MODE_PREFERRED: on one of them; a page elsewhere is worth a warning
 */
enum numalens_mode {
	NUMALENS_MODE_STRICT,
	NUMALENS_MODE_INTERLEAVE,
	NUMALENS_MODE_PREFERRED,
};

/**
 * struct numalens_rule_texts - rules as they are given
 * @nodes: --nodes, NULL if it was not given; so are the others
 * @policy: --policy
 * @tolerance: --tolerance
 * @max_remote: --max-remote
 * @cells: all --cell, a blank between
 */
struct numalens_rule_texts {
	const char *nodes;
	const char *policy;
	const char *tolerance;
	const char *max_remote;
	const char *cells;
};

/**
 * struct numalens_cell_rule - where the memory of a guest's cell must lie
 * @cell: id of the cell
 * @nodes: nodes of this machine
 * @mode: how
 * @source: what of a domain says so; NULL if it is --cell
 */
struct numalens_cell_rule {
	unsigned int cell;
	struct numalens_list nodes;
	enum numalens_mode mode;
	char *source;
};

/**
 * struct numalens_rules - what must hold
 * @has_nodes: there is a rule for all of the memory
 * @nodes: it must lie on these
 * @mode: how; also of cells that --cell is for
 * @tolerance_bp: how far a node's pages may be from the mean, in 1/100 of a percent of it
 * @has_max_remote: @max_remote_bp must hold
 * @max_remote_bp: remote pages that there may be, in 1/100 of a percent of all
 * @cells: rules for cells, one for each
 * @nr_cells: their count
 * @vcpu_local: vCPUs must run where the memory of their cell is
 * @no_files: pages of files don't count
 * @by_domain: a domain's rules are among them: what none is for is judged as if there were none
 */
struct numalens_rules {
	bool has_nodes;
	struct numalens_list nodes;
	enum numalens_mode mode;
	uint64_t tolerance_bp;
	bool has_max_remote;
	uint64_t max_remote_bp;
	struct numalens_cell_rule *cells;
	size_t nr_cells;
	bool vcpu_local;
	bool no_files;
	bool by_domain;
};

int numalens_rule_parse(struct numalens_rules *rules, const struct numalens_rule_texts *texts,
			const struct numalens_topology *topology,
			const struct numalens_command *command);
void numalens_rule_free(struct numalens_rules *rules);
bool numalens_rule_is_guests(const struct numalens_rules *rules);
bool numalens_rule_is_empty(const struct numalens_rules *rules);
const struct numalens_cell_rule *numalens_rule_cell(const struct numalens_rules *rules,
						    unsigned int cell);
const char *numalens_rule_mode_name(enum numalens_mode mode);

#endif /* NUMALENS_RULE_H */
