// SPDX-License-Identifier: GPL-2.0
/*
 * Metrics: one table drives what export writes, its help, and, by a test, its
 * manual page.
 *
 * No metric is of a VMA or of a thread, and none has two nodes but the
 * distances: how many there are depends on processes and nodes alone.
 */
#include "metric.h"

#include <inttypes.h>
#include <stdlib.h>

#include "alloc.h"
#include "error.h"
#include "output.h"

#define INFO	.type = NUMALENS_METRIC_TYPE_INFO
#define GAUGE	.type = NUMALENS_METRIC_TYPE_GAUGE
#define COUNTER	.type = NUMALENS_METRIC_TYPE_COUNTER
#define PROCESS	.labels = "pid, comm"
#define NODE	.labels = "pid, comm, node", .label = NUMALENS_METRIC_LABEL_NODE
#define LOCALITY .labels = "pid, comm, locality", .label = NUMALENS_METRIC_LABEL_LOCALITY
#define SAMPLE	.labels = "pid, comm, locality", .label = NUMALENS_METRIC_LABEL_SAMPLE
#define REASON	.labels = "pid, comm, reason", .label = NUMALENS_METRIC_LABEL_REASON
#define CAUSE	.labels = "pid, comm, cause", .label = NUMALENS_METRIC_LABEL_CAUSE

static const struct numalens_metric table[NUMALENS_NR_METRICS] = {
	[NUMALENS_METRIC_UP] = {
		"numalens_up", GAUGE, .labels = "",
		.help = "1 if the module is loaded and speaks to this tool, else 0." },
	[NUMALENS_METRIC_INFO] = {
		"numalens", INFO, .labels = "version, abi_version, kernel",
		.help = "The tool's version, that of the module's interface, the kernel's "
			"release." },
	[NUMALENS_METRIC_BALANCING_MODE] = {
		"numalens_numa_balancing_mode", GAUGE, .labels = "",
		.help = "kernel.numa_balancing: 0 off, 1 on, 2 between memory tiers, 3 both." },
	[NUMALENS_METRIC_NODE_DISTANCE] = {
		"numalens_node_distance", GAUGE, .labels = "node, to",
		.help = "Distance from node to node as the firmware states it, 10 is local." },
	[NUMALENS_METRIC_NODE_CPUS] = {
		"numalens_node_cpus", GAUGE, .labels = "node",
		.help = "CPUs of the node that are online." },
	[NUMALENS_METRIC_NODE_MEMORY] = {
		"numalens_node_memory_bytes", GAUGE, "bytes", .labels = "node",
		.help = "Memory of the node." },
	[NUMALENS_METRIC_NODE_FREE] = {
		"numalens_node_free_bytes", GAUGE, "bytes", .labels = "node",
		.help = "Memory of the node that is free." },
	[NUMALENS_METRIC_WATCHED] = {
		"numalens_watched_processes", GAUGE, .labels = "",
		.help = "Processes that are watched, those that have exited included." },
	[NUMALENS_METRIC_MISSED] = {
		"numalens_missed_processes", COUNTER, .labels = "",
		.help = "Children that follow_forks should have watched, and could not." },
	[NUMALENS_METRIC_OTHERS] = {
		"numalens_other_processes", GAUGE, .labels = "",
		.help = "Processes beyond --max-processes: their sums have the pid other." },
	[NUMALENS_METRIC_READ_ERRORS] = {
		"numalens_read_errors", GAUGE, .labels = "",
		.help = "Watched processes that could not be read for this export." },
	[NUMALENS_METRIC_SCAN_ERRORS] = {
		"numalens_scan_errors", GAUGE, .labels = "",
		.help = "Processes that --scan could not scan: an older snapshot is exported." },
	[NUMALENS_METRIC_PROCESS_INFO] = {
		"numalens_process", INFO, .labels = "pid, comm, guest, policy",
		.help = "Name of QEMU's guest, if it is one, and the process's memory policy." },
	[NUMALENS_METRIC_RUNNING] = {
		"numalens_process_running", GAUGE, PROCESS,
		.help = "1 if the process runs, 0 if it has exited and is still watched." },
	[NUMALENS_METRIC_TIMESTAMP] = {
		"numalens_process_snapshot_timestamp_seconds", GAUGE, "seconds", PROCESS,
		.decimals = 3,
		.help = "When the process was scanned, Unix time: all that is told of it is of "
			"then." },
	[NUMALENS_METRIC_RESIDENT] = {
		"numalens_process_resident_bytes", GAUGE, "bytes", NODE,
		.summed = true,
		.help = "Resident memory on the node." },
	[NUMALENS_METRIC_REMOTE] = {
		"numalens_process_remote_bytes", GAUGE, "bytes", PROCESS,
		.summed = true,
		.help = "Of the resident memory of all nodes, what is remote from the CPUs that "
			"the process used." },
	[NUMALENS_METRIC_SWAP] = {
		"numalens_process_swap_bytes", GAUGE, "bytes", PROCESS,
		.summed = true,
		.help = "Memory that is swapped out." },
	[NUMALENS_METRIC_DISTANCE] = {
		"numalens_process_mean_distance", GAUGE, PROCESS, .decimals = 2,
		.help = "Mean distance from the process's CPUs to its memory, 10 is all local." },
	[NUMALENS_METRIC_THREADS] = {
		"numalens_process_threads", GAUGE, NODE, .summed = true,
		.help = "Threads whose last CPU is on the node." },
	[NUMALENS_METRIC_CPU] = {
		"numalens_process_cpu_seconds", COUNTER, "seconds", NODE, .decimals = 9,
		.help = "CPU time on the node since the watch." },
	[NUMALENS_METRIC_TOUCHED] = {
		"numalens_process_first_touch_bytes", COUNTER, "bytes", LOCALITY,
		.help = "Memory that page faults made resident on the node of the CPU, or on "
			"another." },
	[NUMALENS_METRIC_HINT_FAULTS] = {
		"numalens_process_hint_faults", COUNTER, SAMPLE,
		.help = "NUMA hinting faults: samples of the use of memory, local, remote, or of a "
			"slow tier." },
	[NUMALENS_METRIC_MIGRATED] = {
		"numalens_process_migrated_bytes", COUNTER, "bytes", REASON,
		.help = "Memory that was migrated from node to node, by the kernel's reason." },
	[NUMALENS_METRIC_FAILED] = {
		"numalens_process_migration_failed_bytes", COUNTER, "bytes", PROCESS,
		.help = "Memory that should have been migrated, and could not." },
	[NUMALENS_METRIC_MOVES] = {
		"numalens_process_thread_moves", COUNTER, CAUSE,
		.help = "How often threads changed their node, by cause." },
};

#undef INFO
#undef GAUGE
#undef COUNTER
#undef PROCESS
#undef NODE
#undef LOCALITY
#undef SAMPLE
#undef REASON
#undef CAUSE

/* How a type is called, and what the name of its samples ends with. */
static const struct {
	const char *name;
	const char *end;
	const char *plain;	/* in Prometheus' older format */
} types[] = {
	[NUMALENS_METRIC_TYPE_INFO]	= { "info", "_info", "gauge" },
	[NUMALENS_METRIC_TYPE_GAUGE]	= { "gauge", "", "gauge" },
	[NUMALENS_METRIC_TYPE_COUNTER]	= { "counter", "_total", "counter" },
};

/* The samples of each metric, in lines. */
struct numalens_metrics {
	struct {
		FILE *stream;
		char *text;
		size_t len;
	} families[NUMALENS_NR_METRICS];
};

/**
 * numalens_metric_get() - what a metric is
 * @id: which
 *
 * Return: the metric.
 */
const struct numalens_metric *numalens_metric_get(enum numalens_metric_id id)
{
	return &table[id];
}

/**
 * numalens_metric_help() - print which there are
 */
void numalens_metric_help(void)
{
	size_t i;

	puts("\nmetrics:");
	for (i = 0; i < NUMALENS_NR_METRICS; i++) {
		const struct numalens_metric *m = &table[i];

		printf("  %s%s%s%s%s\n", m->name, types[m->type].end, *m->labels ? "{" : "",
		       m->labels, *m->labels ? "}" : "");
		numalens_output_wrap("", 20, m->help);
	}
}

/**
 * numalens_metrics_alloc() - start an export
 *
 * Return: an export without samples.
 */
struct numalens_metrics *numalens_metrics_alloc(void)
{
	struct numalens_metrics *metrics = numalens_alloc(1, sizeof(*metrics));
	size_t i;

	for (i = 0; i < NUMALENS_NR_METRICS; i++) {
		metrics->families[i].stream = open_memstream(&metrics->families[i].text,
							     &metrics->families[i].len);
		if (!metrics->families[i].stream)
			exit(numalens_error(NUMALENS_FAILED, "out of memory"));
	}
	return metrics;
}

/**
 * numalens_metrics_free() - end an export
 * @metrics: export
 */
void numalens_metrics_free(struct numalens_metrics *metrics)
{
	size_t i;

	for (i = 0; i < NUMALENS_NR_METRICS; i++) {
		fclose(metrics->families[i].stream);
		free(metrics->families[i].text);
	}
	free(metrics);
}

/**
 * numalens_metrics_add() - add a sample
 * @metrics: export
 * @id: of which metric
 * @labels: what numalens_label_add() made, or ""
 * @value: the number, without a point: the metric says how many decimals it has
 */
void numalens_metrics_add(struct numalens_metrics *metrics, enum numalens_metric_id id,
			  const char *labels, uint64_t value)
{
	const struct numalens_metric *m = &table[id];
	FILE *out = metrics->families[id].stream;
	uint64_t unit = 1;
	unsigned int i;

	for (i = 0; i < m->decimals; i++)
		unit *= 10;
	fprintf(out, "%s%s%s%s%s %" PRIu64, m->name, types[m->type].end, *labels ? "{" : "",
		labels, *labels ? "}" : "", value / unit);
	if (value % unit)
		fprintf(out, ".%0*" PRIu64, (int)m->decimals, value % unit);
	fputc('\n', out);
}

/* What stands before the samples of a metric. */
static void head_print(const struct numalens_metric *m, FILE *out,
		       enum numalens_metric_format format)
{
	if (format == NUMALENS_METRIC_PROMETHEUS) {
		const char *end = types[m->type].end;

		fprintf(out, "# HELP %s%s %s\n# TYPE %s%s %s\n", m->name, end, m->help, m->name,
			end, types[m->type].plain);
		return;
	}
	fprintf(out, "# TYPE %s %s\n", m->name, types[m->type].name);
	if (m->unit)
		fprintf(out, "# UNIT %s %s\n", m->name, m->unit);
	fprintf(out, "# HELP %s %s\n", m->name, m->help);
}

/**
 * numalens_metrics_print() - write an export
 * @metrics: export
 * @out: where to
 * @format: how
 */
void numalens_metrics_print(struct numalens_metrics *metrics, FILE *out,
			    enum numalens_metric_format format)
{
	size_t i;

	for (i = 0; i < NUMALENS_NR_METRICS; i++) {
		fflush(metrics->families[i].stream);
		if (!metrics->families[i].len)
			continue;
		head_print(&table[i], out, format);
		fputs(metrics->families[i].text, out);
	}
	if (format == NUMALENS_METRIC_OPENMETRICS)
		fputs("# EOF\n", out);
}
