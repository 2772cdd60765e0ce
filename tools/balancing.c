// SPDX-License-Identifier: GPL-2.0
/*
 * NUMA balancing: what it sampled of a process, what it thinks, what it did.
 */
#include "balancing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "event.h"
#include "file.h"
#include "grid.h"
#include "matrix.h"
#include "migration.h"
#include "output.h"
#include "skip.h"
#include "snapshot.h"
#include "tiers.h"
#include "topology.h"
#include "vma_event.h"

#define LABEL	11

static uint64_t sum_of(const struct numalens_snapshot *s, enum numalens_event event)
{
	return numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENT(event));
}

static uint64_t no_vma(const struct numalens_snapshot *s)
{
	uint64_t sum = sum_of(s, NUMALENS_HINT_FAULTS);
	uint64_t of_vmas = numalens_vma_event_sum(s, NUMALENS_EVENT(NUMALENS_HINT_FAULTS));

	return sum > of_vmas ? sum - of_vmas : 0;
}

static void print(const char *label, char *text)
{
	numalens_output_wrap(label, LABEL + 1, text);
	free(text);
}

static void shares_print(const struct numalens_snapshot *s, const struct numalens_hints *hints)
{
	uint64_t placed = hints->local + hints->remote;
	char *share = numalens_output_bp(numalens_event_bp(hints->remote, placed));
	char *slow = numalens_strdup("");
	char *moved = numalens_output_pages(sum_of(s, NUMALENS_HINT_MIGRATED),
					    s->header.page_size);
	char *failed = numalens_output_pages(sum_of(s, NUMALENS_HINT_FAILED), s->header.page_size);

	if (numalens_tiers_get()->promotion)
		numalens_append(&slow, ", candidates for promotion %" PRIu64, hints->candidates);
	else if (numalens_tiers_get()->slow.nr)
		numalens_append(&slow, ", of these on slow memory %" PRIu64, hints->slow);
	print("faults", numalens_strf("local %" PRIu64 ", remote %" PRIu64 " (%s %%)%s; on pages "
				      "that more than one process maps %" PRIu64, hints->local,
				      hints->remote, share, slow,
				      sum_of(s, NUMALENS_HINT_SHARED)));
	print("moved", numalens_strf("%s %s; should have been moved, and were not: %s", moved,
				     numalens_output_unit_name(), failed));
	/* An account of many processes has none. */
	if (s->header.nr_vmas)
		print("no VMA", numalens_strf("%" PRIu64 " faults, in VMAs that are gone or could not "
					      "be told", no_vma(s)));
	free(failed);
	free(moved);
	free(slow);
	free(share);
}

/* Those that are to find what to promote have no share that is remote. */
static void faults_add(struct numalens_grid *grid, struct numalens_matrix *faults,
		       const struct numalens_snapshot *s)
{
	struct numalens_matrix candidates;

	numalens_tiers_take(faults, &candidates, s);
	numalens_grid_add_remote(grid, numalens_tiers_get()->promotion ? "fast" : "all", faults);
	numalens_grid_add(grid, "slow", &candidates, NULL);
	numalens_matrix_free(&candidates);
}

/**
 * numalens_balancing_print_faults() - show to people the hinting faults of a process
 * @snapshot: its snapshot
 */
void numalens_balancing_print_faults(const struct numalens_snapshot *snapshot)
{
	const struct numalens_grid_head head = {
		"faults", "CPU on", 6, "remote%", NUMALENS_VALUE_COUNT
	};
	struct numalens_grid *grid = numalens_grid_alloc(&head, snapshot);
	struct numalens_matrix matrix;
	struct numalens_hints hints;

	numalens_output_wrap("", 0, "hinting faults: rows by the node of the CPU, columns by that of "
			     "the page before it was moved; they are samples, not accesses");
	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0,
			     NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	numalens_tiers_hints(&hints, &matrix, snapshot);
	faults_add(grid, &matrix, snapshot);
	numalens_matrix_free(&matrix);
	if (!numalens_grid_rows(grid)) {
		puts("none since then");
		numalens_grid_print(grid);
		return;
	}
	numalens_grid_print(grid);
	putchar('\n');
	shares_print(snapshot, &hints);
}

static char *mode_read(void)
{
	struct numalens_dir dir;
	char *text;

	numalens_dir_set(&dir, "proc/sys/kernel");
	return numalens_dir_read(&dir, "numa_balancing", &text) ? NULL : text;
}

static void mode_print(void)
{
	char *mode = mode_read(), *clean = mode ? numalens_output_clean(mode) : NULL;

	if (mode)
		print("balancing", numalens_strf("kernel.numa_balancing=%s: %s", clean,
						 numalens_topology_balancing(mode)));
	else
		print("balancing", numalens_strdup(numalens_topology_balancing(NULL)));
	free(clean);
	free(mode);
}

/* Where all memory is of one tier there is nothing to say. */
static void tiers_print(const struct numalens_snapshot *s)
{
	const struct numalens_tiers *tiers = numalens_tiers_get();
	char *moved;

	if (tiers->nr < 2)
		return;
	print("tiers", numalens_tiers_words());
	if (tiers->promotion)
		print("promotion", numalens_strdup("on: hinting faults on slow memory are candidates "
						   "for it, and not remote"));
	else if (tiers->slow.nr)
		print("promotion", numalens_strdup("off (kernel.numa_balancing): hinting faults on "
						   "slow memory are remote ones"));
	print("demotion", numalens_strdup(tiers->demotion < 0 ? "unknown" : tiers->demotion ? "on" :
					  "off (/sys/kernel/mm/numa/demotion_enabled)"));
	moved = numalens_migration_tiers(s);
	numalens_output_wrap("", LABEL + 1, moved);
	free(moved);
}

/* What it keeps of the threads that live, added up. */
struct kept {
	uint64_t *faults;	/* by node */
	uint64_t total;
	uint64_t migrated;
};

static void kept_read(struct kept *kept, const struct numalens_snapshot *s)
{
	struct numalens_thread thread;
	size_t i, node;

	memset(kept, 0, sizeof(*kept));
	kept->faults = numalens_alloc(s->header.nr_nodes, sizeof(*kept->faults));
	for (i = 0; i < s->header.nr_threads; i++) {
		numalens_snapshot_thread(s, i, &thread);
		kept->total += thread.total_numa_faults;
		kept->migrated += thread.numa_pages_migrated;
		for (node = 0; node < s->header.nr_nodes; node++)
			kept->faults[node] +=
				numalens_snapshot_thread_value(s, i, NUMALENS_THREAD_NUMA_FAULTS,
							       node);
	}
}

static void kept_print(const struct numalens_snapshot *s)
{
	struct kept kept;
	char *text = numalens_strdup(""), *moved;
	size_t node;

	kept_read(&kept, s);
	for (node = 0; node < s->header.nr_nodes; node++)
		numalens_append(&text, "node %" PRIu32 ": %" PRIu64 ", ",
				numalens_snapshot_nid(s, node), kept.faults[node]);
	print("kept", numalens_strf("faults on %sall %" PRIu64 "; of the threads that live, and they "
				    "decay", text, kept.total));
	moved = numalens_output_pages(kept.migrated, s->header.page_size);
	print("", numalens_strf("moved at faults of these threads since their birth: %s %s", moved,
				numalens_output_unit_name()));
	free(moved);
	free(text);
	free(kept.faults);
}

static void scan_print(const struct numalens_snapshot *s)
{
	const struct numalens_snapshot_header *h = &s->header;

	if (h->preferred_nid == NUMALENS_NO_NODE)
		print("preferred", numalens_strdup("no node, for the leader"));
	else
		print("preferred", numalens_strf("node %" PRIu32 ", for the leader",
						 (uint32_t)h->preferred_nid));
	print("scan", numalens_strf("every %" PRIu32 " ms for the leader; gone through the address "
				    "space %" PRIu64 " times", (uint32_t)h->scan_period_ms,
				    (uint64_t)h->scan_seq));
}

/**
 * numalens_balancing_print() - show to people what NUMA balancing thinks of a process
 * @snapshot: its snapshot
 */
void numalens_balancing_print(const struct numalens_snapshot *snapshot)
{
	mode_print();
	tiers_print(snapshot);
	if (!numalens_event_known(snapshot))
		return;
	scan_print(snapshot);
	kept_print(snapshot);
	numalens_skip_print(snapshot);
}

/**
 * numalens_balancing_json_faults() - show to programs the hinting faults of a process
 * @snapshot: its snapshot
 *
 * Return: an object.
 */
struct json_object *numalens_balancing_json_faults(const struct numalens_snapshot *snapshot)
{
	struct json_object *object = json_object_new_object();
	struct numalens_matrix matrix;
	struct numalens_hints hints;

	numalens_matrix_read(&matrix, snapshot, NUMALENS_SCOPE_PROCESS, 0,
			     NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	numalens_tiers_hints(&hints, &matrix, snapshot);
	json_object_object_add(object, "matrix", numalens_matrix_json(&matrix));
	json_object_object_add(object, "local", json_object_new_uint64(hints.local));
	json_object_object_add(object, "remote", json_object_new_uint64(hints.remote));
	json_object_object_add(object, "remote_bp", json_object_new_uint64(
			       numalens_event_bp(hints.remote, hints.local + hints.remote)));
	json_object_object_add(object, "slow_memory", json_object_new_uint64(hints.slow));
	json_object_object_add(object, "promotion_candidates",
			       json_object_new_uint64(hints.candidates));
	json_object_object_add(object, "shared",
			       json_object_new_uint64(sum_of(snapshot, NUMALENS_HINT_SHARED)));
	json_object_object_add(object, "migrated_pages",
			       json_object_new_uint64(sum_of(snapshot, NUMALENS_HINT_MIGRATED)));
	json_object_object_add(object, "failed_pages",
			       json_object_new_uint64(sum_of(snapshot, NUMALENS_HINT_FAILED)));
	json_object_object_add(object, "no_vma", json_object_new_uint64(no_vma(snapshot)));
	numalens_matrix_free(&matrix);
	return object;
}

static void tiers_json(const struct numalens_snapshot *s, struct json_object *object)
{
	const struct numalens_tiers *tiers = numalens_tiers_get();

	json_object_object_add(object, "memory_tiers", numalens_tiers_json());
	json_object_object_add(object, "promotion", json_object_new_boolean(tiers->promotion));
	json_object_object_add(object, "demotion", tiers->demotion < 0 ? NULL :
			       json_object_new_boolean(tiers->demotion));
	json_object_object_add(object, "promoted_pages",
			       json_object_new_uint64(numalens_migration_promoted(s)));
	json_object_object_add(object, "demoted_pages",
			       json_object_new_uint64(sum_of(s, NUMALENS_MIGRATE_DEMOTION)));
}

/**
 * numalens_balancing_json() - show to programs what NUMA balancing thinks of a process
 * @snapshot: its snapshot
 *
 * Return: an object.
 */
struct json_object *numalens_balancing_json(const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct json_object *object = json_object_new_object(), *faults = json_object_new_array();
	char *mode = mode_read();
	struct kept kept;
	size_t node;

	json_object_object_add(object, "numa_balancing", numalens_output_json_text(mode));
	tiers_json(snapshot, object);
	json_object_object_add(object, "preferred_nid", !numalens_event_known(snapshot) ||
			       h->preferred_nid == NUMALENS_NO_NODE ? NULL :
			       json_object_new_int64(h->preferred_nid));
	json_object_object_add(object, "scan_period_ms", json_object_new_int64(h->scan_period_ms));
	json_object_object_add(object, "scan_seq", json_object_new_uint64(h->scan_seq));
	kept_read(&kept, snapshot);
	for (node = 0; node < h->nr_nodes; node++)
		json_object_array_add(faults, json_object_new_uint64(kept.faults[node]));
	json_object_object_add(object, "numa_faults", faults);
	json_object_object_add(object, "total_numa_faults", json_object_new_uint64(kept.total));
	json_object_object_add(object, "numa_pages_migrated",
			       json_object_new_uint64(kept.migrated));
	json_object_object_add(object, "vma_skips", numalens_skip_json(snapshot));
	free(kept.faults);
	free(mode);
	return object;
}
