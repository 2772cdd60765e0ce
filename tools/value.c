// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers by what they are: for people and for programs.
 */
#include "value.h"

#include <inttypes.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "alloc.h"
#include "output.h"

static char *change_text(int64_t change, uint32_t page_size)
{
	uint64_t size = change < 0 ? -(uint64_t)change : (uint64_t)change;
	char *pages = numalens_output_pages(size, page_size), *text;

	text = numalens_strf("%s%s", change < 0 ? "-" : change ? "+" : "", pages);
	free(pages);
	return text;
}

/**
 * numalens_value_text() - a number for people
 * @type: what it is
 * @value: the number
 * @page_size: bytes of a base page, for those that are pages
 *
 * Return: the text; free() it.
 */
char *numalens_value_text(enum numalens_value type, uint64_t value, uint32_t page_size)
{
	switch (type) {
	case NUMALENS_VALUE_PAGES:
		return numalens_output_pages(value, page_size);
	case NUMALENS_VALUE_BP:
		return numalens_output_bp(value);
	case NUMALENS_VALUE_HUNDREDTHS:
		return numalens_output_hundredths(value);
	case NUMALENS_VALUE_NS:
		return numalens_strf("%.2f", value / 1e9);
	case NUMALENS_VALUE_CHANGE:
		return change_text(value, page_size);
	case NUMALENS_VALUE_COUNT:
		break;
	}
	return numalens_strf("%" PRIu64, value);
}

/**
 * numalens_value_json() - a number for programs
 * @type: what it is
 * @value: the number
 *
 * Return: it, as it is.
 */
struct json_object *numalens_value_json(enum numalens_value type, uint64_t value)
{
	if (type == NUMALENS_VALUE_CHANGE)
		return json_object_new_int64(value);
	return json_object_new_uint64(value);
}
