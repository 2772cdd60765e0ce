// SPDX-License-Identifier: GPL-2.0
#include "contest.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "bench_out.h"
#include "layout.h"
#include "lens.h"
#include "plugin.h"
#include "rivals.h"
#include "spread.h"
#include "text.h"

#define ROUNDS		9
#define WALK		NR_RIVALS
#define NR_ROWS		(NR_RIVALS + 1)

/**
 * struct results - of one layout; a row for each rival, and one for the walk
 * @cost: milliseconds, or millions of instructions
 * @over: how many times as much as the scan of the same round
 * @nr: rounds, 0 where it can't be asked
 * @hold_us: the longest time in which numalens held mmap_lock
 */
struct results {
	double cost[NR_ROWS][ROUNDS], over[NR_ROWS][ROUNDS];
	size_t nr[NR_ROWS];
	double hold_us;
};

static bool counting;

static const char *unit(void)
{
	return counting ? "Minsns" : "ms";
}

static const char *row_name(size_t row)
{
	return row == WALK ? "walk" : rivals[row].name;
}

static double count(const struct rival *rival, const struct subject *subject)
{
	bool done;

	marker_say(MARKER_BEGIN);
	done = rival->ask(subject);
	marker_say(MARKER_END);
	return done ? plugin_insns() / 1e6 : 0;
}

/* Return: what it costs, or 0 if it can't be done. */
static double take(const struct rival *rival, const struct subject *subject)
{
	double cost = 0;
	uint64_t begin;

	if (rival->here && !rival->here())
		return 0;
	begin = now_ns();
	if (counting)
		cost = count(rival, subject);
	else if (rival->ask(subject))
		cost = (now_ns() - begin) / 1e6;
	if (rival->undo)
		rival->undo(subject);
	return cost;
}

static void put(struct results *results, size_t row, double cost, double scan)
{
	size_t nr = results->nr[row];

	if (!cost || !scan)
		return;
	results->cost[row][nr] = cost;
	results->over[row][nr] = cost / scan;
	results->nr[row]++;
}

static void take_round(struct results *results, const struct subject *subject)
{
	double scan = take(&rivals[0], subject);
	double hold = lens_value(subject->pid, "lock_hold_max_ns") / 1e3;
	size_t row;

	if (hold > results->hold_us)
		results->hold_us = hold;
	put(results, 0, scan, scan);
	if (!counting)
		put(results, WALK, lens_value(subject->pid, "walk_ns") / 1e6, scan);
	for (row = 1; row < NR_RIVALS; row++)
		put(results, row, take(&rivals[row], subject), scan);
}

static void print(const char *bench, const struct layout *layout, struct results *results)
{
	size_t row;

	for (row = 0; row < NR_ROWS; row++) {
		struct spread cost = spread_of(results->cost[row], results->nr[row]);
		struct spread over = spread_of(results->over[row], results->nr[row]);
		char metric[64];

		if (!results->nr[row])
			continue;
		printf("%-24s %-13s %9.3f (%9.3f to %9.3f)", row ? "" : layout->name,
		       row_name(row), cost.median, cost.low, cost.high);
		snprintf(metric, sizeof(metric), "%s %s", row_name(row), unit());
		spread_put(bench, layout->name, metric, cost);
		if (row) {
			printf(" %8.2f (%.2f to %.2f)", over.median, over.low, over.high);
			snprintf(metric, sizeof(metric), "%s/scan", row_name(row));
			spread_put(bench, layout->name, metric, over);
		}
		printf("\n");
	}
	fflush(stdout);
	if (counting)
		return;
	printf("%-24s %-13s %9.3f\n", "", "longest hold", results->hold_us / 1e3);
	bench_put(bench, layout->name, "longest hold us", results->hold_us, results->hold_us,
		  results->hold_us);
}

void contest_head(void)
{
	size_t row;

	printf("Medians of %d interleaved rounds, and quartiles.\n", ROUNDS);
	for (row = 0; row < NR_RIVALS; row++)
		if (rivals[row].here && !rivals[row].here())
			printf("%s is not there, on this kernel or machine.\n", rivals[row].name);
	printf("\n%-24s %-13s %9s %26s %s\n", "", "", unit(), "", "times as much as a scan");
}

/* The markers, and all that is asked for between them, have to be on one CPU. */
bool contest_count(void)
{
	cpu_set_t cpu;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	counting = !plugin_missing("insns") && !sched_setaffinity(0, sizeof(cpu), &cpu);
	if (counting)
		plugin_skip_interrupts();
	return counting;
}

void contest_run(const char *bench, const struct layout *layout)
{
	struct subject subject = { .size = layout->size, .holes = layout->holes };
	struct results results = { 0 };
	size_t row;
	int i, err;

	subject.pid = layout_start(layout, &subject.mem);
	err = subject.pid < 0 ? subject.pid : lens_watch(subject.pid);
	if (err) {
		printf("%-24s not measured: %s\n", layout->name, strerror(-err));
	} else {
		/* Programs come from a disk, once. */
		for (row = 0; row < NR_RIVALS; row++)
			take(&rivals[row], &subject);
		for (i = 0; i < ROUNDS; i++)
			take_round(&results, &subject);
		print(bench, layout, &results);
		lens_unwatch(subject.pid);
	}
	if (subject.pid > 0)
		layout_end(layout, subject.pid);
}
