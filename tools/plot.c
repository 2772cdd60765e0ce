// SPDX-License-Identifier: GPL-2.0
/*
 * Plots of a page: described in gnuplot's language, drawn all at once.
 */
#include "plot.h"

#include <stdlib.h>

#include "alloc.h"
#include "error.h"
#include "gnuplot.h"
#include "paint.h"
#include "svg.h"

static void script_open(struct numalens_plots *plots)
{
	plots->script = open_memstream(&plots->text, &plots->len);
	if (!plots->script)
		exit(numalens_error(NUMALENS_FAILED, "out of memory"));
}

/**
 * numalens_plot_init() - get ready for the plots of a page
 * @plots: plots
 */
void numalens_plot_init(struct numalens_plots *plots)
{
	*plots = (struct numalens_plots){ 0 };
	script_open(plots);
}

/**
 * numalens_plot_begin() - describe a plot
 * @plots: plots
 * @width: its width in pixels
 * @height: its height
 *
 * Return: where gnuplot is told what to plot; numbers and words of ours only.
 */
FILE *numalens_plot_begin(struct numalens_plots *plots, unsigned int width, unsigned int height)
{
	fprintf(plots->script,
		"reset\n"
		"set encoding utf8\n"
		"set terminal svg size %u,%u font 'sans,13' noenhanced\n"
		"set output\n"
		"set border 0 lc rgb 0x%06x\n"
		"set tics nomirror textcolor rgb 0x%06x\n"
		"unset key\n",
		width, height, numalens_paint_rgb(NUMALENS_PAINT_SOFT),
		numalens_paint_rgb(NUMALENS_PAINT_SOFT));
	return plots->script;
}

/**
 * numalens_plot_end() - the plot is described
 * @plots: plots
 *
 * Return: the picture, an SVG element; NULL if there is none (yet).
 */
const char *numalens_plot_end(struct numalens_plots *plots)
{
	fputs("set output\n", plots->script);
	plots->nr++;
	return plots->nr <= plots->nr_pictures ? plots->pictures[plots->nr - 1] : NULL;
}

/**
 * numalens_plot_draw() - draw all plots that were described
 * @plots: plots; the next to be described is the first again
 */
void numalens_plot_draw(struct numalens_plots *plots)
{
	char *drawn;
	size_t i;

	fclose(plots->script);
	if (plots->nr) {
		drawn = numalens_gnuplot_run(plots->text, &plots->why);
		if (drawn)
			plots->nr_pictures = numalens_svg_split(drawn, &plots->pictures);
		free(drawn);
	}
	/* One too few, and those behind it would stand in wrong places. */
	if (plots->nr_pictures != plots->nr && !plots->why) {
		plots->why = numalens_strf("gnuplot drew %zu of %zu plots", plots->nr_pictures,
					   plots->nr);
		for (i = 0; i < plots->nr_pictures; i++)
			free(plots->pictures[i]);
		plots->nr_pictures = 0;
	}
	free(plots->text);
	plots->nr = 0;
	script_open(plots);
}

/**
 * numalens_plot_free() - free plots
 * @plots: plots
 */
void numalens_plot_free(struct numalens_plots *plots)
{
	size_t i;

	fclose(plots->script);
	free(plots->text);
	for (i = 0; i < plots->nr_pictures; i++)
		free(plots->pictures[i]);
	free(plots->pictures);
	free(plots->why);
	*plots = (struct numalens_plots){ 0 };
}
