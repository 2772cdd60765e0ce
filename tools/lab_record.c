// SPDX-License-Identifier: GPL-2.0
/*
 * What an experiment saw, as it says so, in the record.
 */
#include "lab_record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "actor.h"
#include "alloc.h"
#include "lab.h"
#include "lab_text.h"
#include "matrix.h"
#include "output.h"
#include "snapshot.h"
#include "vma.h"

/**
 * numalens_lab_record_text() - set a member to a text
 * @object: gets it
 * @key: member
 * @text: any bytes
 */
void numalens_lab_record_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, numalens_output_json_text(text));
}

/**
 * numalens_lab_record_get() - read a member that is a text
 * @object: where
 * @key: member
 *
 * Return: the text, "" if there is none.
 */
const char *numalens_lab_record_get(const struct json_object *object, const char *key)
{
	struct json_object *text;

	return json_object_object_get_ex(object, key, &text) && text ?
	       json_object_get_string(text) : "";
}

/* The array that is a member, made if it is not there. */
static struct json_object *array_of(struct json_object *object, const char *key)
{
	struct json_object *array;

	if (json_object_object_get_ex(object, key, &array))
		return array;
	array = json_object_new_array();
	json_object_object_add(object, key, array);
	return array;
}

static void format_add(struct json_object *object, const char *key, const char *fmt, va_list args)
	__attribute__((format(printf, 3, 0)));

static void format_add(struct json_object *object, const char *key, const char *fmt, va_list args)
{
	char *text;

	if (vasprintf(&text, fmt, args) < 0)
		text = numalens_strdup(fmt);
	numalens_lab_record_text(object, key, text);
	free(text);
}

/* The last table is complete. */
static void table_end(struct numalens_lab *lab)
{
	if (lab->table && lab->text)
		numalens_lab_text_table(lab->table);
	lab->table = NULL;
}

/**
 * numalens_lab_phase_end() - the last phase, if there was one, is complete
 * @lab: lab
 */
void numalens_lab_phase_end(struct numalens_lab *lab)
{
	int key;

	table_end(lab);
	if (!lab->phase || !lab->hold)
		return;
	numalens_actor_introduce(numalens_lab_record_get(lab->phase, "name"));
	do
		key = getchar();
	while (key != '\n' && key != EOF);
}

/**
 * numalens_lab_phase() - begin a phase
 * @lab: lab
 * @name: "before"
 * @fmt: what is done, in one or two sentences, as for printf()
 */
void numalens_lab_phase(struct numalens_lab *lab, const char *name, const char *fmt, ...)
{
	va_list args;

	numalens_lab_phase_end(lab);
	lab->phase = json_object_new_object();
	json_object_array_add(array_of(lab->experiment, "phases"), lab->phase);
	numalens_lab_record_text(lab->phase, "name", name);
	va_start(args, fmt);
	format_add(lab->phase, "note", fmt, args);
	va_end(args);
	if (lab->text)
		numalens_lab_text_phase(lab->phase);
}

/* A thing of the phase's: "tables", "matrices", ... */
static struct json_object *thing_begin(struct numalens_lab *lab, const char *things,
				       const char *title)
{
	struct json_object *thing = json_object_new_object();

	table_end(lab);
	json_object_array_add(array_of(lab->phase, things), thing);
	numalens_lab_record_text(thing, "title", title);
	return thing;
}

/**
 * numalens_lab_table() - begin a table
 * @lab: lab
 * @title: what it shows
 * @columns: heads of its columns
 * @nr: their count
 */
void numalens_lab_table(struct numalens_lab *lab, const char *title, const char *const *columns,
			size_t nr)
{
	struct json_object *table = thing_begin(lab, "tables", title), *heads;
	size_t i;

	heads = array_of(table, "columns");
	for (i = 0; i < nr; i++)
		json_object_array_add(heads, numalens_output_json_text(columns[i]));
	array_of(table, "rows");
	lab->table = table;
}

/**
 * numalens_lab_table_nodes() - begin a table with a column for each node
 * @lab: lab
 * @title: what it shows
 * @first: head of the first column
 * @snapshot: whose nodes
 */
void numalens_lab_table_nodes(struct numalens_lab *lab, const char *title, const char *first,
			      const struct numalens_snapshot *snapshot)
{
	struct json_object *heads;
	size_t i;

	numalens_lab_table(lab, title, &first, 1);
	heads = array_of(lab->table, "columns");
	for (i = 0; i < snapshot->header.nr_nodes; i++) {
		char *head = numalens_strf("node %" PRIu32, numalens_snapshot_nid(snapshot, i));

		json_object_array_add(heads, json_object_new_string(head));
		free(head);
	}
}

/**
 * numalens_lab_row() - begin a row of the table; its cells follow
 * @lab: lab
 */
void numalens_lab_row(struct numalens_lab *lab)
{
	json_object_array_add(array_of(lab->table, "rows"), json_object_new_array());
}

static void cell_add(struct numalens_lab *lab, struct json_object *cell)
{
	struct json_object *rows = array_of(lab->table, "rows");

	json_object_array_add(json_object_array_get_idx(rows, json_object_array_length(rows) - 1),
			      cell);
}

/**
 * numalens_lab_cell() - the next cell of the row is a text
 * @lab: lab
 * @fmt: the text, as for printf()
 */
void numalens_lab_cell(struct numalens_lab *lab, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = numalens_strdup(fmt);
	va_end(args);
	cell_add(lab, numalens_output_json_text(text));
	free(text);
}

/**
 * numalens_lab_number() - the next cell of the row is a number
 * @lab: lab
 * @value: the number
 */
void numalens_lab_number(struct numalens_lab *lab, uint64_t value)
{
	cell_add(lab, json_object_new_uint64(value));
}

/**
 * numalens_lab_numbers() - the next cells of the row are numbers
 * @lab: lab
 * @values: the numbers
 * @nr: their count
 */
void numalens_lab_numbers(struct numalens_lab *lab, const uint64_t *values, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		numalens_lab_number(lab, values[i]);
}

static struct json_object *nids_json(const struct numalens_snapshot *snapshot)
{
	struct json_object *nids = json_object_new_array();
	size_t i;

	for (i = 0; i < snapshot->header.nr_nodes; i++)
		json_object_array_add(nids, json_object_new_int(numalens_snapshot_nid(snapshot, i)));
	return nids;
}

/**
 * numalens_lab_matrix() - show a matrix
 * @lab: lab
 * @title: what it shows
 * @row: what a row is: "CPU node"
 * @column: what a column is: "memory node"
 * @unit: what is counted
 * @matrix: matrix
 * @snapshot: whose nodes it has
 */
void numalens_lab_matrix(struct numalens_lab *lab, const char *title, const char *row,
			 const char *column, const char *unit,
			 const struct numalens_matrix *matrix,
			 const struct numalens_snapshot *snapshot)
{
	struct json_object *thing = thing_begin(lab, "matrices", title);

	numalens_lab_record_text(thing, "row", row);
	numalens_lab_record_text(thing, "column", column);
	numalens_lab_record_text(thing, "unit", unit);
	json_object_object_add(thing, "nids", nids_json(snapshot));
	json_object_object_add(thing, "cells", numalens_matrix_json(matrix));
	if (lab->text)
		numalens_lab_text_matrix(thing);
}

static struct json_object *vma_json(const struct numalens_snapshot *s, size_t i,
				    const struct numalens_vma *vma)
{
	struct json_object *object = json_object_new_object(), *pages = json_object_new_array();
	char *start = numalens_strf("0x%" PRIx64, (uint64_t)vma->start);
	char *end = numalens_strf("0x%" PRIx64, (uint64_t)vma->end);
	size_t node;

	for (node = 0; node < s->header.nr_nodes; node++)
		json_object_array_add(pages, json_object_new_uint64(
				      numalens_snapshot_vma_value(s, i, NUMALENS_VMA_PAGES, node)));
	numalens_lab_record_text(object, "start", start);
	numalens_lab_record_text(object, "end", end);
	numalens_lab_record_text(object, "kind", numalens_vma_kind_name(vma->kind));
	numalens_lab_record_text(object, "policy", numalens_snapshot_string(s, vma->policy));
	numalens_lab_record_text(object, "path", numalens_snapshot_string(s, vma->path));
	json_object_object_add(object, "pages", pages);
	free(start);
	free(end);
	return object;
}

/**
 * numalens_lab_space() - show an address space, by node
 * @lab: lab
 * @title: whose, and when
 * @snapshot: snapshot; VMAs without a page are left out
 */
void numalens_lab_space(struct numalens_lab *lab, const char *title,
			const struct numalens_snapshot *snapshot)
{
	struct json_object *thing = thing_begin(lab, "spaces", title), *vmas;
	struct numalens_vma vma;
	size_t i;

	json_object_object_add(thing, "page_size",
			       json_object_new_int(snapshot->header.page_size));
	json_object_object_add(thing, "nids", nids_json(snapshot));
	vmas = array_of(thing, "vmas");
	for (i = 0; i < snapshot->header.nr_vmas; i++) {
		if (!numalens_snapshot_vma_pages(snapshot, i))
			continue;
		numalens_snapshot_vma(snapshot, i, &vma);
		json_object_array_add(vmas, vma_json(snapshot, i, &vma));
	}
	if (lab->text)
		numalens_lab_text_space(thing);
}

/**
 * numalens_lab_threads() - show where threads have run
 * @lab: lab
 * @title: whose, and when
 * @snapshot: snapshot
 */
void numalens_lab_threads(struct numalens_lab *lab, const char *title,
			  const struct numalens_snapshot *snapshot)
{
	struct json_object *thing = thing_begin(lab, "threads", title), *threads, *object, *times;
	struct numalens_thread thread;
	size_t i, node;

	json_object_object_add(thing, "nids", nids_json(snapshot));
	threads = array_of(thing, "threads");
	for (i = 0; i < snapshot->header.nr_threads; i++) {
		char comm[NUMALENS_COMM_LEN + 1] = "";

		numalens_snapshot_thread(snapshot, i, &thread);
		memcpy(comm, thread.comm, NUMALENS_COMM_LEN);
		object = json_object_new_object();
		json_object_object_add(object, "tid", json_object_new_int(thread.tid));
		numalens_lab_record_text(object, "comm", comm);
		json_object_object_add(object, "nid", json_object_new_int(thread.nid));
		times = array_of(object, "time_ns");
		for (node = 0; node < snapshot->header.nr_nodes; node++)
			json_object_array_add(times, json_object_new_uint64(
					      numalens_snapshot_thread_value(snapshot, i,
							NUMALENS_THREAD_TIME_NS, node)));
		json_object_array_add(threads, object);
	}
	if (lab->text)
		numalens_lab_text_threads(thing);
}

/* The member of an array whose member is a text, made if it is not there. */
static struct json_object *named(struct json_object *array, const char *key, const char *name)
{
	struct json_object *object;
	size_t i, nr = json_object_array_length(array);

	for (i = 0; i < nr; i++) {
		object = json_object_array_get_idx(array, i);
		if (!strcmp(numalens_lab_record_get(object, key), name))
			return object;
	}
	object = json_object_new_object();
	numalens_lab_record_text(object, key, name);
	json_object_array_add(array, object);
	return object;
}

/**
 * numalens_lab_point() - add a point to a plot
 * @lab: lab
 * @series: title of the plot
 * @x: what its x is: "s"
 * @y: what its y is: "pages"
 * @line: name of the line
 * @nid: node that it is of, or -1
 * @at: x
 * @value: y
 */
void numalens_lab_point(struct numalens_lab *lab, const char *series, const char *x,
			const char *y, const char *line, int nid, double at, double value)
{
	struct json_object *plot = named(array_of(lab->experiment, "series"), "title", series);
	struct json_object *curve, *point = json_object_new_array();

	numalens_lab_record_text(plot, "x", x);
	numalens_lab_record_text(plot, "y", y);
	curve = named(array_of(plot, "lines"), "name", line);
	if (nid >= 0)
		json_object_object_add(curve, "nid", json_object_new_int(nid));
	json_object_array_add(point, json_object_new_double(at));
	json_object_array_add(point, json_object_new_double(value));
	json_object_array_add(array_of(curve, "points"), point);
}

/**
 * numalens_lab_mark() - mark a moment in a plot
 * @lab: lab
 * @series: title of the plot
 * @at: x
 * @text: what happened
 */
void numalens_lab_mark(struct numalens_lab *lab, const char *series, double at, const char *text)
{
	struct json_object *plot = named(array_of(lab->experiment, "series"), "title", series);
	struct json_object *mark = json_object_new_object();

	json_object_object_add(mark, "x", json_object_new_double(at));
	numalens_lab_record_text(mark, "text", text);
	json_object_array_add(array_of(plot, "marks"), mark);
}

/**
 * numalens_lab_claim() - say whether something is as it was expected
 * @lab: lab
 * @met: it is
 * @expect: what was expected: "all pages on node 1"
 * @fmt: what was measured, as for printf()
 */
void numalens_lab_claim(struct numalens_lab *lab, bool met, const char *expect,
			const char *fmt, ...)
{
	struct json_object *claim = json_object_new_object();
	va_list args;

	json_object_array_add(array_of(lab->experiment, "claims"), claim);
	numalens_lab_record_text(claim, "expect", expect);
	va_start(args, fmt);
	format_add(claim, "measured", fmt, args);
	va_end(args);
	json_object_object_add(claim, "met", json_object_new_boolean(met));
}
