// SPDX-License-Identifier: GPL-2.0
/*
 * The record of an experiment for people, piece by piece as it comes.
 */
#include "lab_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "column.h"
#include "lab_record.h"
#include "output.h"

#define LABEL		10
#define SPARK		60
#define SPACE_ROWS	6

static struct json_object *array_get(const struct json_object *object, const char *key, size_t *nr)
{
	struct json_object *array;

	*nr = 0;
	if (!json_object_object_get_ex(object, key, &array))
		return NULL;
	*nr = json_object_array_length(array);
	return array;
}

static void title_print(const struct json_object *thing)
{
	const char *title = numalens_lab_record_get(thing, "title");

	putchar('\n');
	if (*title)
		numalens_output_wrap("", 0, title);
}

/**
 * numalens_lab_text_begin() - an experiment begins
 * @experiment: its record
 */
void numalens_lab_text_begin(const struct json_object *experiment)
{
	char *head = numalens_strf("%s: ", numalens_lab_record_get(experiment, "name"));

	numalens_output_tone(NUMALENS_TONE_HEAD, head);
	numalens_output_wrap_at(numalens_output_columns(head), 0,
				numalens_lab_record_get(experiment, "title"));
	putchar('\n');
	numalens_output_wrap("expects", LABEL, numalens_lab_record_get(experiment, "expects"));
	numalens_output_wrap("why", LABEL, numalens_lab_record_get(experiment, "why"));
	free(head);
	fflush(stdout);
}

/**
 * numalens_lab_text_phase() - a phase begins
 * @phase: its record
 */
void numalens_lab_text_phase(const struct json_object *phase)
{
	char *head = numalens_strf("%s: ", numalens_lab_record_get(phase, "name"));

	putchar('\n');
	numalens_output_tone(NUMALENS_TONE_HEAD, head);
	numalens_output_wrap_at(numalens_output_columns(head), 0,
				numalens_lab_record_get(phase, "note"));
	free(head);
	fflush(stdout);
}

/* A column of nothing but numbers is set to the right. */
static bool is_numbers(const struct json_object *rows, size_t nr, size_t column)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (json_object_get_type(json_object_array_get_idx(json_object_array_get_idx(
				rows, i), column)) == json_type_string)
			return false;
	return true;
}

static void rows_print(const struct json_object *heads, size_t nr_heads,
		       const struct json_object *rows, size_t nr_rows)
{
	struct numalens_column *columns = numalens_alloc(nr_heads, sizeof(*columns));
	struct numalens_table *table;
	size_t i, k;

	for (i = 0; i < nr_heads; i++) {
		columns[i].name = json_object_get_string(json_object_array_get_idx(heads, i));
		columns[i].flags = is_numbers(rows, nr_rows, i) ? NUMALENS_COLUMN_RIGHT :
				   i ? NUMALENS_COLUMN_FOLD : 0;
	}
	table = numalens_table_alloc(columns, nr_heads, NULL, 0);
	for (i = 0; i < nr_rows; i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);

		numalens_table_row_add(table);
		for (k = 0; k < nr_heads && k < json_object_array_length(row); k++)
			numalens_table_text_set(table, k, json_object_get_string(
						json_object_array_get_idx(row, k)));
	}
	numalens_table_print(table);
	numalens_table_free(table);
	free(columns);
}

/**
 * numalens_lab_text_table() - show a table
 * @table: its record
 */
void numalens_lab_text_table(const struct json_object *table)
{
	size_t nr_heads, nr_rows;
	struct json_object *heads = array_get(table, "columns", &nr_heads);
	struct json_object *rows = array_get(table, "rows", &nr_rows);

	title_print(table);
	rows_print(heads, nr_heads, rows, nr_rows);
	fflush(stdout);
}

static void nids_add(struct json_object *heads, const struct json_object *thing)
{
	struct json_object *nids;
	size_t nr, i;

	nids = array_get(thing, "nids", &nr);
	for (i = 0; i < nr; i++) {
		char *head = numalens_strf("node %s", json_object_get_string(
					   json_object_array_get_idx(nids, i)));

		json_object_array_add(heads, json_object_new_string(head));
		free(head);
	}
}

static void cells_add(struct json_object *row, const struct json_object *cells)
{
	size_t i;

	for (i = 0; i < json_object_array_length(cells); i++)
		json_object_array_add(row, json_object_get(json_object_array_get_idx(cells, i)));
}

/* Prints a table that was made for it. */
static void made_print(struct json_object *heads, struct json_object *rows)
{
	rows_print(heads, json_object_array_length(heads), rows, json_object_array_length(rows));
	json_object_put(heads);
	json_object_put(rows);
	fflush(stdout);
}

/**
 * numalens_lab_text_matrix() - show a matrix
 * @matrix: its record
 */
void numalens_lab_text_matrix(const struct json_object *matrix)
{
	struct json_object *heads = json_object_new_array(), *rows = json_object_new_array();
	struct json_object *cells, *nids, *row;
	size_t nr, nr_nids, i;
	char *text;

	title_print(matrix);
	text = numalens_strf("%s, %s \\ %s", numalens_lab_record_get(matrix, "unit"),
			     numalens_lab_record_get(matrix, "row"),
			     numalens_lab_record_get(matrix, "column"));
	json_object_array_add(heads, json_object_new_string(text));
	free(text);
	nids_add(heads, matrix);
	cells = array_get(matrix, "cells", &nr);
	nids = array_get(matrix, "nids", &nr_nids);
	for (i = 0; i < nr && i < nr_nids; i++) {
		row = json_object_new_array();
		text = numalens_strf("node %s", json_object_get_string(
				     json_object_array_get_idx(nids, i)));
		json_object_array_add(row, json_object_new_string(text));
		free(text);
		cells_add(row, json_object_array_get_idx(cells, i));
		json_object_array_add(rows, row);
	}
	made_print(heads, rows);
}

static uint64_t sum_of(const struct json_object *vma)
{
	size_t nr, i;
	struct json_object *pages = array_get(vma, "pages", &nr);
	uint64_t sum = 0;

	for (i = 0; i < nr; i++)
		sum += json_object_get_uint64(json_object_array_get_idx(pages, i));
	return sum;
}

static int by_pages(const void *a, const void *b)
{
	uint64_t x = sum_of(*(struct json_object *const *)a);
	uint64_t y = sum_of(*(struct json_object *const *)b);

	return (x < y) - (x > y);
}

/* The largest of an array of VMAs: a reference to each of them. */
static struct json_object *largest(const struct json_object *vmas, size_t nr)
{
	struct json_object *sorted = json_object_new_array();
	size_t i;

	cells_add(sorted, vmas);
	json_object_array_sort(sorted, by_pages);
	for (i = nr; i > SPACE_ROWS; i--)
		json_object_array_del_idx(sorted, i - 1, 1);
	return sorted;
}

/**
 * numalens_lab_text_space() - show the largest VMAs of an address space
 * @space: its record
 */
void numalens_lab_text_space(const struct json_object *space)
{
	static const char * const keys[] = { "start", "kind", "policy", "path" };
	struct json_object *heads = json_object_new_array(), *rows = json_object_new_array();
	struct json_object *vmas, *vma, *row, *pages;
	size_t nr, i, k;

	title_print(space);
	for (k = 0; k < ARRAY_SIZE(keys); k++) {
		if (k == 2)
			nids_add(heads, space);
		json_object_array_add(heads, json_object_new_string(keys[k]));
	}
	vmas = array_get(space, "vmas", &nr);
	vmas = largest(vmas, nr);
	for (i = 0; i < json_object_array_length(vmas); i++) {
		vma = json_object_array_get_idx(vmas, i);
		row = json_object_new_array();
		for (k = 0; k < ARRAY_SIZE(keys); k++) {
			if (k == 2 && json_object_object_get_ex(vma, "pages", &pages))
				cells_add(row, pages);
			json_object_array_add(row, json_object_new_string(
					      numalens_lab_record_get(vma, keys[k])));
		}
		json_object_array_add(rows, row);
	}
	json_object_put(vmas);
	made_print(heads, rows);
}

/**
 * numalens_lab_text_threads() - show on which nodes threads have run
 * @threads: their record
 */
void numalens_lab_text_threads(const struct json_object *threads)
{
	struct json_object *heads = json_object_new_array(), *rows = json_object_new_array();
	struct json_object *array, *times, *row, *tid;
	size_t nr, nr_times, i, k;
	char *text;

	title_print(threads);
	json_object_array_add(heads, json_object_new_string("thread"));
	json_object_array_add(heads, json_object_new_string("name"));
	nids_add(heads, threads);
	array = array_get(threads, "threads", &nr);
	for (i = 0; i < nr; i++) {
		struct json_object *thread = json_object_array_get_idx(array, i);

		row = json_object_new_array();
		json_object_object_get_ex(thread, "tid", &tid);
		json_object_array_add(row, json_object_get(tid));
		json_object_array_add(row, json_object_new_string(
				      numalens_lab_record_get(thread, "comm")));
		times = array_get(thread, "time_ns", &nr_times);
		for (k = 0; k < nr_times; k++) {
			text = numalens_strf("%.2f s", json_object_get_uint64(
					     json_object_array_get_idx(times, k)) / 1e9);
			json_object_array_add(row, json_object_new_string(text));
			free(text);
		}
		json_object_array_add(rows, row);
	}
	made_print(heads, rows);
}

static double coordinate(const struct json_object *points, size_t i, size_t which)
{
	return json_object_get_double(json_object_array_get_idx(
				      json_object_array_get_idx(points, i), which));
}

/* The value of a curve at a time: that of the last point before it. */
static double value_at(const struct json_object *points, size_t nr, double at)
{
	size_t i = 0;

	while (i + 1 < nr && coordinate(points, i + 1, 0) <= at)
		i++;
	return coordinate(points, i, 1);
}

static void spark_print(const struct json_object *points, size_t nr, double end, double top)
{
	static const char * const blocks[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	size_t i;

	for (i = 0; i < SPARK; i++) {
		double value = value_at(points, nr, end * i / (SPARK - 1));

		fputs(blocks[value > 0 ? 1 + (size_t)(value / top * 7) : 0], stdout);
	}
}

static void series_print(const struct json_object *plot)
{
	struct json_object *lines, *points, *line;
	double end = 0, top = 1;
	size_t nr, nr_points, i, k;
	char *text;

	lines = array_get(plot, "lines", &nr);
	for (i = 0; i < nr; i++) {
		points = array_get(json_object_array_get_idx(lines, i), "points", &nr_points);
		for (k = 0; k < nr_points; k++) {
			end = coordinate(points, k, 0) > end ? coordinate(points, k, 0) : end;
			top = coordinate(points, k, 1) > top ? coordinate(points, k, 1) : top;
		}
	}
	text = numalens_strf("%s, 0 to %.1f %s; %s up to %.0f",
			     numalens_lab_record_get(plot, "title"), end,
			     numalens_lab_record_get(plot, "x"),
			     numalens_lab_record_get(plot, "y"), top);
	putchar('\n');
	numalens_output_wrap("", 0, text);
	free(text);
	for (i = 0; i < nr; i++) {
		line = json_object_array_get_idx(lines, i);
		points = array_get(line, "points", &nr_points);
		text = numalens_output_cut(numalens_lab_record_get(line, "name"), 15);
		printf("%s%*s |", text, 15 - (int)numalens_output_columns(text), "");
		free(text);
		spark_print(points, nr_points, end, top);
		puts("|");
	}
}

static void claims_print(const struct json_object *experiment)
{
	struct json_object *claims, *claim, *met;
	size_t nr, i;
	char *text;

	claims = array_get(experiment, "claims", &nr);
	for (i = 0; i < nr; i++) {
		bool good;

		claim = json_object_array_get_idx(claims, i);
		json_object_object_get_ex(claim, "met", &met);
		good = json_object_get_boolean(met);
		text = numalens_strf("%s: %s", numalens_lab_record_get(claim, "expect"),
				     numalens_lab_record_get(claim, "measured"));
		fputs("  ", stdout);
		numalens_output_tone(good ? NUMALENS_TONE_GOOD : NUMALENS_TONE_BAD,
				     good ? "yes" : "NO");
		numalens_output_wrap_at(good ? 5 : 4, LABEL, text);
		free(text);
	}
}

/**
 * numalens_lab_text_end() - an experiment has ended
 * @experiment: its record
 */
void numalens_lab_text_end(const struct json_object *experiment)
{
	const char *verdict = numalens_lab_record_get(experiment, "verdict");
	const char *reason = numalens_lab_record_get(experiment, "reason");
	struct json_object *series;
	size_t nr, i;

	series = array_get(experiment, "series", &nr);
	for (i = 0; i < nr; i++)
		series_print(json_object_array_get_idx(series, i));
	putchar('\n');
	printf("%-*s", LABEL, "verdict");
	numalens_output_tone(!strcmp(verdict, "as expected") ? NUMALENS_TONE_GOOD :
			     !strcmp(verdict, "skipped") ? NUMALENS_TONE_PLAIN :
			     NUMALENS_TONE_BAD, verdict);
	if (*reason) {
		fputs(": ", stdout);
		numalens_output_wrap_at(LABEL + numalens_output_columns(verdict) + 2, LABEL,
					reason);
	} else {
		putchar('\n');
	}
	claims_print(experiment);
	fflush(stdout);
}
