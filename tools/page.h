/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_H
#define NUMALENS_PAGE_H

#include <stdio.h>

#include "plot.h"

struct json_object;

/**
 * struct numalens_page - a page that is being written
 * @out: where its HTML goes
 * @plots: its plots
 */
struct numalens_page {
	FILE *out;
	struct numalens_plots plots;
};

int numalens_page_write(struct json_object *lab, const char *dir);

#endif /* NUMALENS_PAGE_H */
