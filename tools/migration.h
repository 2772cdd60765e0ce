/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_MIGRATION_H
#define NUMALENS_MIGRATION_H

#include <stdint.h>

#include "column.h"

struct json_object;
struct numalens_snapshot;

/* Of numalens_migration_table() */
extern const struct numalens_column_set numalens_migration_columns;

uint64_t numalens_migration_promoted(const struct numalens_snapshot *snapshot);
char *numalens_migration_tiers(const struct numalens_snapshot *snapshot);
void numalens_migration_print(const struct numalens_snapshot *snapshot);
void numalens_migration_print_table(const struct numalens_snapshot *snapshot);
struct numalens_table *numalens_migration_table(const struct numalens_snapshot *snapshot);
void numalens_migration_print_moves(const struct numalens_snapshot *snapshot);
struct json_object *numalens_migration_json(const struct numalens_snapshot *snapshot);
struct json_object *numalens_migration_json_moves(const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_MIGRATION_H */
