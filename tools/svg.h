/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SVG_H
#define NUMALENS_SVG_H

#include <stddef.h>

size_t numalens_svg_split(const char *text, char ***pictures);

#endif /* NUMALENS_SVG_H */
