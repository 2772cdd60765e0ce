// SPDX-License-Identifier: GPL-2.0
/*
 * Tables for spreadsheets: RFC 4180, but for the ends of lines, which are
 * Unix's. The columns are those that the table has for programs.
 */
#include "csv.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

static void text_print(const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		fputs(text, stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		if (*text == '"')
			putchar('"');
		putchar(*text);
	}
	putchar('"');
}

/* What is not known is an empty field. */
static void value_print(struct json_object *value)
{
	if (value)
		text_print(json_object_get_string(value));
}

/**
 * numalens_csv_heads() - print the names of the members of a row
 * @row: an object; arrays have a value a node
 * @nids: ids of the nodes
 * @nr_nodes: their count
 */
void numalens_csv_heads(struct json_object *row, const uint32_t *nids, size_t nr_nodes)
{
	bool first = true;
	size_t i;

	json_object_object_foreach(row, key, value) {
		bool nodes = json_object_is_type(value, json_type_array);

		for (i = 0; i < (nodes ? nr_nodes : 1); i++) {
			printf("%s%s", first ? "" : ",", key);
			if (nodes)
				printf("_node%" PRIu32, nids[i]);
			first = false;
		}
	}
	putchar('\n');
}

/**
 * numalens_csv_row() - print the members of a row
 * @row: an object; arrays have a value a node
 * @nr_nodes: count of the nodes
 */
void numalens_csv_row(struct json_object *row, size_t nr_nodes)
{
	bool first = true;
	size_t i;

	json_object_object_foreach(row, key, value) {
		bool nodes = json_object_is_type(value, json_type_array);

		(void)key;
		for (i = 0; i < (nodes ? nr_nodes : 1); i++) {
			if (!first)
				putchar(',');
			value_print(nodes ? json_object_array_get_idx(value, i) : value);
			first = false;
		}
	}
	putchar('\n');
}
