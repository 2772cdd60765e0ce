// SPDX-License-Identifier: GPL-2.0
/*
 * --columns: which columns of a table are shown, and in which order.
 */
#include "column.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "column_table.h"
#include "output.h"

/* What was asked for of one kind of table; of others, all is shown. */
static const struct numalens_column *picked_of;
static size_t *picked, nr_picked;

/* Heads are short for people, and not always one of a kind. Case does not matter. */
static const char *name_of(const struct numalens_column *column)
{
	return column->key ? column->key : column->name;
}

/* Of two of one name, it is that of programs. */
static size_t find(const struct numalens_column_set *set, const char *name)
{
	size_t found = set->nr, i;

	for (i = set->nr; i--;)
		if (!strcasecmp(name, name_of(&set->columns[i])) &&
		    (found == set->nr || set->columns[i].key))
			found = i;
	return found;
}

/* The name for programs, to be freed: in lower case, as they all are. */
char *numalens_column_name(const struct numalens_column *column)
{
	char *name = numalens_strdup(name_of(column)), *at;

	for (at = name; *at; at++)
		*at = tolower((unsigned char)*at);
	return name;
}

static char *names(const struct numalens_column_set *set)
{
	char *text = numalens_strdup("");
	size_t i;

	for (i = 0; i < set->nr; i++) {
		char *name = numalens_column_name(&set->columns[i]);

		if (find(set, name) == i)
			numalens_append(&text, "%s%s", i ? ", " : "", name);
		free(name);
	}
	return text;
}

static char *unknown(const struct numalens_column_set *set, const char *word)
{
	char *all = names(set);
	char *why = numalens_strf("there is no column \"%s\", but %s", word, all);

	free(all);
	return why;
}

static bool is_picked(size_t column)
{
	size_t i;

	for (i = 0; i < nr_picked && picked[i] != column; i++)
		;
	return i < nr_picked;
}

/**
 * numalens_column_pick() - choose the columns of a kind of table
 * @set: its columns
 * @list: names of those to be shown, a comma between; NULL for all that people are shown
 *
 * Return: what is wrong with it, or NULL; free() it.
 */
char *numalens_column_pick(const struct numalens_column_set *set, const char *list)
{
	char *words, *rest, *word, *why = NULL;
	size_t i;

	if (!list)
		return NULL;
	words = numalens_strdup(list);
	rest = words;
	picked_of = set->columns;
	while (!why && (word = strsep(&rest, ","))) {
		i = find(set, word);
		if (i == set->nr) {
			why = unknown(set, word);
		} else if (is_picked(i)) {
			why = numalens_strf("column \"%s\" is given twice", word);
		} else {
			picked = numalens_realloc(picked, nr_picked + 1, sizeof(*picked));
			picked[nr_picked++] = i;
		}
	}
	free(words);
	return why;
}

/**
 * numalens_column_help() - print what numalens_column_pick() knows
 * @set: columns of the table
 */
void numalens_column_help(const struct numalens_column_set *set)
{
	char *all = names(set);

	numalens_output_wrap("\ncolumns: ", 9, all);
	free(all);
}

/* Which columns of a new table are shown, and in which order. */
void numalens_table_order(struct numalens_table *table)
{
	size_t i;

	table->picked = table->columns == picked_of;
	table->nr_shown = table->picked ? nr_picked : table->nr_columns;
	table->order = numalens_alloc(table->nr_shown, sizeof(*table->order));
	for (i = 0; i < table->nr_shown; i++)
		table->order[i] = table->picked ? picked[i] : i;
}
