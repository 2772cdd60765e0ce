// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to a process per second: the difference of two snapshots, and as
 * long as there is one only, the mean since events are counted.
 */
#include "top_rate.h"

#include "event.h"
#include "matrix.h"
#include "tiers.h"
#include "top.h"

/* A mean over less says nothing. */
#define MIN_NS		100000000ULL

/* Do both count from the same moment, and does something lie between them? */
static bool is_span(const struct numalens_snapshot *before, const struct numalens_snapshot *now)
{
	return before->data && before->header.nr_nodes == now->header.nr_nodes &&
	       before->header.events_ns == now->header.events_ns &&
	       before->header.snapshot_ns < now->header.snapshot_ns;
}

/* A counter that became less began anew: then all of it is new. */
static void subtract(struct numalens_matrix *counts, const struct numalens_snapshot *before,
		     uint64_t events)
{
	struct numalens_matrix old;
	size_t i;

	numalens_matrix_read(&old, before, NUMALENS_SCOPE_PROCESS, 0, events);
	for (i = 0; i < counts->nr * counts->nr; i++)
		if (counts->counts[i] >= old.counts[i])
			counts->counts[i] -= old.counts[i];
	numalens_matrix_free(&old);
}

/**
 * numalens_top_rate_matrix() - count events of the last span
 * @process: process, with a snapshot
 * @events: NUMALENS_EVENT() of each that is to be counted
 * @counts: gets them, or zeros; numalens_matrix_free() it
 * @seconds: gets how long that span is
 *
 * Return: false if they are not known.
 */
bool numalens_top_rate_matrix(const struct numalens_top_process *process, uint64_t events,
			      struct numalens_matrix *counts, double *seconds)
{
	const struct numalens_snapshot *now = &process->now, *before = &process->before;
	uint64_t from = now->header.events_ns;
	bool span = is_span(before, now);

	numalens_matrix_init(counts, now->header.nr_nodes);
	if (span)
		from = before->header.snapshot_ns;
	if (process->exited || !now->header.events || now->header.snapshot_ns < from + MIN_NS)
		return false;
	numalens_matrix_add(counts, now, NUMALENS_SCOPE_PROCESS, 0, events);
	if (span)
		subtract(counts, before, events);
	*seconds = (now->header.snapshot_ns - from) / 1e9;
	return true;
}

/**
 * numalens_top_rate() - work out what happens to a process per second
 * @process: process, with a snapshot
 */
void numalens_top_rate(struct numalens_top_process *process)
{
	struct numalens_top_rates *rates = &process->rates;
	struct numalens_matrix counts;
	struct numalens_hints hints;
	double seconds;

	rates->known = numalens_top_rate_matrix(process, NUMALENS_EVENT(NUMALENS_HINT_FAULTS),
						&counts, &seconds);
	if (rates->known) {
		numalens_tiers_hints(&hints, &counts, &process->now);
		rates->local = hints.local / seconds;
		rates->remote = hints.remote / seconds;
	}
	numalens_matrix_free(&counts);
	if (numalens_top_rate_matrix(process, NUMALENS_EVENTS_MIGRATE, &counts, &seconds))
		rates->migrated = numalens_matrix_sum(&counts) / seconds;
	numalens_matrix_free(&counts);
}
