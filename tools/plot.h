/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PLOT_H
#define NUMALENS_PLOT_H

#include <stddef.h>
#include <stdio.h>

/**
 * struct numalens_plots - pictures of a page
 * @script: what gnuplot is told
 * @text: the script's text
 * @len: its length
 * @nr: plots that were described
 * @pictures: SVG elements, NULL as long as nothing is drawn
 * @nr_pictures: number of them
 * @why: why there are none
 *
 * A page is written twice: the first time it describes its plots, which are
 * then drawn by one gnuplot, and the second time it finds the pictures.
 */
struct numalens_plots {
	FILE *script;
	char *text;
	size_t len;
	size_t nr;
	char **pictures;
	size_t nr_pictures;
	char *why;
};

void numalens_plot_init(struct numalens_plots *plots);
FILE *numalens_plot_begin(struct numalens_plots *plots, unsigned int width, unsigned int height);
const char *numalens_plot_end(struct numalens_plots *plots);
void numalens_plot_draw(struct numalens_plots *plots);
void numalens_plot_free(struct numalens_plots *plots);

#endif /* NUMALENS_PLOT_H */
