/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAINT_H
#define NUMALENS_PAINT_H

/* Nodes with a colour of their own; more share them. */
#define NUMALENS_PAINT_NODES	16

/* Shades of a heat map; the first is for nothing. */
#define NUMALENS_PAINT_SHADES	10

/**
 * enum numalens_paint - what a colour of the page is for
 * @NUMALENS_PAINT_INK: text, lines
 * @NUMALENS_PAINT_SOFT: text beside
 * @NUMALENS_PAINT_GRID: lines behind
 * @NUMALENS_PAINT_MARK: marks in a series
 * @NUMALENS_PAINT_ON_PALE: text on pale shades
 * @NUMALENS_PAINT_ON_DEEP: text on deep shades
 * @NUMALENS_PAINT_SHADE: the first shade
 * @NUMALENS_PAINT_NODE: the first node
 * @NUMALENS_NR_PAINTS: number of them
 */
enum numalens_paint {
	NUMALENS_PAINT_INK,
	NUMALENS_PAINT_SOFT,
	NUMALENS_PAINT_GRID,
	NUMALENS_PAINT_MARK,
	NUMALENS_PAINT_ON_PALE,
	NUMALENS_PAINT_ON_DEEP,
	NUMALENS_PAINT_SHADE,
	NUMALENS_PAINT_NODE = NUMALENS_PAINT_SHADE + NUMALENS_PAINT_SHADES,
	NUMALENS_NR_PAINTS = NUMALENS_PAINT_NODE + NUMALENS_PAINT_NODES,
};

enum numalens_paint numalens_paint_node(unsigned int nid);
unsigned int numalens_paint_shade(double value, double max);
enum numalens_paint numalens_paint_on(unsigned int shade);
char *numalens_paint_variable(enum numalens_paint paint);
unsigned int numalens_paint_rgb(enum numalens_paint paint);
int numalens_paint_of_rgb(unsigned int red, unsigned int green, unsigned int blue);

#endif /* NUMALENS_PAINT_H */
