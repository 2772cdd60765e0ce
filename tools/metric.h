/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_METRIC_H
#define NUMALENS_METRIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct numalens_metrics;

/* What is exported, in its order. What each is, says the table in metric.c. */
enum numalens_metric_id {
	NUMALENS_METRIC_UP,
	NUMALENS_METRIC_INFO,
	NUMALENS_METRIC_BALANCING_MODE,
	NUMALENS_METRIC_NODE_DISTANCE,
	NUMALENS_METRIC_NODE_CPUS,
	NUMALENS_METRIC_NODE_MEMORY,
	NUMALENS_METRIC_NODE_FREE,
	NUMALENS_METRIC_WATCHED,
	NUMALENS_METRIC_MISSED,
	NUMALENS_METRIC_OTHERS,
	NUMALENS_METRIC_READ_ERRORS,
	NUMALENS_METRIC_SCAN_ERRORS,
	NUMALENS_METRIC_PROCESS_INFO,
	NUMALENS_METRIC_RUNNING,
	NUMALENS_METRIC_TIMESTAMP,
	NUMALENS_METRIC_RESIDENT,
	NUMALENS_METRIC_REMOTE,
	NUMALENS_METRIC_SWAP,
	NUMALENS_METRIC_DISTANCE,
	NUMALENS_METRIC_THREADS,
	NUMALENS_METRIC_CPU,
	NUMALENS_METRIC_TOUCHED,
	NUMALENS_METRIC_HINT_FAULTS,
	NUMALENS_METRIC_MIGRATED,
	NUMALENS_METRIC_FAILED,
	NUMALENS_METRIC_MOVES,
	NUMALENS_NR_METRICS,
};

/**
 * enum numalens_metric_type - what may be done with the numbers
 * @NUMALENS_METRIC_TYPE_INFO: 1; its labels say it
 * @NUMALENS_METRIC_TYPE_GAUGE: goes up and down
 * @NUMALENS_METRIC_TYPE_COUNTER: only up
 */
enum numalens_metric_type {
	NUMALENS_METRIC_TYPE_INFO,
	NUMALENS_METRIC_TYPE_GAUGE,
	NUMALENS_METRIC_TYPE_COUNTER,
};

/**
 * enum numalens_metric_label - what the last label of a process's metric is
 * @NUMALENS_METRIC_LABEL_NONE: there is none behind pid and comm
 * @NUMALENS_METRIC_LABEL_NODE: a node
 * @NUMALENS_METRIC_LABEL_LOCALITY: local, remote
 * @NUMALENS_METRIC_LABEL_SAMPLE: local, remote, and of machines with slow memory, slow
 * @NUMALENS_METRIC_LABEL_REASON: why pages were migrated
 * @NUMALENS_METRIC_LABEL_CAUSE: why threads changed their node
 */
enum numalens_metric_label {
	NUMALENS_METRIC_LABEL_NONE,
	NUMALENS_METRIC_LABEL_NODE,
	NUMALENS_METRIC_LABEL_LOCALITY,
	NUMALENS_METRIC_LABEL_SAMPLE,
	NUMALENS_METRIC_LABEL_REASON,
	NUMALENS_METRIC_LABEL_CAUSE,
};

/**
 * enum numalens_metric_format - how it is written
 * @NUMALENS_METRIC_OPENMETRICS: OpenMetrics 1.0
 * @NUMALENS_METRIC_PROMETHEUS: Prometheus' older text format, which node_exporter's
 *	textfile collector takes: no info, no units, a counter's name with its end
 */
enum numalens_metric_format {
	NUMALENS_METRIC_OPENMETRICS,
	NUMALENS_METRIC_PROMETHEUS,
};

/**
 * struct numalens_metric - a metric
 * @name: of its family: without _info and _total
 * @type: its type
 * @unit: with which @name ends, or NULL
 * @labels: names of its labels, ", " between them; "" if it has none
 * @help: what it is
 * @label: of a process's: the last of them
 * @decimals: digits of the number behind the point
 * @summed: of a process's: has a sum for the processes that are not exported each
 */
struct numalens_metric {
	const char *name;
	enum numalens_metric_type type;
	const char *unit;
	const char *labels;
	const char *help;
	enum numalens_metric_label label;
	unsigned int decimals;
	bool summed;
};

const struct numalens_metric *numalens_metric_get(enum numalens_metric_id id);
void numalens_metric_help(void);
struct numalens_metrics *numalens_metrics_alloc(void);
void numalens_metrics_free(struct numalens_metrics *metrics);
void numalens_metrics_add(struct numalens_metrics *metrics, enum numalens_metric_id id,
			  const char *labels, uint64_t value);
void numalens_metrics_print(struct numalens_metrics *metrics, FILE *out,
			    enum numalens_metric_format format);

#endif /* NUMALENS_METRIC_H */
