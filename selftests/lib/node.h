/* SPDX-License-Identifier: GPL-2.0 */
/* Nodes as /sys/devices/system tells them. */
#ifndef SELFTESTS_NODE_H
#define SELFTESTS_NODE_H

#include <sched.h>
#include <stdint.h>

#define NODES_MAX	64

/** id_list_parse - "0-1,3" to ids; their number, or -EINVAL */
int id_list_parse(const char *text, int *ids, int max);

/** nodes_online - ids of the online nodes, their number */
int nodes_online(int *ids, int max);

/** nodes_with_memory - ids of the nodes that have memory, their number */
int nodes_with_memory(int *ids, int max);

/** nodes_with_cpu - ids of the nodes that have online CPUs, their number */
int nodes_with_cpu(int *ids, int max);

/** node_cpus - the online CPUs of a node, their number */
int node_cpus(int nid, cpu_set_t *set);

/** node_of_cpu - node of a CPU, or -1 */
int node_of_cpu(int cpu);

/** node_distances - distance from a node to each online node, in their order */
int node_distances(int nid, int *distances, int max);

/** node_of_pfn - by the memory blocks of sysfs; -1 for a frame in none */
int node_of_pfn(uint64_t pfn);

/** node_pin - let the calling thread run on one node only; 0, or -errno */
int node_pin(int nid);

/** node_hugepages - set the hugetlb pages of a node; how many it has then */
int node_hugepages(int nid, unsigned long size_kb, unsigned int nr);

#endif
