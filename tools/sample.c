// SPDX-License-Identifier: GPL-2.0
/*
 * What is kept of each snapshot of a recording: some numbers.
 */
#include "sample.h"

#include <stdlib.h>

#include "alloc.h"
#include "event.h"
#include "matrix.h"
#include "playback.h"

/* Index of a node among all that the recording has: a node may come while it goes on. */
static size_t node_of(struct numalens_playback *playback, uint32_t nid)
{
	size_t i;

	for (i = 0; i < playback->nr_nodes; i++)
		if (playback->nids[i] == nid)
			return i;
	playback->nids = numalens_realloc(playback->nids, playback->nr_nodes + 1,
					  sizeof(*playback->nids));
	playback->nids[playback->nr_nodes] = nid;
	return playback->nr_nodes++;
}

static void pages_take(struct numalens_sample *sample, struct numalens_playback *playback,
		       const struct numalens_snapshot *s)
{
	size_t nr = s->header.nr_nodes, i;
	size_t *at = numalens_alloc(nr, sizeof(*at));

	for (i = 0; i < nr; i++)
		at[i] = node_of(playback, numalens_snapshot_nid(s, i));
	sample->nr_nodes = playback->nr_nodes;
	sample->pages = numalens_alloc(sample->nr_nodes, sizeof(*sample->pages));
	for (i = 0; i < nr; i++)
		sample->pages[at[i]] += numalens_snapshot_total(s, NUMALENS_TOTAL_PAGES, i);
	free(at);
}

static uint64_t counted(const struct numalens_snapshot *s, uint64_t events)
{
	return numalens_matrix_sum_of(s, NUMALENS_SCOPE_PROCESS, 0, events);
}

/**
 * numalens_sample_take() - keep what a snapshot says
 * @sample: gets it; its time is left
 * @playback: of which recording; its nodes are those of all samples
 * @snapshot: snapshot
 */
void numalens_sample_take(struct numalens_sample *sample, struct numalens_playback *playback,
			  const struct numalens_snapshot *snapshot)
{
	const struct numalens_snapshot_header *h = &snapshot->header;
	struct numalens_matrix touches;

	numalens_matrix_read(&touches, snapshot, NUMALENS_SCOPE_PROCESS, 0, NUMALENS_EVENTS_TOUCH);
	sample->values[NUMALENS_MEASURE_RESIDENT] = numalens_snapshot_sum(snapshot,
									  NUMALENS_TOTAL_PAGES);
	sample->values[NUMALENS_MEASURE_REMOTE] = h->remote_pages;
	sample->values[NUMALENS_MEASURE_REMOTE_BP] = h->remote_bp;
	sample->values[NUMALENS_MEASURE_DISTANCE] = h->mean_distance;
	sample->values[NUMALENS_MEASURE_TOUCHED] = numalens_matrix_sum(&touches);
	sample->values[NUMALENS_MEASURE_TOUCHED_REMOTE] = numalens_matrix_sum(&touches) -
							  numalens_matrix_local(&touches);
	sample->values[NUMALENS_MEASURE_FAULTS] =
		counted(snapshot, NUMALENS_EVENT(NUMALENS_HINT_FAULTS));
	sample->values[NUMALENS_MEASURE_MOVED] = counted(snapshot, NUMALENS_EVENTS_MIGRATE);
	sample->values[NUMALENS_MEASURE_TIME] = numalens_snapshot_sum(snapshot,
								      NUMALENS_TOTAL_TIME_NS);
	sample->values[NUMALENS_MEASURE_VMAS] = h->nr_vmas;
	sample->values[NUMALENS_MEASURE_GENERATION] = h->generation;
	pages_take(sample, playback, snapshot);
	numalens_matrix_free(&touches);
}

/**
 * numalens_sample_pages() - resident pages on a node
 * @sample: sample
 * @node: index of the node among those of the playback
 *
 * Return: the pages.
 */
uint64_t numalens_sample_pages(const struct numalens_sample *sample, size_t node)
{
	return node < sample->nr_nodes ? sample->pages[node] : 0;
}
