/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FLEET_H
#define NUMALENS_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metric.h"

/**
 * struct numalens_fleet_process - what is exported of a watched process
 * @pid: its pid, 0 for many together
 * @comm: its name
 * @guest: name of QEMU's guest, "" if it is none or has none
 * @policy: its memory policy
 * @running: it has not exited
 * @resident: bytes on all nodes, 0 if it has exited
 * @nids: ids of the nodes
 * @nr_nodes: their count
 * @values: of each metric, one for each value of its last label; NULL if there are none
 */
struct numalens_fleet_process {
	unsigned int pid;
	char *comm;
	char *guest;
	char *policy;
	bool running;
	uint64_t resident;
	uint32_t *nids;
	size_t nr_nodes;
	uint64_t *values[NUMALENS_NR_METRICS];
};

/**
 * struct numalens_fleet - the watched processes
 * @processes: those that could be read, those with most resident memory first
 * @nr: their count
 * @read_errors: how many could not
 * @scan_errors: how many could not be scanned
 */
struct numalens_fleet {
	struct numalens_fleet_process *processes;
	size_t nr;
	size_t read_errors;
	size_t scan_errors;
};

int numalens_fleet_read(struct numalens_fleet *fleet, bool scan);
void numalens_fleet_free(struct numalens_fleet *fleet);
size_t numalens_fleet_values(const struct numalens_fleet_process *process,
			     enum numalens_metric_label label);
void numalens_fleet_sum(const struct numalens_fleet *fleet, size_t first,
			struct numalens_fleet_process *sum);
void numalens_fleet_process_free(struct numalens_fleet_process *process);

#endif /* NUMALENS_FLEET_H */
