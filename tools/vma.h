/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_VMA_H
#define NUMALENS_VMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;
struct numalens_column_set;
struct numalens_snapshot;
struct numalens_table;
struct numalens_vma;

extern const struct numalens_column_set numalens_vma_columns;

const char *numalens_vma_kind_name(uint32_t kind);
const char *numalens_vma_source_name(uint32_t source);
char *numalens_vma_policy(const struct numalens_snapshot *snapshot, const struct numalens_vma *vma);
void numalens_vma_perms(char *text, uint32_t perms);
struct numalens_table *numalens_vma_table(const struct numalens_snapshot *snapshot, size_t top);
void numalens_vma_print(const struct numalens_snapshot *snapshot, size_t top);
struct json_object *numalens_vma_json(const struct numalens_snapshot *snapshot, size_t top);

#endif /* NUMALENS_VMA_H */
