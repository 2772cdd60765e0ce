// SPDX-License-Identifier: GPL-2.0
/*
 * An address space by node: a picture whose area is its memory, in the order
 * of addresses, and the ranges by size.
 */
#include "page_space.h"

#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "html.h"
#include "page.h"
#include "page_node.h"
#include "paint.h"

#define WIDTH		560
#define HEIGHT		110
#define MIB		1048576.0

/* Ranges that are in sight at once. */
#define MAX_SHOWN	8

/* Ranges whose share of the memory is less have no number in the picture. */
#define NUMBERED	0.05

struct range {
	struct json_object *json;
	struct json_object *pages;
	size_t place;		/* in the order of addresses */
	size_t rank;		/* by size, from 1 */
	double sum;
};

struct space {
	struct numalens_page_nodes nodes;
	double page_size;
	struct range *ranges;
	size_t nr;		/* ranges with pages */
	size_t nr_empty;
	double sum;
};

static int by_size(const void *a, const void *b)
{
	const struct range *one = a, *other = b;

	if (one->sum != other->sum)
		return one->sum < other->sum ? 1 : -1;
	return one->place < other->place ? -1 : 1;
}

static int by_place(const void *a, const void *b)
{
	const struct range *one = a, *other = b;

	return one->place < other->place ? -1 : 1;
}

static void read(struct space *space, struct json_object *json)
{
	struct json_object *vmas = numalens_field_list(json, "vmas");
	size_t i, nr = numalens_field_nr(vmas);

	*space = (struct space){ 0 };
	numalens_page_nodes_read(&space->nodes, json);
	space->page_size = numalens_field_count(numalens_field_member(json, "page_size"));
	space->ranges = numalens_alloc(nr, sizeof(*space->ranges));
	for (i = 0; i < nr; i++) {
		struct range *range = &space->ranges[space->nr];

		range->json = numalens_field_at(vmas, i);
		range->pages = numalens_field_list(range->json, "pages");
		range->place = i;
		range->sum = numalens_page_node_sum(&space->nodes, range->pages);
		space->sum += range->sum;
		if (range->sum > 0)
			space->nr++;
		else
			space->nr_empty++;
	}
	qsort(space->ranges, space->nr, sizeof(*space->ranges), by_size);
	for (i = 0; i < space->nr; i++)
		space->ranges[i].rank = i + 1;
}

static double mib(const struct space *space, double pages)
{
	return pages * space->page_size / MIB;
}

/* A box a node of each range: left right bottom top colour */
static void plot_boxes(FILE *script, const struct space *space)
{
	double left = 0, right, from, to;
	size_t i, j;

	fputs("$boxes << END\n", script);
	for (i = 0; i < space->nr; i++) {
		const struct range *range = &space->ranges[i];

		right = left + mib(space, range->sum);
		from = 0;
		for (j = 0; j < space->nodes.nr; j++) {
			to = from + numalens_field_count(numalens_field_at(range->pages, j)) /
				range->sum;
			if (to > from)
				fprintf(script, "%.9g %.9g %.9g %.9g %u\n", left, right, from, to,
					numalens_paint_rgb(numalens_paint_node(
						space->nodes.nids[j])));
			from = to;
		}
		left = right;
	}
	fputs("END\n", script);
}

/* What tells ranges from each other: a line between, and their numbers in the list. */
static void plot_ranges(FILE *script, const struct space *space)
{
	double left = 0, width, all = mib(space, space->sum);
	size_t i;

	for (i = 0; i < space->nr; i++) {
		width = mib(space, space->ranges[i].sum);
		if (width >= all * NUMBERED)
			fprintf(script, "set label \"%zu\" at %.9g, graph 1 offset 0,0.6 center "
				"tc rgb %u\n"
				"set arrow from %.9g, graph 0 to %.9g, graph 1.08 nohead front "
				"lc rgb %u\n"
				"set arrow from %.9g, graph 0 to %.9g, graph 1.08 nohead front "
				"lc rgb %u\n",
				space->ranges[i].rank, left + width / 2,
				numalens_paint_rgb(NUMALENS_PAINT_SOFT),
				left, left, numalens_paint_rgb(NUMALENS_PAINT_GRID),
				left + width, left + width,
				numalens_paint_rgb(NUMALENS_PAINT_GRID));
		left += width;
	}
}

static const char *draw(struct numalens_plots *plots, struct space *space)
{
	FILE *script = numalens_plot_begin(plots, WIDTH, HEIGHT);

	qsort(space->ranges, space->nr, sizeof(*space->ranges), by_place);
	fprintf(script, "set tics scale 0.4\nunset ytics\nset tmargin 1.4\nset lmargin 2\n"
		"set rmargin 2\nset xrange [0:%.9g]\nset yrange [0:1]\nset format x \"%%g\"\n",
		mib(space, space->sum));
	plot_boxes(script, space);
	plot_ranges(script, space);
	fputs("plot $boxes using 1:3:1:2:3:4:5 with boxxyerror fs solid 1 noborder "
	      "lc rgb variable\n", script);
	qsort(space->ranges, space->nr, sizeof(*space->ranges), by_size);
	return numalens_plot_end(plots);
}

static void table_row(FILE *out, const struct space *space, const struct range *range)
{
	size_t i;

	fprintf(out, "<tr><td>%zu</td><td class=\"range\"><code>", range->rank);
	numalens_html_text(out, numalens_field_text(range->json, "start"));
	fputs("–", out);
	numalens_html_text(out, numalens_field_text(range->json, "end"));
	fputs("</code>", out);
	numalens_html_element(out, "small", NULL, numalens_field_text(range->json, "path"));
	fputs("</td><td>", out);
	numalens_page_node_bar(out, &space->nodes, range->pages);
	fputs("</td>", out);
	for (i = 0; i < space->nodes.nr; i++)
		fprintf(out, "<td>%.0f</td>",
			numalens_field_count(numalens_field_at(range->pages, i)));
	fputs("<td class=\"text\">", out);
	numalens_html_text(out, numalens_field_text(range->json, "kind"));
	fputs("</td><td class=\"text\">", out);
	numalens_html_text(out, numalens_field_text(range->json, "policy"));
	fputs("</td></tr>\n", out);
}

static void write_ranges(FILE *out, const struct space *space, size_t from, size_t to)
{
	size_t i;

	fputs("<div class=\"scroll\"><table class=\"ranges\"><tr><th class=\"num\">#</th>"
	      "<th>addresses</th><th>pages</th>", out);
	numalens_page_node_heads(out, &space->nodes);
	fputs("<th>kind</th><th>policy</th></tr>\n", out);
	for (i = from; i < to; i++)
		table_row(out, space, &space->ranges[i]);
	fputs("</table></div>\n", out);
}

static void write_tables(FILE *out, const struct space *space)
{
	size_t shown = space->nr <= MAX_SHOWN ? space->nr : MAX_SHOWN;

	if (shown)
		write_ranges(out, space, 0, shown);
	if (space->nr > shown) {
		fprintf(out, "<details><summary>%zu smaller ranges</summary>\n", space->nr - shown);
		write_ranges(out, space, shown, space->nr);
		fputs("</details>\n", out);
	}
	if (space->nr_empty)
		fprintf(out, "<p class=\"note\">%zu %s no page in memory.</p>\n", space->nr_empty,
			space->nr_empty == 1 ? "range has" : "ranges have");
}

/**
 * numalens_page_space() - write an address space
 * @page: page
 * @json: address space of a record
 */
void numalens_page_space(struct numalens_page *page, struct json_object *json)
{
	const char *picture = NULL;
	struct space space;

	read(&space, json);
	numalens_html_figure(page->out, "space", numalens_field_text(json, "title"),
			     "in the order of addresses; area is memory; numbers are those of the "
			     "ranges below");
	if (space.nr && space.page_size > 0)
		picture = draw(&page->plots, &space);
	if (picture) {
		fputs(picture, page->out);
		fputs("<div class=\"x\">MiB</div>\n", page->out);
	}
	write_tables(page->out, &space);
	fputs("</figure>\n", page->out);
	free(space.ranges);
}
