/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_ROSTER_H
#define NUMALENS_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "filter.h"

struct numalens_roster_entry;

/**
 * struct numalens_roster - processes that are watched as long as somebody sees to it
 * @filter: which, and what they fork
 * @entries: those that are watched for this
 * @nr: their count
 * @none: it has been said that there are none
 * @refused: it has been said that some could not be watched
 */
struct numalens_roster {
	struct numalens_filter filter;
	struct numalens_roster_entry *entries;
	size_t nr;
	bool none;
	bool refused;
};

int numalens_roster_update(struct numalens_roster *roster);
void numalens_roster_end(struct numalens_roster *roster);

#endif /* NUMALENS_ROSTER_H */
