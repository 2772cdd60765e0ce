// SPDX-License-Identifier: GPL-2.0
/*
 * Which process of one recording is which of another.
 */
#include "pair.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "playback.h"

struct pairing {
	const struct numalens_playback *before;
	const struct numalens_playback *after;
	bool one_boot;
	bool one_file;
	bool *taken;		/* of after */
};

/* Within a boot a pid and the moment of its birth name a process for ever. */
static bool is_same(const struct pairing *pairing, const struct numalens_track *a,
		    const struct numalens_track *b)
{
	struct json_object *x = numalens_field_member(a->about, "start_ticks");
	struct json_object *y = numalens_field_member(b->about, "start_ticks");

	if (!pairing->one_boot || a->pid != b->pid)
		return false;
	if (!x || !y)
		return pairing->one_file && !x == !y;
	return json_object_equal(x, y);
}

static bool is_like(const struct pairing *pairing, const struct numalens_track *a,
		    const struct numalens_track *b)
{
	(void)pairing;
	return a->pid == b->pid && !strcmp(numalens_track_comm(a), numalens_track_comm(b));
}

static bool is_named_so(const struct pairing *pairing, const struct numalens_track *a,
			const struct numalens_track *b)
{
	(void)pairing;
	return !strcmp(numalens_track_comm(a), numalens_track_comm(b));
}

static bool is_only(const struct pairing *pairing, const struct numalens_track *a,
		    const struct numalens_track *b)
{
	(void)a;
	(void)b;
	return pairing->before->nr_tracks == 1 && pairing->after->nr_tracks == 1;
}

/* The surest come first. */
static bool (* const ways[])(const struct pairing *pairing, const struct numalens_track *a,
			     const struct numalens_track *b) = {
	is_same, is_like, is_named_so, is_only,
};

static void pair_by(struct pairing *pairing, struct numalens_pair *pairs, size_t way)
{
	size_t i, j;

	for (i = 0; i < pairing->before->nr_tracks; i++) {
		const struct numalens_track *track = &pairing->before->tracks[i];

		for (j = 0; j < pairing->after->nr_tracks && track->nr && !pairs[i].after; j++) {
			const struct numalens_track *other = &pairing->after->tracks[j];

			if (!other->nr || pairing->taken[j] || !ways[way](pairing, track, other))
				continue;
			pairing->taken[j] = true;
			pairs[i].after = other;
			pairs[i].same = is_same(pairing, track, other);
		}
	}
}

static bool one_boot(const struct numalens_playback *a, const struct numalens_playback *b)
{
	const char *boot = numalens_field_text(a->machine, "boot_id");

	return *boot && !strcmp(boot, numalens_field_text(b->machine, "boot_id"));
}

/**
 * numalens_pairs() - find the processes of a recording in another
 * @before: the one
 * @after: the other
 * @one_file: they are the same recording, up to different moments
 * @nr: gets the number of pairs
 *
 * Return: pairs, in the order of @before, and then those that are in @after only; free() them.
 */
struct numalens_pair *numalens_pairs(const struct numalens_playback *before,
				     const struct numalens_playback *after, bool one_file,
				     size_t *nr)
{
	struct pairing pairing = {
		.before = before, .after = after, .one_file = one_file,
		.one_boot = one_file || one_boot(before, after),
		.taken = numalens_alloc(after->nr_tracks, sizeof(bool)),
	};
	struct numalens_pair *pairs = numalens_alloc(before->nr_tracks + after->nr_tracks,
						     sizeof(*pairs));
	size_t way, i;

	for (i = 0; i < before->nr_tracks; i++)
		pairs[i].before = &before->tracks[i];
	for (way = 0; way < ARRAY_SIZE(ways); way++)
		pair_by(&pairing, pairs, way);
	*nr = before->nr_tracks;
	for (i = 0; i < after->nr_tracks; i++)
		if (!pairing.taken[i])
			pairs[(*nr)++].after = &after->tracks[i];
	free(pairing.taken);
	return pairs;
}
