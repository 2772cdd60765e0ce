/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_DOMAIN_H
#define NUMALENS_PAGE_DOMAIN_H

#include <stdio.h>

struct json_object;

void numalens_page_domains(FILE *out, struct json_object *machine);

#endif /* NUMALENS_PAGE_DOMAIN_H */
