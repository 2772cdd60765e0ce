// SPDX-License-Identifier: GPL-2.0
/*
 * numalens topo: the machine's nodes. It needs no module.
 */
#include "command.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "error.h"
#include "output.h"
#include "tiers.h"
#include "topology.h"

enum {
	COL_NID,
	COL_TOTAL,
	COL_FREE,
	COL_NOTE,
	COL_CPUS,
};

static const struct numalens_column columns[] = {
	[COL_NID]	= { "NODE", NULL, NUMALENS_COLUMN_RIGHT },
	[COL_TOTAL]	= { "MEMORY", NULL, NUMALENS_COLUMN_RIGHT },
	[COL_FREE]	= { "FREE", NULL, NUMALENS_COLUMN_RIGHT },
	[COL_NOTE]	= { "", NULL, 0 },
	[COL_CPUS]	= { "CPUS", NULL, NUMALENS_COLUMN_FOLD },
};

static const struct numalens_column distance_columns[] = {
	{ "DISTANCE", NULL, NUMALENS_COLUMN_RIGHT },
	{ "N", NULL, NUMALENS_COLUMN_NODES },
};

static const char *note(const struct numalens_node *node)
{
	if (!node->has_memory && !*node->cpus)
		return "no memory, no CPU";
	if (!node->has_memory)
		return "no memory";
	return *node->cpus ? "" : "no CPU";
}

static struct numalens_table *nodes_table(const struct numalens_topology *topology)
{
	struct numalens_table *table;
	size_t i;

	table = numalens_table_alloc(columns, ARRAY_SIZE(columns), NULL, 0);
	/* A "page" of one KiB: what meminfo counts in. */
	numalens_table_page_size_set(table, 1024);
	for (i = 0; i < topology->nr_nodes; i++) {
		const struct numalens_node *node = &topology->nodes[i];

		numalens_table_row_add(table);
		numalens_table_set(table, COL_NID, 0, NUMALENS_VALUE_COUNT, node->nid);
		if (node->memory) {
			numalens_table_set(table, COL_TOTAL, 0, NUMALENS_VALUE_PAGES,
					   node->total_kb);
			numalens_table_set(table, COL_FREE, 0, NUMALENS_VALUE_PAGES,
					   node->free_kb);
		}
		numalens_table_text_set(table, COL_NOTE, note(node));
		numalens_table_text_set(table, COL_CPUS, *node->cpus ? node->cpus : "none");
	}
	return table;
}

static struct json_object *nodes_json(const struct numalens_topology *topology)
{
	struct json_object *nodes = json_object_new_array(), *object;
	size_t i;

	for (i = 0; i < topology->nr_nodes; i++) {
		const struct numalens_node *node = &topology->nodes[i];

		object = json_object_new_object();
		json_object_object_add(object, "node", json_object_new_int(node->nid));
		json_object_object_add(object, "cpus",
				       numalens_output_json_list(node->cpus));
		json_object_object_add(object, "has_memory",
				       json_object_new_boolean(node->has_memory));
		json_object_object_add(object, "memory_total_bytes", node->memory ?
				       json_object_new_uint64(node->total_kb << 10) : NULL);
		json_object_object_add(object, "memory_free_bytes", node->memory ?
				       json_object_new_uint64(node->free_kb << 10) : NULL);
		json_object_object_add(object, "distances",
				       numalens_topology_distances_json(node));
		json_object_array_add(nodes, object);
	}
	return nodes;
}

static int print_json(const struct numalens_topology *topology)
{
	struct json_object *root = numalens_output_json_new("topo"), *array;
	size_t i;

	array = json_object_new_array();
	for (i = 0; i < topology->nr_nodes; i++)
		json_object_array_add(array, json_object_new_int(topology->nodes[i].nid));
	json_object_object_add(root, "nodes", array);
	json_object_object_add(root, "node_details", nodes_json(topology));
	json_object_object_add(root, "cpus_online",
			       numalens_output_json_list(topology->cpus));
	array = json_object_new_array();
	for (i = 0; i < topology->nr_siblings; i++)
		json_object_array_add(array,
				      numalens_output_json_list(topology->siblings[i]));
	json_object_object_add(root, "smt_siblings", array);
	json_object_object_add(root, "numa_balancing",
			       numalens_output_json_text(topology->balancing));
	json_object_object_add(root, "memory_tiers", numalens_tiers_json());
	json_object_object_add(root, "demotion", numalens_tiers_get()->demotion < 0 ? NULL :
			       json_object_new_boolean(numalens_tiers_get()->demotion));
	json_object_object_add(root, "virtual_machine", topology->guest < 0 ? NULL :
			       json_object_new_boolean(topology->guest));
	return numalens_output_json_print(root);
}

static void distances_print(const struct numalens_topology *topology)
{
	uint32_t *nids = numalens_alloc(topology->nr_nodes, sizeof(*nids));
	struct numalens_table *table;
	size_t i, k;

	for (i = 0; i < topology->nr_nodes; i++)
		nids[i] = topology->nodes[i].nid;
	table = numalens_table_alloc(distance_columns, 2, nids, topology->nr_nodes);
	for (i = 0; i < topology->nr_nodes; i++) {
		char *name = numalens_strf("N%u", nids[i]);

		numalens_table_row_add(table);
		numalens_table_text_set(table, 0, name);
		free(name);
		for (k = 0; k < topology->nr_nodes && k < topology->nodes[i].nr_distances; k++)
			numalens_table_set(table, 1, k, NUMALENS_VALUE_COUNT,
					   topology->nodes[i].distances[k]);
	}
	numalens_table_print_blocks(table);
	numalens_table_free(table);
	free(nids);
}

static void siblings_print(const struct numalens_topology *topology)
{
	char *text = numalens_strdup(""), *longer;
	size_t i;

	for (i = 0; i < topology->nr_siblings; i++) {
		longer = numalens_strf("%s%s%s", text, i ? " | " : "", topology->siblings[i]);
		free(text);
		text = longer;
	}
	numalens_output_wrap("SMT siblings", 16, *text ? text : "none");
	free(text);
}

/* Where all memory is of one tier there is nothing to say. */
static void tiers_print(void)
{
	const struct numalens_tiers *tiers = numalens_tiers_get();
	char *text;

	if (tiers->nr < 2)
		return;
	text = numalens_tiers_words();
	numalens_output_wrap("memory tiers", 16, text);
	free(text);
	numalens_output_wrap("demotion", 16, tiers->demotion < 0 ? "unknown" :
			     tiers->demotion ? "on" : "off");
}

static int print_text(const struct numalens_topology *topology)
{
	struct numalens_table *table = nodes_table(topology);
	char *text;

	printf("%zu node%s%s, memory in MiB\n\n", topology->nr_nodes,
	       topology->nr_nodes > 1 ? "s" : ": all memory is local",
	       topology->guest > 0 ? ", in a virtual machine" : "");
	numalens_table_print(table);
	numalens_table_free(table);
	putchar('\n');
	distances_print(topology);
	putchar('\n');
	siblings_print(topology);
	text = numalens_strf("%s%s%s%s", numalens_topology_balancing(topology->balancing),
			     topology->balancing ? " (kernel.numa_balancing=" : "",
			     topology->balancing ? topology->balancing : "",
			     topology->balancing ? ")" : "");
	numalens_output_wrap("NUMA balancing", 16, text);
	free(text);
	tiers_print();
	return NUMALENS_OK;
}

static int run(const struct numalens_args *args)
{
	struct numalens_topology topology;
	int ret;

	if (args->nr)
		return numalens_command_usage(&numalens_cmd_topo, "topo takes no operand");
	ret = numalens_topology_read(&topology);
	if (!ret)
		ret = args->json ? print_json(&topology) : print_text(&topology);
	numalens_topology_free(&topology);
	return ret;
}

const struct numalens_command numalens_cmd_topo = {
	.name = "topo",
	.synopsis = "",
	.summary = "show nodes, CPUs, memory and distances of the machine",
	.run = run,
};
