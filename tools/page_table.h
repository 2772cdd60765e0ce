/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_TABLE_H
#define NUMALENS_PAGE_TABLE_H

#include <stdio.h>

struct json_object;

void numalens_page_table(FILE *out, struct json_object *table);

#endif /* NUMALENS_PAGE_TABLE_H */
