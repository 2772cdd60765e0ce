// SPDX-License-Identifier: GPL-2.0
/*
 * --columns and --csv, of whatever command has a table.
 */
#include "pick.h"

#include <stdlib.h>

#include "column.h"
#include "error.h"

struct numalens_pick numalens_pick;

/**
 * numalens_pick_given() - was there a word on the command's table?
 *
 * Return: true if --columns or --csv is given.
 */
bool numalens_pick_given(void)
{
	return numalens_pick.csv || numalens_pick.columns;
}

/**
 * numalens_pick_check() - choose the columns that are asked for
 * @command: the command
 * @json: --json is given, too
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_pick_check(const struct numalens_command *command, bool json)
{
	char *why;
	int ret;

	if (!numalens_pick_given())
		return NUMALENS_OK;
	if (json)
		return numalens_command_usage(command,
					      "--json has all columns: no --columns, no --csv");
	why = numalens_column_pick(command->columns, numalens_pick.columns);
	ret = why ? numalens_command_usage(command, "%s", why) : NUMALENS_OK;
	free(why);
	return ret;
}

/**
 * numalens_pick_show() - print a table as it is asked for
 * @table: table
 */
void numalens_pick_show(const struct numalens_table *table)
{
	if (numalens_pick.csv)
		numalens_table_csv(table, NULL, true);
	else
		numalens_table_print(table);
}
