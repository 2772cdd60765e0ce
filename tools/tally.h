/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TALLY_H
#define NUMALENS_TALLY_H

#include <stdbool.h>
#include <stdint.h>

struct numalens_domain;
struct numalens_domains;
struct numalens_lab;

/**
 * enum numalens_counter - what the scheduler counts of its balancing, in a domain
 * @NUMALENS_COUNTER_NEWIDLE: a CPU about to idle looked for a task to pull
 * @NUMALENS_COUNTER_NEWIDLE_PULLED: tasks pulled then
 * @NUMALENS_COUNTER_PERIODIC: balancing at its time, of a CPU idle or busy
 * @NUMALENS_COUNTER_PERIODIC_PULLED: tasks pulled then
 * @NUMALENS_COUNTER_PUSHED: running tasks pushed to another CPU
 * @NUMALENS_COUNTER_WAKE_REMOTE: wakeups of tasks on another CPU
 * @NUMALENS_COUNTER_WAKE_AFFINE: tasks brought to the CPU that woke them, or near it
 * @NUMALENS_NR_COUNTERS: their count
 */
enum numalens_counter {
	NUMALENS_COUNTER_NEWIDLE,
	NUMALENS_COUNTER_NEWIDLE_PULLED,
	NUMALENS_COUNTER_PERIODIC,
	NUMALENS_COUNTER_PERIODIC_PULLED,
	NUMALENS_COUNTER_PUSHED,
	NUMALENS_COUNTER_WAKE_REMOTE,
	NUMALENS_COUNTER_WAKE_AFFINE,
	NUMALENS_NR_COUNTERS,
};

/**
 * struct numalens_tally - counters of all CPUs' domains
 * @inside: of domains inside a node
 * @across: of those across nodes
 */
struct numalens_tally {
	uint64_t inside[NUMALENS_NR_COUNTERS];
	uint64_t across[NUMALENS_NR_COUNTERS];
};

bool numalens_tally_has_flag(const struct numalens_domain *domain, const char *flag);
int numalens_tally_read(struct numalens_tally *tally, const struct numalens_domains *domains);
void numalens_tally_since(struct numalens_tally *tally, const struct numalens_tally *before);
void numalens_tally_show(struct numalens_lab *lab, const struct numalens_tally *tally);

#endif /* NUMALENS_TALLY_H */
