/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_VERDICT_H
#define NUMALENS_PAGE_VERDICT_H

#include <stdio.h>

struct json_object;

void numalens_page_verdict(FILE *out, struct json_object *experiment);
void numalens_page_verdict_counts(FILE *out, struct json_object *experiments);

#endif /* NUMALENS_PAGE_VERDICT_H */
