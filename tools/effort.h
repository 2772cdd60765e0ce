/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_EFFORT_H
#define NUMALENS_EFFORT_H

#include <stdint.h>

struct numalens_area;
struct numalens_lab;
struct numalens_snapshot;

/**
 * struct numalens_effort - what NUMA balancing did so far, and what that took
 * @ms: when, CLOCK_MONOTONIC
 * @faults: hinting faults in the area
 * @remote: of these, those on pages of another node than the CPU's
 * @moved: base pages of the area that it moved
 * @scans: how often it has gone through the address space
 * @marked: entries of page tables that it changed to provoke faults, of all processes
 * @kernel_ms: CPU time that the process spent in the kernel
 */
struct numalens_effort {
	uint64_t ms;
	uint64_t faults;
	uint64_t remote;
	uint64_t moved;
	uint64_t scans;
	uint64_t marked;
	uint64_t kernel_ms;
};

void numalens_effort_read(struct numalens_effort *effort, const struct numalens_area *area,
			  const struct numalens_snapshot *snapshot);
void numalens_effort_since(struct numalens_effort *effort, const struct numalens_effort *before);
void numalens_effort_head(struct numalens_lab *lab);
void numalens_effort_row(struct numalens_lab *lab, const char *what,
			 const struct numalens_effort *effort);

#endif /* NUMALENS_EFFORT_H */
