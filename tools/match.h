/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_MATCH_H
#define NUMALENS_MATCH_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct numalens_match - processes that a user means
 * @pids: their pids
 * @nr: their count
 * @watched: they are all watched already; else none is
 */
struct numalens_match {
	unsigned int *pids;
	size_t nr;
	bool watched;
};

int numalens_match_find(struct numalens_match *match, const char *what);
void numalens_match_free(struct numalens_match *match);

#endif /* NUMALENS_MATCH_H */
