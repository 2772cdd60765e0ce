// SPDX-License-Identifier: GPL-2.0
#include "node.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define SYS_NODE	"/sys/devices/system/node"
#define SYS_MEMORY	"/sys/devices/system/memory"
#define BLOCKS_MAX	8192

int id_list_parse(const char *text, int *ids, int max)
{
	int nr = 0;

	while (*text && *text != '\n') {
		char *end;
		long first = strtol(text, &end, 10);
		long last = first;

		if (end == text)
			return -EINVAL;
		if (*end == '-') {
			text = end + 1;
			last = strtol(text, &end, 10);
			if (end == text)
				return -EINVAL;
		}
		for (; first <= last && nr < max; first++)
			ids[nr++] = first;
		text = end + (*end == ',');
		if (*end && *end != ',' && *end != '\n')
			return -EINVAL;
	}
	return nr;
}

static int list_file(const char *path, int *ids, int max)
{
	char *text = text_read(path, NULL);
	int nr;

	if (!text)
		return 0;
	nr = id_list_parse(text, ids, max);
	free(text);
	return nr < 0 ? 0 : nr;
}

int nodes_online(int *ids, int max)
{
	return list_file(SYS_NODE "/online", ids, max);
}

int nodes_with_memory(int *ids, int max)
{
	return list_file(SYS_NODE "/has_memory", ids, max);
}

int nodes_with_cpu(int *ids, int max)
{
	return list_file(SYS_NODE "/has_cpu", ids, max);
}

int node_cpus(int nid, cpu_set_t *set)
{
	int cpus[CPU_SETSIZE];
	char path[128];
	int i, nr;

	snprintf(path, sizeof(path), SYS_NODE "/node%d/cpulist", nid);
	nr = list_file(path, cpus, CPU_SETSIZE);
	CPU_ZERO(set);
	for (i = 0; i < nr; i++)
		CPU_SET(cpus[i], set);
	return nr;
}

int node_of_cpu(int cpu)
{
	int ids[NODES_MAX];
	int i, nr = nodes_with_cpu(ids, NODES_MAX);
	cpu_set_t set;

	for (i = 0; i < nr; i++)
		if (node_cpus(ids[i], &set) && CPU_ISSET(cpu, &set))
			return ids[i];
	return -1;
}

int node_distances(int nid, int *distances, int max)
{
	char path[128];
	char *text, *at;
	int nr = 0;

	snprintf(path, sizeof(path), SYS_NODE "/node%d/distance", nid);
	text = text_read(path, NULL);
	if (!text)
		return 0;
	for (at = text; nr < max; nr++) {
		char *end;

		distances[nr] = strtol(at, &end, 10);
		if (end == at)
			break;
		at = end;
	}
	free(text);
	return nr;
}

/* One entry for each memory block: the node whose directory links it. */
static signed char block_node[BLOCKS_MAX];
static uint64_t block_pages;

static void blocks_of_node(int nid)
{
	char path[128];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), SYS_NODE "/node%d", nid);
	dir = opendir(path);
	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		unsigned int block;

		if (sscanf(entry->d_name, "memory%u", &block) == 1 &&
		    block < BLOCKS_MAX)
			block_node[block] = nid;
	}
	closedir(dir);
}

static void blocks_read(void)
{
	char *text = text_read(SYS_MEMORY "/block_size_bytes", NULL);
	int ids[NODES_MAX];
	int i, nr = nodes_with_memory(ids, NODES_MAX);

	memset(block_node, -1, sizeof(block_node));
	block_pages = text ? strtoull(text, NULL, 16) / getpagesize() : 1;
	free(text);
	for (i = 0; i < nr; i++)
		blocks_of_node(ids[i]);
}

int node_of_pfn(uint64_t pfn)
{
	if (!block_pages)
		blocks_read();
	pfn /= block_pages;
	return pfn < BLOCKS_MAX ? block_node[pfn] : -1;
}

int node_pin(int nid)
{
	cpu_set_t set;

	if (!node_cpus(nid, &set))
		return -ENODEV;
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

int node_hugepages(int nid, unsigned long size_kb, unsigned int nr)
{
	char path[160], text[16];
	uint64_t got = 0;

	snprintf(path, sizeof(path), SYS_NODE
		 "/node%d/hugepages/hugepages-%lukB/nr_hugepages", nid, size_kb);
	snprintf(text, sizeof(text), "%u", nr);
	if (text_puts(path, text) || text_number(path, &got))
		return 0;
	return got;
}
