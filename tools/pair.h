/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAIR_H
#define NUMALENS_PAIR_H

#include <stdbool.h>
#include <stddef.h>

struct numalens_playback;
struct numalens_track;

/**
 * struct numalens_pair - a process of one recording, and which it is in another
 * @before: in the one; NULL if it is not there
 * @after: in the other
 * @same: it is the same process, not just one like it
 */
struct numalens_pair {
	const struct numalens_track *before;
	const struct numalens_track *after;
	bool same;
};

struct numalens_pair *numalens_pairs(const struct numalens_playback *before,
				     const struct numalens_playback *after, bool one_file,
				     size_t *nr);

#endif /* NUMALENS_PAIR_H */
