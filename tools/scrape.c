// SPDX-License-Identifier: GPL-2.0
/*
 * What is known of the machine and of the watched processes, as samples of metrics.
 */
#include "scrape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "event.h"
#include "file.h"
#include "fleet.h"
#include "label.h"
#include "metric.h"
#include "number.h"
#include "reader.h"
#include "topology.h"

#ifndef NUMALENS_VERSION
#define NUMALENS_VERSION "unknown"
#endif

static void text_label_add(char **labels, const char *name, const struct numalens_dir *dir,
			   const char *file)
{
	char *text;

	if (numalens_dir_read(dir, file, &text))
		return;
	numalens_label_add(labels, name, text);
	free(text);
}

static void info_add(struct numalens_metrics *metrics)
{
	char *labels = numalens_strdup("");
	struct numalens_dir dir;

	numalens_label_add(&labels, "version", NUMALENS_VERSION);
	numalens_dir_set(&dir, NUMALENS_ROOT);
	text_label_add(&labels, "abi_version", &dir, "abi_version");
	numalens_dir_set(&dir, "proc/sys/kernel");
	text_label_add(&labels, "kernel", &dir, "osrelease");
	numalens_metrics_add(metrics, NUMALENS_METRIC_INFO, labels, 1);
	free(labels);
}

static void node_add(struct numalens_metrics *metrics, const struct numalens_topology *topology,
		     const struct numalens_node *node)
{
	static struct numalens_list cpus;
	char *labels = numalens_strdup("");
	size_t i;

	numalens_label_add_id(&labels, "node", node->nid);
	if (!numalens_list_parse(&cpus, node->cpus))
		numalens_metrics_add(metrics, NUMALENS_METRIC_NODE_CPUS, labels, cpus.nr);
	if (node->memory) {
		numalens_metrics_add(metrics, NUMALENS_METRIC_NODE_MEMORY, labels,
				     node->total_kb << 10);
		numalens_metrics_add(metrics, NUMALENS_METRIC_NODE_FREE, labels,
				     node->free_kb << 10);
	}
	for (i = 0; i < topology->nr_nodes && i < node->nr_distances; i++) {
		char *both = numalens_strdup(labels);

		numalens_label_add_id(&both, "to", topology->nodes[i].nid);
		numalens_metrics_add(metrics, NUMALENS_METRIC_NODE_DISTANCE, both,
				     node->distances[i]);
		free(both);
	}
	free(labels);
}

static void topology_add(struct numalens_metrics *metrics)
{
	struct numalens_topology topology;
	uint64_t mode;
	size_t i;

	if (!numalens_topology_read(&topology)) {
		for (i = 0; i < topology.nr_nodes; i++)
			node_add(metrics, &topology, &topology.nodes[i]);
		if (topology.balancing &&
		    !numalens_number_parse_decimal(topology.balancing, &mode))
			numalens_metrics_add(metrics, NUMALENS_METRIC_BALANCING_MODE, "", mode);
	}
	numalens_topology_free(&topology);
}

static void file_add(struct numalens_metrics *metrics, enum numalens_metric_id id,
		     const char *file)
{
	struct numalens_dir root;
	uint64_t value;

	numalens_dir_set(&root, NUMALENS_ROOT);
	if (!numalens_dir_read_u64(&root, file, &value))
		numalens_metrics_add(metrics, id, "", value);
}

/**
 * numalens_scrape_machine() - add what is known of the machine
 * @metrics: export
 * @up: there is a module that we understand
 */
void numalens_scrape_machine(struct numalens_metrics *metrics, bool up)
{
	numalens_metrics_add(metrics, NUMALENS_METRIC_UP, "", up);
	info_add(metrics);
	topology_add(metrics);
	if (!up)
		return;
	file_add(metrics, NUMALENS_METRIC_WATCHED, "nr_watched");
	file_add(metrics, NUMALENS_METRIC_MISSED, "nr_missed");
}

/* The last label of a value, by the metric's. */
static char *value_labels(const struct numalens_fleet_process *process, const char *labels,
			  enum numalens_metric_label label, size_t i)
{
	static const char * const localities[] = { "local", "remote", "slow" };
	char *all = numalens_strdup(labels);

	switch (label) {
	case NUMALENS_METRIC_LABEL_NONE:
		break;
	case NUMALENS_METRIC_LABEL_NODE:
		numalens_label_add_id(&all, "node", process->nids[i]);
		break;
	case NUMALENS_METRIC_LABEL_LOCALITY:
	case NUMALENS_METRIC_LABEL_SAMPLE:
		numalens_label_add(&all, "locality", localities[i]);
		break;
	case NUMALENS_METRIC_LABEL_REASON:
		numalens_label_add(&all, "reason", numalens_event_reasons.names[i].name);
		break;
	case NUMALENS_METRIC_LABEL_CAUSE:
		numalens_label_add(&all, "cause", numalens_event_causes.names[i].name);
		break;
	}
	return all;
}

static char *process_labels(const struct numalens_fleet_process *process)
{
	char *labels = numalens_strdup("");

	if (process->pid)
		numalens_label_add_id(&labels, "pid", process->pid);
	else
		numalens_label_add(&labels, "pid", "other");
	numalens_label_add(&labels, "comm", process->comm);
	return labels;
}

static void values_add(struct numalens_metrics *metrics,
		       const struct numalens_fleet_process *process)
{
	char *labels = process_labels(process), *all;
	size_t id, i;

	for (id = 0; id < NUMALENS_NR_METRICS; id++) {
		enum numalens_metric_label label = numalens_metric_get(id)->label;

		if (!process->values[id])
			continue;
		for (i = 0; i < numalens_fleet_values(process, label); i++) {
			all = value_labels(process, labels, label, i);
			numalens_metrics_add(metrics, id, all, process->values[id][i]);
			free(all);
		}
	}
	free(labels);
}

static void process_add(struct numalens_metrics *metrics,
			const struct numalens_fleet_process *process)
{
	char *labels = process_labels(process);

	numalens_label_add(&labels, "guest", process->guest);
	numalens_label_add(&labels, "policy", process->policy);
	numalens_metrics_add(metrics, NUMALENS_METRIC_PROCESS_INFO, labels, 1);
	free(labels);
	values_add(metrics, process);
}

/**
 * numalens_scrape_fleet() - add what is known of the watched processes
 * @metrics: export
 * @fleet: processes
 * @max: how many of them are exported each by itself
 */
void numalens_scrape_fleet(struct numalens_metrics *metrics, const struct numalens_fleet *fleet,
			   size_t max)
{
	size_t nr = fleet->nr < max ? fleet->nr : max, i;
	struct numalens_fleet_process others;

	numalens_metrics_add(metrics, NUMALENS_METRIC_OTHERS, "", fleet->nr - nr);
	numalens_metrics_add(metrics, NUMALENS_METRIC_READ_ERRORS, "", fleet->read_errors);
	numalens_metrics_add(metrics, NUMALENS_METRIC_SCAN_ERRORS, "", fleet->scan_errors);
	for (i = 0; i < nr; i++)
		process_add(metrics, &fleet->processes[i]);
	if (nr == fleet->nr)
		return;
	numalens_fleet_sum(fleet, nr, &others);
	values_add(metrics, &others);
	numalens_fleet_process_free(&others);
}
