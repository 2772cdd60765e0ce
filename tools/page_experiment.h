/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_EXPERIMENT_H
#define NUMALENS_PAGE_EXPERIMENT_H

#include <stdio.h>

struct json_object;
struct numalens_page;

void numalens_page_experiment_row(FILE *out, struct json_object *experiment, size_t i);
void numalens_page_experiment(struct numalens_page *page, struct json_object *experiment, size_t i);

#endif /* NUMALENS_PAGE_EXPERIMENT_H */
