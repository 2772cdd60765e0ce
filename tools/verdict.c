// SPDX-License-Identifier: GPL-2.0
/*
 * What the numbers of a process mean, in a sentence.
 */
#include "verdict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "output.h"
#include "reader.h"

/* Nodes that a sentence names before it says "and others". */
#define MAX_NAMED	3

struct share {
	uint32_t nid;
	uint64_t bp;
};

static int by_share(const void *a, const void *b)
{
	const struct share *x = a, *y = b;

	if (x->bp != y->bp)
		return x->bp < y->bp ? 1 : -1;
	return (x->nid > y->nid) - (x->nid < y->nid);
}

/* "node 0 (82 %) and node 1 (18 %)", or "node 0" if there is only one. */
static char *shares_name(struct share *shares, size_t nr)
{
	char *text = numalens_strdup(""), *longer, *share;
	size_t i, used = 0;

	qsort(shares, nr, sizeof(*shares), by_share);
	while (used < nr && shares[used].bp)
		used++;
	if (used == 1) {
		free(text);
		return numalens_strf("node %" PRIu32, shares[0].nid);
	}
	/* Two shares add up, also where each for itself would round up. */
	if (used == 2 && shares[1].bp >= 100)
		shares[1].bp = 10000 - (shares[0].bp + 50) / 100 * 100;
	for (i = 0; i < used && i < MAX_NAMED; i++) {
		const char *glue = !i ? "" : i + 1 == used ? " and " : ", ";

		share = numalens_output_percent(shares[i].bp);
		longer = numalens_strf("%s%snode %" PRIu32 " (%s%%)", text, glue, shares[i].nid,
				       share);
		free(share);
		free(text);
		text = longer;
	}
	if (used > MAX_NAMED) {
		longer = numalens_strf("%s and %zu more", text, used - MAX_NAMED);
		free(text);
		text = longer;
	}
	return text;
}

static char *row_name(const struct numalens_snapshot *snapshot, enum numalens_total row)
{
	size_t nr = snapshot->header.nr_nodes, i;
	struct share *shares = numalens_alloc(nr, sizeof(*shares));
	uint64_t sum = numalens_snapshot_sum(snapshot, row);
	char *text;

	for (i = 0; i < nr; i++) {
		uint64_t value = numalens_snapshot_total(snapshot, row, i);

		shares[i].nid = numalens_snapshot_nid(snapshot, i);
		shares[i].bp = sum ? (double)value * 10000 / sum + 0.5 : 0;
		/* A page is not nothing, however large the rest. */
		if (value && !shares[i].bp)
			shares[i].bp = 1;
	}
	text = shares_name(shares, nr);
	free(shares);
	return text;
}

/**
 * numalens_verdict_process() - say in a sentence how a process lies
 * @process: process
 *
 * Return: the sentence; free() it.
 */
char *numalens_verdict_process(const struct numalens_process *process)
{
	const struct numalens_snapshot *s = &process->snapshot;
	bool exited = process->state && !strcmp(process->state, "exited");
	char *homes, *places, *share, *text;

	if (!numalens_snapshot_sum(s, NUMALENS_TOTAL_PAGES))
		return numalens_strdup(exited ? "It has exited; none of its memory is left." :
				       "None of its memory is resident.");
	if (s->header.nr_nodes == 1)
		return numalens_strdup("The machine has one node: all memory is local.");
	if (!numalens_snapshot_sum(s, NUMALENS_TOTAL_HOME_BP))
		return numalens_strdup("It is not known where its threads run.");
	homes = row_name(s, NUMALENS_TOTAL_HOME_BP);
	if (!s->header.remote_pages) {
		text = numalens_strf("All of its memory is local to where its threads %s: %s.",
				     exited ? "ran" : "run", homes);
		free(homes);
		return text;
	}
	places = row_name(s, NUMALENS_TOTAL_PAGES);
	share = numalens_output_percent(s->header.remote_bp ? s->header.remote_bp : 1);
	text = numalens_strf("%c%s %% of its memory is remote from where its threads %s: "
			     "they %s on %s, the memory lies on %s.",
			     share[0] == 'l' || share[0] == 'm' ? share[0] - 32 : share[0],
			     share + 1, exited ? "ran" : "run", exited ? "ran" : "run",
			     homes, places);
	free(homes);
	free(places);
	free(share);
	return text;
}
