// SPDX-License-Identifier: GPL-2.0
/*
 * Series: what changed over time, a line for each node, with marks of what
 * happened meanwhile.
 */
#include "page_series.h"

#include <stdbool.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "html.h"
#include "page.h"
#include "paint.h"

#define WIDTH	560
#define HEIGHT	250

/* More lines than can be told apart. */
#define MAX_LINES	24

/* Points are drawn where they are few enough to be seen one by one. */
#define MAX_DOTS	40

/* Marks nearer than this share of the width stand above each other. */
#define CROWDED		0.04

struct point {
	double x, y;
	size_t line;
};

struct line {
	struct json_object *json;
	bool has_node;
	unsigned int nid;
	unsigned int dash;	/* which of its colour, from 1 */
	size_t nr;
};

struct chart {
	struct line *lines;
	size_t nr_lines;
	size_t nr_left_out;
	struct point *points;	/* by line, in the order of the record */
	size_t nr;
	struct json_object *marks;
	double left, right, bottom, top;
};

static void line_read(struct chart *chart, struct json_object *json)
{
	struct json_object *points = numalens_field_list(json, "points");
	struct line *line = &chart->lines[chart->nr_lines];
	size_t i, nr = numalens_field_nr(points);
	struct point point;

	line->json = json;
	line->has_node = numalens_field_id(numalens_field_member(json, "nid"), &line->nid);
	line->dash = 1;
	for (i = 0; i < chart->nr_lines; i++)
		if (chart->lines[i].has_node == line->has_node &&
		    chart->lines[i].nid == line->nid)
			line->dash++;
	point.line = chart->nr_lines++;
	chart->points = numalens_realloc(chart->points, chart->nr + nr, sizeof(point));
	for (i = 0; i < nr; i++) {
		struct json_object *pair = numalens_field_at(points, i);

		if (!numalens_field_number(numalens_field_at(pair, 0), &point.x) ||
		    !numalens_field_number(numalens_field_at(pair, 1), &point.y))
			continue;
		chart->points[chart->nr++] = point;
		line->nr++;
	}
}

static bool mark_at(const struct chart *chart, size_t i, double *x)
{
	return numalens_field_number(numalens_field_member(numalens_field_at(chart->marks, i), "x"),
				     x);
}

static void include(double *low, double *high, double value)
{
	if (value < *low)
		*low = value;
	if (value > *high)
		*high = value;
}

static void ranges(struct chart *chart)
{
	double x;
	size_t i;

	if (!chart->nr)
		return;
	chart->left = chart->right = chart->points[0].x;
	for (i = 0; i < chart->nr; i++) {
		include(&chart->left, &chart->right, chart->points[i].x);
		include(&chart->bottom, &chart->top, chart->points[i].y);
	}
	for (i = 0; i < numalens_field_nr(chart->marks); i++)
		if (mark_at(chart, i, &x))
			include(&chart->left, &chart->right, x);
}

static void read(struct chart *chart, struct json_object *series)
{
	struct json_object *lines = numalens_field_list(series, "lines");
	size_t i, nr = numalens_field_nr(lines);

	*chart = (struct chart){ .marks = numalens_field_list(series, "marks") };
	if (nr > MAX_LINES) {
		chart->nr_left_out = nr - MAX_LINES;
		nr = MAX_LINES;
	}
	chart->lines = numalens_alloc(nr, sizeof(*chart->lines));
	for (i = 0; i < nr; i++)
		line_read(chart, numalens_field_at(lines, i));
	ranges(chart);
}

static enum numalens_paint paint_of(const struct line *line)
{
	return line->has_node ? numalens_paint_node(line->nid) : NUMALENS_PAINT_INK;
}

/* A dashed line for each mark, with its number above. */
static void plot_marks(FILE *script, const struct chart *chart)
{
	unsigned int rgb = numalens_paint_rgb(NUMALENS_PAINT_MARK), high = 0;
	double x, before = chart->left - 1, width = chart->right - chart->left;
	size_t i;

	for (i = 0; i < numalens_field_nr(chart->marks); i++) {
		if (!mark_at(chart, i, &x))
			continue;
		high = x - before < width * CROWDED && i ? !high : 0;
		before = x;
		fprintf(script, "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead dt 3 lc rgb %u\n"
			"set label \"%zu\" at %.9g, graph 1 offset 0,%g center tc rgb %u\n",
			x, x, rgb, i + 1, x, high ? 1.4 : 0.6, rgb);
	}
}

static void plot_data(FILE *script, const struct chart *chart)
{
	size_t i;

	for (i = 0; i < chart->nr; i++) {
		if (!i || chart->points[i].line != chart->points[i - 1].line)
			fprintf(script, "%s$line%zu << END\n", i ? "END\n" : "",
				chart->points[i].line);
		fprintf(script, "%.9g %.9g\n", chart->points[i].x, chart->points[i].y);
	}
	fputs("END\n", script);
}

static void plot_lines(FILE *script, const struct chart *chart)
{
	const char *between = "plot ";
	size_t i;

	for (i = 0; i < chart->nr_lines; i++) {
		const struct line *line = &chart->lines[i];
		unsigned int rgb = numalens_paint_rgb(paint_of(line));

		if (!line->nr)
			continue;
		fprintf(script, "%s$line%zu using 1:2 with lines lc rgb %u lw 2.5 dt %u", between, i,
			rgb, line->dash);
		between = ", ";
		if (line->nr <= MAX_DOTS)
			fprintf(script, ", $line%zu using 1:2 with points pt 7 ps 0.5 lc rgb %u",
				i, rgb);
	}
	putc('\n', script);
}

static const char *draw(struct numalens_plots *plots, const struct chart *chart)
{
	FILE *script = numalens_plot_begin(plots, WIDTH, HEIGHT);
	double height = chart->top - chart->bottom;

	fprintf(script, "set border 1 lc rgb %u\nset grid ytics lc rgb %u lt 1 lw 1\n"
		"set tics scale 0.4\nset tmargin 2.2\nset bmargin 2\nset rmargin 2\nset ytics scale 0\n"
		"set format y \"%s\"\n",
		numalens_paint_rgb(NUMALENS_PAINT_SOFT), numalens_paint_rgb(NUMALENS_PAINT_GRID),
		chart->top < 1e5 && chart->bottom > -1e5 ? "%g" : "%.1s%c");
	/* A range of nothing is none: gnuplot makes one up. */
	if (chart->right > chart->left)
		fprintf(script, "set xrange [%.9g:%.9g]\n", chart->left, chart->right);
	if (height > 0)
		fprintf(script, "set yrange [%.9g:%.9g]\n",
			chart->bottom < 0 ? chart->bottom - height * 0.04 : 0,
			chart->top + height * 0.04);
	plot_marks(script, chart);
	plot_data(script, chart);
	plot_lines(script, chart);
	return numalens_plot_end(plots);
}

static void write_keys(FILE *out, const struct chart *chart)
{
	const struct point *last;
	size_t i, at = 0;
	char *paint;

	fputs("<ul class=\"keys\">", out);
	for (i = 0; i < chart->nr_lines; i++) {
		const struct line *line = &chart->lines[i];

		paint = numalens_paint_variable(paint_of(line));
		fprintf(out, "<li><i class=\"stroke d%u\" style=\"color:%s\"></i>",
			line->dash > 3 ? 3 : line->dash, paint);
		free(paint);
		numalens_html_text(out, numalens_field_text(line->json, "name"));
		at += line->nr;
		last = line->nr ? &chart->points[at - 1] : NULL;
		if (last) {
			fputs(" <small>at the end ", out);
			numalens_html_number(out, last->y);
			fputs("</small>", out);
		}
		fputs("</li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void write_marks(FILE *out, const struct chart *chart, const char *unit)
{
	size_t i, nr = numalens_field_nr(chart->marks);
	double x;

	if (!nr)
		return;
	fputs("<ol class=\"marks\">", out);
	for (i = 0; i < nr; i++) {
		struct json_object *mark = numalens_field_at(chart->marks, i);

		fputs("<li>", out);
		numalens_html_text(out, numalens_field_text(mark, "text"));
		if (mark_at(chart, i, &x)) {
			fputs(" <small>at ", out);
			numalens_html_number(out, x);
			putc(' ', out);
			numalens_html_text(out, unit);
			fputs("</small>", out);
		}
		fputs("</li>\n", out);
	}
	fputs("</ol>\n", out);
}

static int compare(const void *a, const void *b)
{
	const struct point *one = a, *other = b;

	if (one->x != other->x)
		return one->x < other->x ? -1 : 1;
	return (one->line > other->line) - (one->line < other->line);
}

static void empty_cells(FILE *out, size_t nr)
{
	while (nr--)
		fputs("<td></td>", out);
}

/* All points, a row for each x. Two of one line at the same x are two rows. */
static void write_data(FILE *out, struct chart *chart, const char *x, const char *y, bool open)
{
	size_t i, next = chart->nr_lines;

	fprintf(out, "<details%s><summary>the %zu points as numbers", open ? " open=\"\"" : "",
		chart->nr);
	if (*y) {
		fputs(", in ", out);
		numalens_html_text(out, y);
	}
	fputs("</summary><div class=\"scroll\"><table><tr><th class=\"num\">", out);
	numalens_html_text(out, x);
	fputs("</th>", out);
	for (i = 0; i < chart->nr_lines; i++) {
		fputs("<th class=\"num\">", out);
		numalens_html_text(out, numalens_field_text(chart->lines[i].json, "name"));
		fputs("</th>", out);
	}
	if (chart->nr)
		qsort(chart->points, chart->nr, sizeof(*chart->points), compare);
	for (i = 0; i < chart->nr; i++) {
		const struct point *point = &chart->points[i];

		if (!i || point->x != point[-1].x || point->line == point[-1].line) {
			empty_cells(out, chart->nr_lines - next);
			fputs("</tr>\n<tr><td>", out);
			numalens_html_number(out, point->x);
			fputs("</td>", out);
			next = 0;
		}
		empty_cells(out, point->line - next);
		fputs("<td>", out);
		numalens_html_number(out, point->y);
		fputs("</td>", out);
		next = point->line + 1;
	}
	empty_cells(out, chart->nr_lines - next);
	fputs("</tr>\n</table></div></details>\n", out);
}

/**
 * numalens_page_series() - write a series
 * @page: page
 * @series: series of a record
 */
void numalens_page_series(struct numalens_page *page, struct json_object *series)
{
	const char *x = numalens_field_text(series, "x"), *y = numalens_field_text(series, "y");
	const char *picture = NULL;
	FILE *out = page->out;
	struct chart chart;

	read(&chart, series);
	numalens_html_figure(out, "series", numalens_field_text(series, "title"), "");
	if (chart.nr)
		picture = draw(&page->plots, &chart);
	fputs("<div class=\"beside\"><div>", out);
	if (picture) {
		numalens_html_element(out, "div", "y", y);
		fputs(picture, out);
		numalens_html_element(out, "div", "x", x);
	}
	fputs("</div><div>", out);
	write_keys(out, &chart);
	write_marks(out, &chart, x);
	if (chart.nr_left_out)
		fprintf(out, "<p class=\"note\">and %zu lines more</p>\n", chart.nr_left_out);
	fputs("</div></div>\n", out);
	write_data(out, &chart, x, y, !picture);
	fputs("</figure>\n", out);
	free(chart.lines);
	free(chart.points);
}
