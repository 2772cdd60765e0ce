/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FOLIO_H
#define NUMALENS_FOLIO_H

struct json_object;
struct numalens_snapshot;
struct numalens_table;

void numalens_folio_rows_add(struct numalens_table *table,
			     const struct numalens_snapshot *snapshot);
struct json_object *numalens_folio_json(const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_FOLIO_H */
