// SPDX-License-Identifier: GPL-2.0
/*
 * Matrices of nodes: heat maps with the numbers in them.
 */
#include "page_matrix.h"

#include <stdbool.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "html.h"
#include "page.h"
#include "page_node.h"
#include "paint.h"

#define CELL_WIDTH	68
#define CELL_HEIGHT	40

/* What fits into a cell in full. */
#define MAX_FULL	99999999

/* A map of more nodes is a table: nobody sees a pattern in a map that scrolls. */
#define MAX_MAP		12

struct map {
	struct numalens_page_nodes nodes;
	struct json_object *cells;
	double max;
};

static bool cell(const struct map *map, size_t row, size_t column, double *value)
{
	return numalens_field_number(numalens_field_at(numalens_field_at(map->cells, row), column),
				     value);
}

static void read(struct map *map, struct json_object *matrix)
{
	double value;
	size_t i, j;

	numalens_page_nodes_read(&map->nodes, matrix);
	map->cells = numalens_field_list(matrix, "cells");
	map->max = 0;
	for (i = 0; i < map->nodes.nr; i++)
		for (j = 0; j < map->nodes.nr; j++)
			if (cell(map, i, j, &value) && value > map->max)
				map->max = value;
}

/* Box around a point, in units of cells: x y left right top bottom colour */
static void box(FILE *script, double left, double right, double top, double bottom,
		enum numalens_paint paint)
{
	fprintf(script, "%g %g %g %g %g %g %u\n", left, top, left, right, top, bottom,
		numalens_paint_rgb(paint));
}

static void plot_boxes(FILE *script, const struct map *map)
{
	size_t i, j, nr = map->nodes.nr;
	double value;

	fputs("$boxes << END\n", script);
	for (i = 0; i < nr; i++) {
		enum numalens_paint paint = numalens_paint_node(map->nodes.nids[i]);

		box(script, -0.60, -0.53, i - 0.47, i + 0.47, paint);
		box(script, i - 0.47, i + 0.47, -0.66, -0.54, paint);
		for (j = 0; j < nr; j++) {
			unsigned int shade = cell(map, i, j, &value) ?
				numalens_paint_shade(value, map->max) : 0;

			box(script, j - 0.47, j + 0.47, i - 0.46, i + 0.46,
			    NUMALENS_PAINT_SHADE + shade);
		}
	}
	fputs("END\n", script);
}

/* Text at a point: x y text colour */
static void plot_labels(FILE *script, const struct map *map)
{
	size_t i, j, nr = map->nodes.nr;
	double value;

	fputs("$labels << END\n", script);
	for (i = 0; i < nr; i++) {
		fprintf(script, "-1.08 %zu \"node %u\" %u\n", i, map->nodes.nids[i],
			numalens_paint_rgb(NUMALENS_PAINT_INK));
		fprintf(script, "%zu -1 \"node %u\" %u\n", i, map->nodes.nids[i],
			numalens_paint_rgb(NUMALENS_PAINT_INK));
		for (j = 0; j < nr; j++) {
			if (!cell(map, i, j, &value))
				continue;
			fprintf(script, "%zu %zu \"", j, i);
			if (value >= -MAX_FULL && value <= MAX_FULL)
				numalens_html_number(script, value);
			else
				fprintf(script, "%.3g", value);
			fprintf(script, "\" %u\n",
				numalens_paint_rgb(numalens_paint_on(
					numalens_paint_shade(value, map->max))));
		}
	}
	fputs("END\n", script);
}

static const char *draw(struct numalens_plots *plots, const struct map *map)
{
	size_t nr = map->nodes.nr;
	FILE *script = numalens_plot_begin(plots, (nr + 1) * CELL_WIDTH, (nr + 1) * CELL_HEIGHT);

	fprintf(script, "unset tics\nset margins 0,0,0,0\nset xrange [-1.5:%zu.5]\n"
		"set yrange [%zu.5:-1.5]\n", nr - 1, nr - 1);
	plot_boxes(script, map);
	plot_labels(script, map);
	fputs("plot $boxes using 1:2:3:4:5:6:7 with boxxyerror fs solid 1 noborder lc rgb variable, "
	      "$labels using 1:2:3:4 with labels tc rgb variable\n", script);
	return numalens_plot_end(plots);
}

static void write_table(FILE *out, const struct map *map)
{
	size_t i, j, nr = map->nodes.nr;
	double value;

	fputs("<div class=\"scroll\"><table class=\"map\"><tr><td></td>", out);
	numalens_page_node_heads(out, &map->nodes);
	fputs("</tr>\n", out);
	for (i = 0; i < nr; i++) {
		fputs("<tr><th>", out);
		numalens_page_node(out, map->nodes.nids[i]);
		fputs("</th>", out);
		for (j = 0; j < nr; j++) {
			if (!cell(map, i, j, &value)) {
				fputs("<td class=\"h0\"></td>", out);
				continue;
			}
			fprintf(out, "<td class=\"h%u\">", numalens_paint_shade(value, map->max));
			numalens_html_number(out, value);
			fputs("</td>", out);
		}
		fputs("</tr>\n", out);
	}
	fputs("</table></div>\n", out);
}

/* What rows and columns are, and what is counted. */
static char *axes_of(struct json_object *matrix)
{
	static const struct {
		const char *name, *label;
	} parts[] = {
		{ "row", "row: " }, { "column", "column: " }, { "unit", "in " },
	};
	char *text = numalens_strdup("");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *part = numalens_field_text(matrix, parts[i].name);

		if (*part)
			numalens_append(&text, "%s%s%s", *text ? " · " : "", parts[i].label, part);
	}
	return text;
}

/**
 * numalens_page_matrix() - write a matrix
 * @page: page
 * @matrix: matrix of a record
 */
void numalens_page_matrix(struct numalens_page *page, struct json_object *matrix)
{
	const char *picture = NULL;
	char *axes = axes_of(matrix);
	struct map map;

	read(&map, matrix);
	numalens_html_figure(page->out, "matrix", numalens_field_text(matrix, "title"), axes);
	free(axes);
	if (map.nodes.nr && map.nodes.nr <= MAX_MAP)
		picture = draw(&page->plots, &map);
	if (picture)
		fputs(picture, page->out);
	else
		write_table(page->out, &map);
	fputs("</figure>\n", page->out);
}
