/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_PAGE_MACHINE_H
#define NUMALENS_PAGE_MACHINE_H

#include <stdio.h>

struct json_object;

void numalens_page_machine(FILE *out, struct json_object *machine);

#endif /* NUMALENS_PAGE_MACHINE_H */
