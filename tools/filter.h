/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FILTER_H
#define NUMALENS_FILTER_H

#include <stdbool.h>
#include <stddef.h>

struct numalens_filter_term;
struct numalens_identity;
struct numalens_snapshot;

/**
 * struct numalens_filter - which processes a user wants to see
 * @text: as the user wrote it
 * @terms: what must hold, all of it
 * @nr: their count
 */
struct numalens_filter {
	char *text;
	struct numalens_filter_term *terms;
	size_t nr;
};

char *numalens_filter_parse(struct numalens_filter *filter, const char *text);
void numalens_filter_free(struct numalens_filter *filter);
bool numalens_filter_asks_nodes(const struct numalens_filter *filter);
bool numalens_filter_asks_who(const struct numalens_filter *filter);
bool numalens_filter_takes(const struct numalens_filter *filter, unsigned int pid,
			   const struct numalens_identity *identity);
bool numalens_filter_takes_nodes(const struct numalens_filter *filter,
				 const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_FILTER_H */
