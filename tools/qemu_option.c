// SPDX-License-Identifier: GPL-2.0
/*
 * Arguments of QEMU's options: "memory-backend-ram,id=ram0,size=1G,share",
 * where ",," is a comma, or a JSON object, as libvirt writes it.
 */
#include "qemu_option.h"

#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "number.h"

/* Takes the strings. */
static void add(struct numalens_qemu_option *option, char *key, char *value)
{
	option->keys = numalens_realloc(option->keys, option->nr + 1, sizeof(*option->keys));
	option->values = numalens_realloc(option->values, option->nr + 1,
					  sizeof(*option->values));
	option->keys[option->nr] = key;
	option->values[option->nr++] = value;
}

/* The text up to a comma that is not doubled; *@text gets behind it, or NULL. */
static char *word_take(const char **text)
{
	char *word = numalens_alloc(strlen(*text) + 1, 1), *to = word;
	const char *from = *text;

	while (*from && (*from != ',' || from[1] == ',')) {
		from += *from == ',';
		*to++ = *from++;
	}
	*text = *from ? from + 1 : NULL;
	return word;
}

static void words_parse(struct numalens_qemu_option *option, const char *text,
			const char *implied)
{
	bool first = true;

	for (; text; first = false) {
		char *word = word_take(&text), *equals = strchr(word, '=');

		if (equals) {
			*equals = '\0';
			add(option, numalens_strdup(word), numalens_strdup(equals + 1));
		} else if (first && implied) {
			add(option, numalens_strdup(implied), numalens_strdup(word));
		} else if (!strncmp(word, "no", 2)) {
			add(option, numalens_strdup(word + 2), numalens_strdup("off"));
		} else {
			add(option, numalens_strdup(word), numalens_strdup("on"));
		}
		free(word);
	}
}

/* What is an object itself says nothing about memory. */
static void value_add(struct numalens_qemu_option *option, const char *key,
		      struct json_object *value)
{
	const char *text = json_object_get_string(value);
	size_t i;

	if (json_object_is_type(value, json_type_array))
		for (i = 0; i < json_object_array_length(value); i++)
			value_add(option, key, json_object_array_get_idx(value, i));
	else if (json_object_is_type(value, json_type_boolean))
		add(option, numalens_strdup(key),
		    numalens_strdup(json_object_get_boolean(value) ? "on" : "off"));
	else if (text && !json_object_is_type(value, json_type_object))
		add(option, numalens_strdup(key), numalens_strdup(text));
}

/**
 * numalens_qemu_option_parse() - read the argument of an option
 * @option: gets it; numalens_qemu_option_free() it
 * @text: the argument
 * @implied: name of its first property, which may be left out, or NULL
 */
void numalens_qemu_option_parse(struct numalens_qemu_option *option, const char *text,
				const char *implied)
{
	struct json_object *object = *text == '{' ? json_tokener_parse(text) : NULL;

	memset(option, 0, sizeof(*option));
	if (json_object_is_type(object, json_type_object)) {
		json_object_object_foreach(object, key, value)
			value_add(option, key, value);
	} else {
		words_parse(option, text, implied);
	}
	json_object_put(object);
}

/**
 * numalens_qemu_option_free() - end what numalens_qemu_option_parse() gave
 * @option: argument
 */
void numalens_qemu_option_free(struct numalens_qemu_option *option)
{
	size_t i;

	for (i = 0; i < option->nr; i++) {
		free(option->keys[i]);
		free(option->values[i]);
	}
	free(option->keys);
	free(option->values);
}

/**
 * numalens_qemu_option_get() - find a property
 * @option: argument
 * @key: its name
 *
 * Return: its value, the last one if there are more; NULL if it is not there.
 */
const char *numalens_qemu_option_get(const struct numalens_qemu_option *option, const char *key)
{
	size_t i;

	for (i = option->nr; i; i--)
		if (!strcmp(option->keys[i - 1], key))
			return option->values[i - 1];
	return NULL;
}

/**
 * numalens_qemu_option_is_on() - is a property on?
 * @option: argument
 * @key: its name
 *
 * Return: true if it is.
 */
bool numalens_qemu_option_is_on(const struct numalens_qemu_option *option, const char *key)
{
	const char *value = numalens_qemu_option_get(option, key);

	return value && (!strcmp(value, "on") || !strcmp(value, "yes") ||
			 !strcmp(value, "true") || !strcmp(value, "y"));
}

/**
 * numalens_qemu_option_number() - find a property that is a number
 * @option: argument
 * @key: its name
 * @missing: what it is if it is not there, or no number
 *
 * Return: the number.
 */
uint64_t numalens_qemu_option_number(const struct numalens_qemu_option *option, const char *key,
				     uint64_t missing)
{
	const char *value = numalens_qemu_option_get(option, key);
	uint64_t number;

	return value && !numalens_number_parse(value, &number) ? number : missing;
}

/**
 * numalens_qemu_option_size() - read an amount of memory
 * @text: "64M", "1.5G", a bare number, or NULL
 * @unit: unit of a bare number: 'B', 'M'
 *
 * Return: bytes, 0 if it makes no sense.
 */
uint64_t numalens_qemu_option_size(const char *text, char unit)
{
	static const char units[] = "BKMGTPE";
	const char *at;
	uint64_t number;
	double value;
	char *end;

	if (!text)
		return 0;
	if (unit == 'B' && !numalens_number_parse(text, &number))
		return number;
	value = strtod(text, &end);
	if (end == text || !(value >= 0) || (*end && end[1] && strcmp(end + 1, "iB")))
		return 0;
	if (*end)
		unit = *end >= 'a' && *end <= 'z' ? *end - 'a' + 'A' : *end;
	at = strchr(units, unit);
	if (!at)
		return 0;
	value *= 1ULL << 10 * (at - units);
	return value < (double)(1ULL << 62) ? value : 0;
}
