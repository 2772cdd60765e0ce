// SPDX-License-Identifier: GPL-2.0
/*
 * Colours of the page. Which they are is for page.css to say, in light and in
 * dark; gnuplot, which knows neither, draws with stand-ins that become them.
 */
#include "paint.h"

#include "alloc.h"

/* Stand-ins are #0100NN: as good as black, should one be seen after all. */
#define STAND_IN	0x010000U

/* The first shade whose text is ON_DEEP. */
#define DEEP		6

/**
 * numalens_paint_node() - colour of a node
 * @nid: node
 *
 * Return: the colour, the same wherever the node is shown.
 */
enum numalens_paint numalens_paint_node(unsigned int nid)
{
	return NUMALENS_PAINT_NODE + nid % NUMALENS_PAINT_NODES;
}

/**
 * numalens_paint_shade() - how deep a value is shaded
 * @value: the value
 * @max: largest value there is
 *
 * Return: the shade, 0 for nothing only.
 */
unsigned int numalens_paint_shade(double value, double max)
{
	if (value <= 0 || max <= 0)
		return 0;
	if (value >= max)
		return NUMALENS_PAINT_SHADES - 1;
	return 1 + value / max * (NUMALENS_PAINT_SHADES - 2);
}

/**
 * numalens_paint_on() - colour of text on a shade
 * @shade: the shade
 *
 * Return: the colour.
 */
enum numalens_paint numalens_paint_on(unsigned int shade)
{
	return shade < DEEP ? NUMALENS_PAINT_ON_PALE : NUMALENS_PAINT_ON_DEEP;
}

/**
 * numalens_paint_variable() - name of a colour in CSS
 * @paint: the colour
 *
 * Return: the variable; free() it.
 */
char *numalens_paint_variable(enum numalens_paint paint)
{
	static const char * const names[] = {
		[NUMALENS_PAINT_INK] = "ink",
		[NUMALENS_PAINT_SOFT] = "soft",
		[NUMALENS_PAINT_GRID] = "grid",
		[NUMALENS_PAINT_MARK] = "mark",
		[NUMALENS_PAINT_ON_PALE] = "on-pale",
		[NUMALENS_PAINT_ON_DEEP] = "on-deep",
	};

	if (paint < NUMALENS_PAINT_SHADE)
		return numalens_strf("var(--%s)", names[paint]);
	if (paint < NUMALENS_PAINT_NODE)
		return numalens_strf("var(--h%d)", paint - NUMALENS_PAINT_SHADE);
	return numalens_strf("var(--n%d)", paint - NUMALENS_PAINT_NODE);
}

/**
 * numalens_paint_rgb() - what gnuplot draws with
 * @paint: the colour
 *
 * Return: the stand-in.
 */
unsigned int numalens_paint_rgb(enum numalens_paint paint)
{
	return STAND_IN | paint;
}

/**
 * numalens_paint_of_rgb() - what gnuplot drew with
 * @red: part of the stand-in
 * @green: part of the stand-in
 * @blue: part of the stand-in
 *
 * Return: the colour, -1 if it is no stand-in.
 */
int numalens_paint_of_rgb(unsigned int red, unsigned int green, unsigned int blue)
{
	if ((red << 16 | green << 8) != STAND_IN || blue >= NUMALENS_NR_PAINTS)
		return -1;
	return blue;
}
