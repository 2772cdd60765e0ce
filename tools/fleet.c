// SPDX-License-Identifier: GPL-2.0
/*
 * The watched processes, as numbers for a monitoring system.
 *
 * Which come first must not change from one export to the next without a
 * reason, since each series that ends and begins again costs the monitoring
 * system: the resident memory of a guest hardly changes, its remote pages do.
 */
#include "fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "error.h"
#include "event.h"
#include "file.h"
#include "matrix.h"
#include "qemu.h"
#include "reader.h"
#include "tiers.h"

#define PROCESS	NUMALENS_SCOPE_PROCESS

/**
 * numalens_fleet_values() - how many values a metric has of a process
 * @process: process
 * @label: the metric's last label
 *
 * Return: their count.
 */
size_t numalens_fleet_values(const struct numalens_fleet_process *process,
			     enum numalens_metric_label label)
{
	const size_t counts[] = {
		[NUMALENS_METRIC_LABEL_NONE] = 1,
		[NUMALENS_METRIC_LABEL_NODE] = process->nr_nodes,
		[NUMALENS_METRIC_LABEL_LOCALITY] = 2,
		[NUMALENS_METRIC_LABEL_SAMPLE] = numalens_tiers_get()->slow.nr ? 3 : 2,
		[NUMALENS_METRIC_LABEL_REASON] = numalens_event_reasons.nr,
		[NUMALENS_METRIC_LABEL_CAUSE] = numalens_event_causes.nr,
	};

	return counts[label];
}

static uint64_t *values_alloc(struct numalens_fleet_process *process, enum numalens_metric_id id)
{
	size_t nr = numalens_fleet_values(process, numalens_metric_get(id)->label);

	process->values[id] = numalens_alloc(nr, sizeof(**process->values));
	return process->values[id];
}

static void value_set(struct numalens_fleet_process *process, enum numalens_metric_id id,
		      uint64_t value)
{
	values_alloc(process, id)[0] = value;
}

static void nodes_read(struct numalens_fleet_process *process, const struct numalens_snapshot *s,
		       enum numalens_metric_id id, enum numalens_total total, uint64_t unit)
{
	uint64_t *values = values_alloc(process, id);
	size_t node;

	for (node = 0; node < process->nr_nodes; node++)
		values[node] = numalens_snapshot_total(s, total, node) * unit;
}

static void names_read(struct numalens_fleet_process *process, const struct numalens_snapshot *s,
		       enum numalens_metric_id id, const struct numalens_event_names *names,
		       uint64_t unit)
{
	uint64_t *values = values_alloc(process, id);
	size_t i;

	for (i = 0; i < names->nr; i++)
		values[i] = unit * numalens_matrix_sum_of(s, PROCESS, 0,
							  NUMALENS_EVENT(names->names[i].event));
}

static void localities_read(struct numalens_fleet_process *process,
			    const struct numalens_snapshot *s)
{
	uint64_t *values = values_alloc(process, NUMALENS_METRIC_TOUCHED);
	struct numalens_matrix matrix;

	numalens_matrix_read(&matrix, s, PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	values[0] = numalens_matrix_local(&matrix) * s->header.page_size;
	values[1] = numalens_matrix_sum(&matrix) * s->header.page_size - values[0];
	numalens_matrix_free(&matrix);
}

/* In whatever mode balancing is: a counter must not fall when that changes. */
static void samples_read(struct numalens_fleet_process *process,
			 const struct numalens_snapshot *s)
{
	uint64_t *values = values_alloc(process, NUMALENS_METRIC_HINT_FAULTS);
	struct numalens_matrix matrix;
	size_t node;

	numalens_matrix_read(&matrix, s, PROCESS, 0, NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	for (node = 0; node < matrix.nr; node++) {
		uint64_t sum = numalens_matrix_column(&matrix, node);
		uint64_t local = numalens_matrix_get(&matrix, node, node);

		if (numalens_tiers_is_slow(process->nids[node])) {
			values[2] += sum;
			continue;
		}
		values[0] += local;
		values[1] += sum - local;
	}
	numalens_matrix_free(&matrix);
}

/* CLOCK_MONOTONIC says nothing to another machine, and of a captured tree nothing here. */
static void timestamp_set(struct numalens_fleet_process *process, uint64_t snapshot_ns)
{
	struct timespec mono, real;
	uint64_t age_ms, now_ms;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	now_ms = real.tv_sec * 1000ULL + real.tv_nsec / 1000000;
	age_ms = mono.tv_sec * 1000ULL + mono.tv_nsec / 1000000 - snapshot_ns / 1000000;
	if (numalens_file_is_live() && age_ms <= now_ms)
		value_set(process, NUMALENS_METRIC_TIMESTAMP, now_ms - age_ms);
}

static void now_read(struct numalens_fleet_process *process, const struct numalens_snapshot *s)
{
	const struct numalens_snapshot_header *h = &s->header;

	timestamp_set(process, h->snapshot_ns);
	nodes_read(process, s, NUMALENS_METRIC_RESIDENT, NUMALENS_TOTAL_PAGES, h->page_size);
	nodes_read(process, s, NUMALENS_METRIC_THREADS, NUMALENS_TOTAL_THREADS, 1);
	value_set(process, NUMALENS_METRIC_REMOTE, h->remote_pages * h->page_size);
	value_set(process, NUMALENS_METRIC_SWAP, h->swap * h->page_size);
	process->resident = numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES) * h->page_size;
	/* A mean of nothing is none. */
	if (process->resident)
		value_set(process, NUMALENS_METRIC_DISTANCE, h->mean_distance);
}

static void counters_read(struct numalens_fleet_process *process, const struct numalens_snapshot *s)
{
	uint64_t page_size = s->header.page_size;

	nodes_read(process, s, NUMALENS_METRIC_CPU, NUMALENS_TOTAL_TIME_NS, 1);
	if (!numalens_event_counted(s))
		return;
	localities_read(process, s);
	samples_read(process, s);
	names_read(process, s, NUMALENS_METRIC_MIGRATED, &numalens_event_reasons, page_size);
	value_set(process, NUMALENS_METRIC_FAILED, page_size *
		  numalens_matrix_sum_of(s, PROCESS, 0, NUMALENS_EVENTS_FAILED));
	names_read(process, s, NUMALENS_METRIC_MOVES, &numalens_event_causes, 1);
}

/* What has exited may have left its number to another. */
static void guest_read(struct numalens_fleet_process *process)
{
	struct numalens_qemu qemu = { 0 };

	if (process->running)
		numalens_qemu_read(&qemu, process->pid);
	process->guest = numalens_strdup(qemu.name ? qemu.name : "");
	numalens_qemu_free(&qemu);
}

static void process_set(struct numalens_fleet_process *process, unsigned int pid,
			const struct numalens_snapshot *s, bool running)
{
	process->pid = pid;
	process->comm = numalens_strdup(s->comm);
	process->policy = numalens_strdup(numalens_snapshot_string(s, s->header.policy));
	process->running = running;
	process->nids = numalens_snapshot_nids(s);
	process->nr_nodes = s->header.nr_nodes;
	value_set(process, NUMALENS_METRIC_RUNNING, running);
	guest_read(process);
	if (running)
		now_read(process, s);
	counters_read(process, s);
}

/* Its last snapshot is what there is if it can't be scanned. */
static int scan_now(struct numalens_fleet *fleet, const struct numalens_dir *dir)
{
	int err = -numalens_dir_write(dir, "scan", "1");

	if (!err || err == ESRCH || err == ENOENT || err == ENODEV)
		return NUMALENS_OK;
	if (err == EACCES || err == EPERM)
		return numalens_error_file(dir, "scan", "write", err);
	fleet->scan_errors++;
	numalens_note("%s can't be scanned now (%s): exporting its last snapshot", dir->path,
		      strerror(err));
	return NUMALENS_OK;
}

static int process_read(struct numalens_fleet *fleet, unsigned int pid, bool scan)
{
	struct numalens_fleet_process process = { 0 };
	struct numalens_snapshot snapshot = { 0 };
	const char *why, *bad = "snapshot";
	struct numalens_dir dir;
	char *state = NULL;
	int err, ret;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	ret = scan ? scan_now(fleet, &dir) : NUMALENS_OK;
	if (ret)
		return ret;
	err = -numalens_snapshot_read(&snapshot, &dir, &why);
	if (!err) {
		bad = "state";
		err = -numalens_dir_read(&dir, bad, &state);
	}
	if (!err) {
		process_set(&process, pid, &snapshot, strcmp(state, "exited"));
		fleet->processes[fleet->nr++] = process;
	} else if ((err == ENOENT || err == ENODEV) && !numalens_reader_is_watched(pid)) {
		/* Unwatched by somebody else between ls and read. */
	} else {
		fleet->read_errors++;
		ret = err == EBADMSG ?
		      numalens_error(NUMALENS_FAILED, "%s/snapshot can't be used: %s", dir.path,
				     why) :
		      numalens_error_file(&dir, bad, "read", err);
	}
	free(state);
	numalens_snapshot_free(&snapshot);
	return ret;
}

static int by_size(const void *a, const void *b)
{
	const struct numalens_fleet_process *x = a, *y = b;

	if (x->running != y->running)
		return y->running - x->running;
	if (x->resident != y->resident)
		return x->resident < y->resident ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/**
 * numalens_fleet_read() - read all watched processes
 * @fleet: gets them; numalens_fleet_free() it, whatever is returned
 * @scan: have each scanned first
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed: that of the
 *	first that failed; unless it is NUMALENS_NO_PERMISSION, all others are read.
 */
int numalens_fleet_read(struct numalens_fleet *fleet, bool scan)
{
	unsigned int *pids;
	size_t nr, i;
	int ret;

	memset(fleet, 0, sizeof(*fleet));
	ret = numalens_reader_pids(&pids, &nr);
	if (ret)
		return ret;
	fleet->processes = numalens_alloc(nr, sizeof(*fleet->processes));
	for (i = 0; i < nr && ret != NUMALENS_NO_PERMISSION; i++) {
		int code = process_read(fleet, pids[i], scan);

		ret = ret && code != NUMALENS_NO_PERMISSION ? ret : code;
	}
	free(pids);
	qsort(fleet->processes, fleet->nr, sizeof(*fleet->processes), by_size);
	return ret;
}

/**
 * numalens_fleet_process_free() - end a process
 * @process: process
 */
void numalens_fleet_process_free(struct numalens_fleet_process *process)
{
	size_t id;

	free(process->comm);
	free(process->guest);
	free(process->policy);
	free(process->nids);
	for (id = 0; id < NUMALENS_NR_METRICS; id++)
		free(process->values[id]);
}

/**
 * numalens_fleet_free() - end what numalens_fleet_read() gave
 * @fleet: processes
 */
void numalens_fleet_free(struct numalens_fleet *fleet)
{
	size_t i;

	for (i = 0; i < fleet->nr; i++)
		numalens_fleet_process_free(&fleet->processes[i]);
	free(fleet->processes);
}

/* Index of a node in the sum; one that it has not yet is added. */
static size_t node_in(struct numalens_fleet_process *sum, uint32_t nid)
{
	size_t i, id;

	for (i = 0; i < sum->nr_nodes; i++)
		if (sum->nids[i] == nid)
			return i;
	sum->nids = numalens_realloc(sum->nids, i + 1, sizeof(*sum->nids));
	sum->nids[i] = nid;
	sum->nr_nodes++;
	for (id = 0; id < NUMALENS_NR_METRICS; id++) {
		if (!sum->values[id] ||
		    numalens_metric_get(id)->label != NUMALENS_METRIC_LABEL_NODE)
			continue;
		sum->values[id] = numalens_realloc(sum->values[id], i + 1, sizeof(uint64_t));
		sum->values[id][i] = 0;
	}
	return i;
}

static void sum_add(struct numalens_fleet_process *sum,
		    const struct numalens_fleet_process *process, enum numalens_metric_id id)
{
	enum numalens_metric_label label = numalens_metric_get(id)->label;
	size_t i, at;

	if (!process->values[id])
		return;
	for (i = 0; i < numalens_fleet_values(process, label); i++) {
		at = label == NUMALENS_METRIC_LABEL_NODE ? node_in(sum, process->nids[i]) : i;
		sum->values[id][at] += process->values[id][i];
	}
}

/**
 * numalens_fleet_sum() - make one of many processes
 * @fleet: processes
 * @first: the first of them, behind which all others are summed up
 * @sum: gets what has a sum; numalens_fleet_process_free() it
 *
 * Counters have none: as processes come and go their sum would fall, which
 * Prometheus takes for a new beginning, and all of it for an increase.
 */
void numalens_fleet_sum(const struct numalens_fleet *fleet, size_t first,
			struct numalens_fleet_process *sum)
{
	size_t i, id;

	memset(sum, 0, sizeof(*sum));
	sum->comm = numalens_strdup("other");
	for (id = 0; id < NUMALENS_NR_METRICS; id++) {
		if (!numalens_metric_get(id)->summed)
			continue;
		values_alloc(sum, id);
		for (i = first; i < fleet->nr; i++)
			sum_add(sum, &fleet->processes[i], id);
	}
}
