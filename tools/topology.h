/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOPOLOGY_H
#define NUMALENS_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct numalens_list;

/**
 * struct numalens_node - an online NUMA node
 * @nid: its id
 * @cpus: its CPUs, as a list; "" if it has none
 * @has_memory: there is memory on it
 * @memory: @total_kb and @free_kb are known
 * @total_kb: its memory, KiB
 * @free_kb: of that, free
 * @distances: to every online node, in the order of their ids
 * @nr_distances: their count, 0 if unknown
 */
struct numalens_node {
	unsigned int nid;
	char *cpus;
	bool has_memory;
	bool memory;
	uint64_t total_kb;
	uint64_t free_kb;
	uint64_t *distances;
	size_t nr_distances;
};

/**
 * struct numalens_topology - the machine
 * @nodes: online nodes, ascending
 * @nr_nodes: their count
 * @siblings: groups of CPUs that share a core, each once
 * @nr_siblings: their count
 * @cpus: online CPUs as a list, NULL if unknown
 * @balancing: kernel.numa_balancing, NULL if the kernel has none
 * @guest: it runs in a virtual machine; -1 unknown
 */
struct numalens_topology {
	struct numalens_node *nodes;
	size_t nr_nodes;
	char **siblings;
	size_t nr_siblings;
	char *cpus;
	char *balancing;
	int guest;
};

int numalens_topology_read(struct numalens_topology *topology);
void numalens_topology_free(struct numalens_topology *topology);
const struct numalens_node *numalens_topology_node(const struct numalens_topology *topology,
						   unsigned int nid);
char *numalens_topology_cpus(const struct numalens_topology *topology,
			     const struct numalens_list *nodes);
void numalens_topology_nodes(const struct numalens_topology *topology, const char *cpus,
			     struct numalens_list *nodes);
struct json_object *numalens_topology_distances_json(const struct numalens_node *node);
const char *numalens_topology_balancing(const char *value);

#endif /* NUMALENS_TOPOLOGY_H */
