// SPDX-License-Identifier: GPL-2.0
/*
 * The machine as /sys/devices/system tells it, with or without the module.
 */
#include "topology.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "number.h"

#define NODE_DIR	"sys/devices/system/node"
#define CPU_DIR		"sys/devices/system/cpu"

/* "Node 0 MemTotal:        2014500 kB" */
static bool meminfo_value(const char *text, const char *name, uint64_t *kb)
{
	const char *at = strstr(text, name);

	return at && sscanf(at + strlen(name), " %" SCNu64 " kB", kb) == 1;
}

static int node_read(struct numalens_node *node)
{
	struct numalens_dir dir;
	char *text;
	int ret;

	numalens_dir_set(&dir, NODE_DIR "/node%u", node->nid);
	ret = numalens_dir_read(&dir, "cpulist", &node->cpus);
	if (ret)
		return numalens_error_file(&dir, "cpulist", "read", -ret);
	if (!numalens_dir_read(&dir, "meminfo", &text)) {
		node->memory = meminfo_value(text, "MemTotal:", &node->total_kb) &&
			       meminfo_value(text, "MemFree:", &node->free_kb);
		free(text);
	}
	ret = numalens_dir_read_u64s(&dir, "distance", &node->distances, &node->nr_distances);
	if (ret)
		return numalens_error_file(&dir, "distance", "read", -ret);
	return NUMALENS_OK;
}

static void memory_read(struct numalens_topology *topology)
{
	static struct numalens_list list;
	struct numalens_dir dir;
	bool known = false;
	char *text;
	size_t i;

	numalens_dir_set(&dir, NODE_DIR);
	if (!numalens_dir_read(&dir, "has_memory", &text)) {
		known = !numalens_list_parse(&list, text);
		free(text);
	}
	for (i = 0; i < topology->nr_nodes; i++) {
		struct numalens_node *node = &topology->nodes[i];

		node->has_memory = known ? numalens_list_has(&list, node->nid) :
				   !node->memory || node->total_kb;
	}
}

static void siblings_read(struct numalens_topology *topology)
{
	static struct numalens_list seen;
	unsigned int *cpus;
	size_t nr, i;
	struct numalens_dir dir;

	memset(&seen, 0, sizeof(seen));
	numalens_dir_set(&dir, CPU_DIR);
	if (numalens_dir_ids(&dir, "cpu", &cpus, &nr))
		return;
	topology->siblings = numalens_alloc(nr, sizeof(*topology->siblings));
	for (i = 0; i < nr; i++) {
		static struct numalens_list list;
		unsigned int id;
		char *text;

		numalens_dir_set(&dir, CPU_DIR "/cpu%u/topology", cpus[i]);
		if (numalens_list_has(&seen, cpus[i]) ||
		    numalens_dir_read(&dir, "thread_siblings_list", &text))
			continue;
		if (numalens_list_parse(&list, text) || list.nr < 2) {
			free(text);
			continue;
		}
		for (id = 0; id <= NUMALENS_MAX_ID; id++)
			if (numalens_list_has(&list, id))
				numalens_list_add(&seen, id);
		topology->siblings[topology->nr_siblings++] = text;
	}
	free(cpus);
}

static int guest_read(void)
{
	struct numalens_dir dir;
	char *text, *flags;
	int guest = -1;

	numalens_dir_set(&dir, "proc");
	if (numalens_dir_read(&dir, "cpuinfo", &text))
		return -1;
	/* Only x86 has the flag; elsewhere its absence says nothing. */
	flags = strstr(text, "\nflags\t");
	if (flags) {
		flags[strcspn(flags + 1, "\n") + 1] = '\0';
		guest = !!strstr(flags, " hypervisor");
	}
	free(text);
	return guest;
}

/**
 * numalens_topology_read() - read the machine's nodes
 * @topology: gets them; numalens_topology_free() it, whatever is returned
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_topology_read(struct numalens_topology *topology)
{
	struct numalens_dir dir;
	unsigned int *nids;
	size_t nr, i;
	int ret;

	memset(topology, 0, sizeof(*topology));
	numalens_dir_set(&dir, NODE_DIR);
	ret = numalens_dir_ids(&dir, "node", &nids, &nr);
	if (!ret && !nr)
		ret = numalens_error(NUMALENS_MISSING,
				     "%s has no nodes: the kernel is built without CONFIG_NUMA",
				     dir.path);
	else if (ret)
		ret = numalens_error_file(&dir, NULL, "read", -ret);
	topology->nodes = numalens_alloc(nr, sizeof(*topology->nodes));
	for (i = 0; i < nr && !ret; i++) {
		topology->nodes[topology->nr_nodes++].nid = nids[i];
		ret = node_read(&topology->nodes[i]);
	}
	free(nids);
	if (ret)
		return ret;
	memory_read(topology);
	siblings_read(topology);
	topology->guest = guest_read();
	numalens_dir_set(&dir, CPU_DIR);
	numalens_dir_read(&dir, "online", &topology->cpus);
	numalens_dir_set(&dir, "proc/sys/kernel");
	numalens_dir_read(&dir, "numa_balancing", &topology->balancing);
	return NUMALENS_OK;
}

/**
 * numalens_topology_free() - end what numalens_topology_read() gave
 * @topology: machine
 */
void numalens_topology_free(struct numalens_topology *topology)
{
	size_t i;

	for (i = 0; i < topology->nr_nodes; i++) {
		free(topology->nodes[i].cpus);
		free(topology->nodes[i].distances);
	}
	for (i = 0; i < topology->nr_siblings; i++)
		free(topology->siblings[i]);
	free(topology->nodes);
	free(topology->siblings);
	free(topology->cpus);
	free(topology->balancing);
}

/**
 * numalens_topology_node() - find a node
 * @topology: machine
 * @nid: its id
 *
 * Return: the node, or NULL if none of that id is online.
 */
const struct numalens_node *numalens_topology_node(const struct numalens_topology *topology,
						   unsigned int nid)
{
	size_t i;

	for (i = 0; i < topology->nr_nodes; i++)
		if (topology->nodes[i].nid == nid)
			return &topology->nodes[i];
	return NULL;
}

/**
 * numalens_topology_cpus() - find the CPUs of nodes
 * @topology: machine
 * @nodes: ids of nodes
 *
 * Return: the CPUs, a list; free() it.
 */
char *numalens_topology_cpus(const struct numalens_topology *topology,
			     const struct numalens_list *nodes)
{
	static struct numalens_list cpus, list;
	size_t i;

	memset(&cpus, 0, sizeof(cpus));
	for (i = 0; i < topology->nr_nodes; i++)
		if (numalens_list_has(nodes, topology->nodes[i].nid) &&
		    !numalens_list_parse(&list, topology->nodes[i].cpus))
			numalens_list_add_all(&cpus, &list);
	return numalens_list_format(&cpus);
}

/**
 * numalens_topology_nodes() - find the nodes of CPUs
 * @topology: machine
 * @cpus: CPUs, as a list, or NULL
 * @nodes: gets the ids of their nodes; of CPUs that are offline there is none
 */
void numalens_topology_nodes(const struct numalens_topology *topology, const char *cpus,
			     struct numalens_list *nodes)
{
	static struct numalens_list list, of_node;
	size_t i;

	memset(nodes, 0, sizeof(*nodes));
	if (!cpus || numalens_list_parse(&list, cpus))
		return;
	for (i = 0; i < topology->nr_nodes; i++)
		if (!numalens_list_parse(&of_node, topology->nodes[i].cpus) &&
		    numalens_list_meets(&list, &of_node))
			numalens_list_add(nodes, topology->nodes[i].nid);
}

/**
 * numalens_topology_distances_json() - show to programs how far a node is from all
 * @node: node
 *
 * Return: an array.
 */
struct json_object *numalens_topology_distances_json(const struct numalens_node *node)
{
	struct json_object *distances = json_object_new_array();
	size_t i;

	for (i = 0; i < node->nr_distances; i++)
		json_object_array_add(distances, json_object_new_uint64(node->distances[i]));
	return distances;
}

/**
 * numalens_topology_balancing() - what kernel.numa_balancing means
 * @value: its value, or NULL
 *
 * Return: words.
 */
const char *numalens_topology_balancing(const char *value)
{
	static const char * const modes[] = {
		"off",
		"on",
		"between memory tiers only",
		"on, also between memory tiers",
	};

	if (!value)
		return "not in this kernel";
	if (value[0] < '0' || value[0] > '3' || value[1])
		return "in a mode that this tool does not know";
	return modes[value[0] - '0'];
}
