/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_H
#define NUMALENS_PAGE_H

#include <stdio.h>

#include "plot.h"

struct json_object;

/**
 * struct numalens_page_kind - what a page is of
 * @name: the command's
 * @empty: what stands where the record has nothing
 * @record: file that the record is left in, NULL for none
 * @footer: where the record is
 */
struct numalens_page_kind {
	const char *name;
	const char *empty;
	const char *record;
	const char *footer;
};

/**
 * struct numalens_page - a page that is being written
 * @kind: what it is of
 * @out: where its HTML goes
 * @plots: its plots
 */
struct numalens_page {
	const struct numalens_page_kind *kind;
	FILE *out;
	struct numalens_plots plots;
};

int numalens_page_write(struct json_object *record, const char *dir,
			const struct numalens_page_kind *kind);

#endif /* NUMALENS_PAGE_H */
