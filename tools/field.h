/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_FIELD_H
#define NUMALENS_FIELD_H

#include <stdbool.h>
#include <stddef.h>

struct json_object;

struct json_object *numalens_field_list(struct json_object *object, const char *name);
size_t numalens_field_nr(struct json_object *list);
struct json_object *numalens_field_at(struct json_object *list, size_t i);
struct json_object *numalens_field_member(struct json_object *object, const char *name);
const char *numalens_field_text(struct json_object *object, const char *name);
bool numalens_field_number(struct json_object *value, double *number);
double numalens_field_count(struct json_object *value);
bool numalens_field_id(struct json_object *value, unsigned int *id);

#endif /* NUMALENS_FIELD_H */
