/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_THREAD_H
#define NUMALENS_PAGE_THREAD_H

#include <stdio.h>

struct json_object;

void numalens_page_threads(FILE *out, struct json_object *threads);

#endif /* NUMALENS_PAGE_THREAD_H */
