// SPDX-License-Identifier: GPL-2.0
/*
 * Fields of a record that may have been damaged, or written by somebody else:
 * what is absent, or of another type, is nothing.
 */
#include "field.h"

#include <math.h>

#include <json-c/json.h>

#include "number.h"

/**
 * numalens_field_member() - a member of an object
 * @object: value of any type
 * @name: name of the member
 *
 * Return: the member, of any type; NULL if there is none.
 */
struct json_object *numalens_field_member(struct json_object *object, const char *name)
{
	struct json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, name, &value))
		return NULL;
	return value;
}

/**
 * numalens_field_list() - a member that is a list
 * @object: value of any type
 * @name: name of the member
 *
 * Return: the array, NULL if there is none.
 */
struct json_object *numalens_field_list(struct json_object *object, const char *name)
{
	struct json_object *value = numalens_field_member(object, name);

	return json_object_is_type(value, json_type_array) ? value : NULL;
}

/**
 * numalens_field_nr() - length of a list
 * @list: value of any type
 *
 * Return: its members, 0 if it is no list.
 */
size_t numalens_field_nr(struct json_object *list)
{
	return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

/**
 * numalens_field_at() - a member of a list
 * @list: value of any type
 * @i: which
 *
 * Return: the member, NULL if there is none.
 */
struct json_object *numalens_field_at(struct json_object *list, size_t i)
{
	return i < numalens_field_nr(list) ? json_object_array_get_idx(list, i) : NULL;
}

/**
 * numalens_field_text() - a member that is a text
 * @object: value of any type
 * @name: name of the member
 *
 * Return: the text, "" if there is none.
 */
const char *numalens_field_text(struct json_object *object, const char *name)
{
	struct json_object *value = numalens_field_member(object, name);

	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/**
 * numalens_field_number() - a number
 * @value: value of any type
 * @number: gets it
 *
 * Return: true if it is a number, and finite.
 */
bool numalens_field_number(struct json_object *value, double *number)
{
	if (!json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return false;
	*number = json_object_get_double(value);
	return isfinite(*number);
}

/**
 * numalens_field_count() - a number of things
 * @value: value of any type
 *
 * Return: the number; 0 if it is none, or below 0.
 */
double numalens_field_count(struct json_object *value)
{
	double number;

	return numalens_field_number(value, &number) && number > 0 ? number : 0;
}

/**
 * numalens_field_id() - id of a node or a CPU
 * @value: value of any type
 * @id: gets it
 *
 * Return: true if it is one.
 */
bool numalens_field_id(struct json_object *value, unsigned int *id)
{
	int64_t number;

	if (!json_object_is_type(value, json_type_int))
		return false;
	number = json_object_get_int64(value);
	if (number < 0 || number > NUMALENS_MAX_ID)
		return false;
	*id = number;
	return true;
}
