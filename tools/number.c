// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers, and lists of ids as the kernel writes them: "0-3,8".
 */
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static int parse(const char *text, int base, uint64_t *value)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return -EBADMSG;
	errno = 0;
	*value = strtoull(text, &end, base);
	if (errno || *end)
		return -EBADMSG;
	return 0;
}

/**
 * numalens_number_parse_decimal() - read a decimal number
 * @text: nothing but digits
 * @value: gets the number
 *
 * Return: 0 or -EBADMSG.
 */
int numalens_number_parse_decimal(const char *text, uint64_t *value)
{
	return parse(text, 10, value);
}

/**
 * numalens_number_parse() - read a number
 * @text: decimal, or hexadecimal behind 0x
 * @value: gets the number
 *
 * Return: 0 or -EBADMSG.
 */
int numalens_number_parse(const char *text, uint64_t *value)
{
	if (!strncmp(text, "0x", 2))
		return parse(text + 2, 16, value);
	return parse(text, 10, value);
}

/**
 * numalens_number_parse_top() - read how many rows of a table are wanted
 * @text: nothing but digits
 * @nr: gets the number
 *
 * Return: 0 or -EBADMSG.
 */
int numalens_number_parse_top(const char *text, size_t *nr)
{
	uint64_t value;

	if (parse(text, 10, &value) || !value || value > INT_MAX)
		return -EBADMSG;
	*nr = value;
	return 0;
}

/**
 * numalens_number_parse_seconds() - read a time
 * @text: seconds, with a fraction or without
 * @ns: gets nanoseconds
 *
 * Return: 0 or -EBADMSG.
 */
int numalens_number_parse_seconds(const char *text, uint64_t *ns)
{
	double seconds;
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EBADMSG;
	seconds = strtod(text, &end);
	/* A mistake, if longer than thirty years. */
	if (*end || !(seconds <= 1e9))
		return -EBADMSG;
	*ns = seconds * 1e9;
	return 0;
}

/**
 * numalens_list_add() - put an id into the set
 * @list: set
 * @id: at most NUMALENS_MAX_ID
 */
void numalens_list_add(struct numalens_list *list, unsigned int id)
{
	if (numalens_list_has(list, id))
		return;
	list->bits[id / 8] |= 1U << id % 8;
	list->nr++;
}

/**
 * numalens_list_has() - is the id in the set?
 * @list: set
 * @id: any
 *
 * Return: true if it is.
 */
bool numalens_list_has(const struct numalens_list *list, unsigned int id)
{
	return id <= NUMALENS_MAX_ID && list->bits[id / 8] & 1U << id % 8;
}

/**
 * numalens_list_add_all() - put a set into another
 * @list: set
 * @other: what is to be in it
 */
void numalens_list_add_all(struct numalens_list *list, const struct numalens_list *other)
{
	unsigned int id;

	for (id = 0; id <= NUMALENS_MAX_ID; id++)
		if (numalens_list_has(other, id))
			numalens_list_add(list, id);
}

static int parse_range(struct numalens_list *list, char *word)
{
	char *to = strchr(word, '-');
	uint64_t first, last;

	if (to)
		*to++ = '\0';
	if (parse(word, 10, &first) || parse(to ? to : word, 10, &last))
		return -EBADMSG;
	if (last < first || last > NUMALENS_MAX_ID)
		return -EBADMSG;
	for (; first <= last; first++)
		numalens_list_add(list, first);
	return 0;
}

/**
 * numalens_list_parse() - read a list of ids
 * @list: gets the ids
 * @text: as in cpulist, "0-3,8"; "" is the empty set
 *
 * Return: 0 or -EBADMSG.
 */
int numalens_list_parse(struct numalens_list *list, const char *text)
{
	char *copy = numalens_strdup(text), *rest = copy, *word;
	int ret = 0;

	memset(list, 0, sizeof(*list));
	while (*text && !ret && (word = strsep(&rest, ",")))
		ret = parse_range(list, word);
	free(copy);
	return ret;
}

/**
 * numalens_list_is_within() - are all ids of a set in another?
 * @list: set
 * @other: the other set
 *
 * Return: true if they are; so is the empty set.
 */
bool numalens_list_is_within(const struct numalens_list *list, const struct numalens_list *other)
{
	size_t i;

	for (i = 0; i < sizeof(list->bits); i++)
		if (list->bits[i] & ~other->bits[i])
			return false;
	return true;
}

/**
 * numalens_list_meets() - is an id of a set in another?
 * @list: set
 * @other: the other set
 *
 * Return: true if one is.
 */
bool numalens_list_meets(const struct numalens_list *list, const struct numalens_list *other)
{
	size_t i;

	for (i = 0; i < sizeof(list->bits); i++)
		if (list->bits[i] & other->bits[i])
			return true;
	return false;
}

/**
 * numalens_list_format() - write a list of ids
 * @list: set
 *
 * Return: as numalens_list_parse() reads it; free() it.
 */
char *numalens_list_format(const struct numalens_list *list)
{
	char *text = numalens_strdup(""), *next;
	unsigned int id, last;

	for (id = 0; id <= NUMALENS_MAX_ID; id = last + 1) {
		last = id;
		if (!numalens_list_has(list, id))
			continue;
		while (numalens_list_has(list, last + 1))
			last++;
		if (last > id)
			next = numalens_strf("%s%s%u-%u", text, *text ? "," : "", id, last);
		else
			next = numalens_strf("%s%s%u", text, *text ? "," : "", id);
		free(text);
		text = next;
	}
	return text;
}
