/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CSV_H
#define NUMALENS_CSV_H

#include <stddef.h>
#include <stdint.h>

struct json_object;

void numalens_csv_heads(struct json_object *row, const uint32_t *nids, size_t nr_nodes);
void numalens_csv_row(struct json_object *row, size_t nr_nodes);

#endif /* NUMALENS_CSV_H */
