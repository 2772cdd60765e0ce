// SPDX-License-Identifier: GPL-2.0
/*
 * Rules for where memory must lie, as the user gives them.
 */
#include "rule.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "command.h"
#include "error.h"
#include "topology.h"

/* Interleaving is by page, and forked and freed memory leaves holes. */
#define TOLERANCE_BP	1000

static const char * const modes[] = {
	[NUMALENS_MODE_STRICT] = "strict",
	[NUMALENS_MODE_INTERLEAVE] = "interleave",
	[NUMALENS_MODE_PREFERRED] = "preferred",
};

/**
 * numalens_rule_mode_name() - name of a mode
 * @mode: mode
 *
 * Return: the name, as --policy takes it.
 */
const char *numalens_rule_mode_name(enum numalens_mode mode)
{
	return modes[mode];
}

static void memory_nodes(const struct numalens_topology *topology, struct numalens_list *nodes)
{
	size_t i;

	memset(nodes, 0, sizeof(*nodes));
	for (i = 0; i < topology->nr_nodes; i++)
		if (topology->nodes[i].has_memory)
			numalens_list_add(nodes, topology->nodes[i].nid);
}

static bool is_online(const struct numalens_topology *topology, unsigned int nid)
{
	size_t i;

	for (i = 0; i < topology->nr_nodes; i++)
		if (topology->nodes[i].nid == nid)
			return true;
	return false;
}

/* As numactl reads them: "all", a list, or "!" before a list. */
static int nodes_parse(struct numalens_list *nodes, const char *text,
		       const struct numalens_topology *topology,
		       const struct numalens_command *command)
{
	static struct numalens_list memory, list;
	bool others = *text == '!';
	unsigned int nid;

	memory_nodes(topology, &memory);
	*nodes = memory;
	if (!strcmp(text, "all"))
		return NUMALENS_OK;
	if (!text[others] || numalens_list_parse(&list, text + others))
		return numalens_command_usage(command, "\"%s\" is no list of nodes", text);
	for (nid = 0; nid <= NUMALENS_MAX_ID; nid++) {
		if (!numalens_list_has(&list, nid))
			continue;
		if (!is_online(topology, nid))
			return numalens_command_usage(command, "there is no node %u", nid);
		if (!others && !numalens_list_has(&memory, nid))
			return numalens_command_usage(command, "node %u has no memory", nid);
	}
	if (!others) {
		*nodes = list;
		return NUMALENS_OK;
	}
	memset(nodes, 0, sizeof(*nodes));
	for (nid = 0; nid <= NUMALENS_MAX_ID; nid++)
		if (numalens_list_has(&memory, nid) && !numalens_list_has(&list, nid))
			numalens_list_add(nodes, nid);
	if (!nodes->nr)
		return numalens_command_usage(command, "\"%s\" leaves no node with memory", text);
	return NUMALENS_OK;
}

/* "5", "2.5": at most 100. */
static int percent_parse(uint64_t *bp, const char *text, const char *option,
			 const struct numalens_command *command)
{
	char *end = NULL;
	double value = -1;

	if (*text >= '0' && *text <= '9' && strspn(text, "0123456789.") == strlen(text))
		value = strtod(text, &end);
	if (value < 0 || value > 100 || *end)
		return numalens_command_usage(command, "--%s: \"%s\" is no percentage", option,
					      text);
	*bp = value * 100 + 0.5;
	return NUMALENS_OK;
}

static int mode_parse(struct numalens_rules *rules, const char *text,
		      const struct numalens_command *command)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i], text))
			continue;
		rules->mode = i;
		return NUMALENS_OK;
	}
	return numalens_command_usage(command,
				      "--policy: \"%s\" is none of strict, interleave and preferred",
				      text);
}

static int cell_parse(struct numalens_rules *rules, char *word,
		      const struct numalens_topology *topology,
		      const struct numalens_command *command)
{
	char *nodes = strchr(word, '=');
	struct numalens_cell_rule *rule;
	uint64_t cell;

	if (nodes)
		*nodes++ = '\0';
	if (!nodes || numalens_number_parse_decimal(word, &cell) || cell > INT_MAX)
		return numalens_command_usage(command,
					      "--cell takes a cell and its nodes, as in --cell 0=1");
	if (numalens_rule_cell(rules, cell))
		return numalens_command_usage(command, "--cell: cell %s has two rules", word);
	rules->cells = numalens_realloc(rules->cells, rules->nr_cells + 1, sizeof(*rules->cells));
	rule = &rules->cells[rules->nr_cells++];
	memset(rule, 0, sizeof(*rule));
	rule->cell = cell;
	rule->mode = rules->mode;
	return nodes_parse(&rule->nodes, nodes, topology, command);
}

static int cells_parse(struct numalens_rules *rules, const char *text,
		       const struct numalens_topology *topology,
		       const struct numalens_command *command)
{
	char *copy = numalens_strdup(text), *rest = copy, *word;
	int ret = NUMALENS_OK;

	while (!ret && (word = strsep(&rest, " ")))
		ret = cell_parse(rules, word, topology, command);
	free(copy);
	return ret;
}

/**
 * numalens_rule_parse() - read rules
 * @rules: gets them, those that are flags apart; numalens_rule_free() them, whatever is returned
 * @texts: the rules as they are given
 * @topology: the machine that they are for
 * @command: command that they are given to
 *
 * Return: NUMALENS_OK, or NUMALENS_USAGE with the reason printed.
 */
int numalens_rule_parse(struct numalens_rules *rules, const struct numalens_rule_texts *texts,
			const struct numalens_topology *topology,
			const struct numalens_command *command)
{
	int ret = NUMALENS_OK;

	rules->tolerance_bp = TOLERANCE_BP;
	rules->has_nodes = texts->nodes;
	rules->has_max_remote = texts->max_remote;
	if (texts->policy && !texts->nodes && !texts->cells)
		ret = numalens_command_usage(command, "--policy is for --nodes and --cell");
	if (!ret && texts->policy)
		ret = mode_parse(rules, texts->policy, command);
	if (!ret && texts->tolerance && texts->policy && rules->mode != NUMALENS_MODE_INTERLEAVE)
		ret = numalens_command_usage(command, "--tolerance is for --policy interleave");
	if (!ret && texts->tolerance)
		ret = percent_parse(&rules->tolerance_bp, texts->tolerance, "tolerance", command);
	if (!ret && texts->max_remote)
		ret = percent_parse(&rules->max_remote_bp, texts->max_remote, "max-remote",
				    command);
	if (!ret && texts->nodes)
		ret = nodes_parse(&rules->nodes, texts->nodes, topology, command);
	if (!ret && texts->cells)
		ret = cells_parse(rules, texts->cells, topology, command);
	return ret;
}

/**
 * numalens_rule_free() - end what numalens_rule_parse() gave
 * @rules: rules
 */
void numalens_rule_free(struct numalens_rules *rules)
{
	size_t i;

	for (i = 0; i < rules->nr_cells; i++)
		free(rules->cells[i].source);
	free(rules->cells);
	rules->cells = NULL;
}

/**
 * numalens_rule_is_empty() - is there no rule?
 * @rules: rules
 *
 * Return: true if there is none.
 */
bool numalens_rule_is_empty(const struct numalens_rules *rules)
{
	return !rules->has_nodes && !rules->has_max_remote && !rules->nr_cells &&
	       !rules->vcpu_local;
}

/**
 * numalens_rule_is_guests() - is it for the guest to say where what no rule is for belongs?
 * @rules: rules
 *
 * Return: true if it is.
 */
bool numalens_rule_is_guests(const struct numalens_rules *rules)
{
	return rules->by_domain || numalens_rule_is_empty(rules);
}

/**
 * numalens_rule_cell() - find the rule for a cell
 * @rules: rules
 * @cell: id of the cell
 *
 * Return: the rule, or NULL.
 */
const struct numalens_cell_rule *numalens_rule_cell(const struct numalens_rules *rules,
						    unsigned int cell)
{
	size_t i;

	for (i = 0; i < rules->nr_cells; i++)
		if (rules->cells[i].cell == cell)
			return &rules->cells[i];
	return NULL;
}
