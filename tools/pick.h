/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PICK_H
#define NUMALENS_PICK_H

#include <stdbool.h>

#include "command.h"

struct numalens_table;

/**
 * struct numalens_pick - what is asked of the table that a command is about
 * @columns: names of columns, a comma between, or NULL
 * @csv: the table and nothing else, as comma-separated values
 */
struct numalens_pick {
	const char *columns;
	bool csv;
};

extern struct numalens_pick numalens_pick;

/* For options[] of a command with numalens_command.columns */
#define NUMALENS_PICK_OPTIONS							\
	{ "columns", "LIST", "show these columns, in this order, a comma between", NULL,	\
	  &numalens_pick.columns },						\
	{ "csv", NULL, "print comma-separated values, and nothing but the table",	\
	  &numalens_pick.csv, NULL }

bool numalens_pick_given(void);
int numalens_pick_check(const struct numalens_command *command, bool json);
void numalens_pick_show(const struct numalens_table *table);

#endif /* NUMALENS_PICK_H */
