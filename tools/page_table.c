// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of a record, as they are.
 */
#include "page_table.h"

#include <stdbool.h>

#include <json-c/json.h>

#include "field.h"
#include "html.h"
#include "page_node.h"

/* A column is one of numbers if nothing else is in it. */
static bool is_numeric(struct json_object *rows, size_t column)
{
	bool any = false;
	double number;
	size_t i;

	for (i = 0; i < numalens_field_nr(rows); i++) {
		struct json_object *value = numalens_field_at(numalens_field_at(rows, i), column);

		if (!value)
			continue;
		if (!numalens_field_number(value, &number))
			return false;
		any = true;
	}
	return any;
}

/* What is called as nodes are looks as nodes do. */
static void head_cell(FILE *out, struct json_object *value)
{
	const char *text = json_object_is_type(value, json_type_string) ?
		json_object_get_string(value) : "";
	unsigned int nid;
	int len = 0;

	if (sscanf(text, "node %5u%n", &nid, &len) == 1 && !text[len])
		numalens_page_node(out, nid);
	else
		numalens_html_value(out, value);
}

static void head(FILE *out, struct json_object *columns, struct json_object *rows)
{
	size_t i;

	if (!numalens_field_nr(columns))
		return;
	fputs("<tr>", out);
	for (i = 0; i < numalens_field_nr(columns); i++) {
		fprintf(out, "<th%s>", is_numeric(rows, i) ? " class=\"num\"" : "");
		head_cell(out, numalens_field_at(columns, i));
		fputs("</th>", out);
	}
	fputs("</tr>\n", out);
}

/**
 * numalens_page_table() - write a table
 * @out: page
 * @table: table of a record
 */
void numalens_page_table(FILE *out, struct json_object *table)
{
	struct json_object *rows = numalens_field_list(table, "rows");
	size_t i, j;
	double number;

	numalens_html_figure(out, "table", numalens_field_text(table, "title"), "");
	fputs("<div class=\"scroll\"><table>\n", out);
	head(out, numalens_field_list(table, "columns"), rows);
	for (i = 0; i < numalens_field_nr(rows); i++) {
		struct json_object *row = numalens_field_at(rows, i);

		fputs("<tr>", out);
		for (j = 0; j < numalens_field_nr(row); j++) {
			struct json_object *value = numalens_field_at(row, j);

			fprintf(out, "<td%s>", numalens_field_number(value, &number) ? "" :
				" class=\"text\"");
			numalens_html_value(out, value);
			fputs("</td>", out);
		}
		fputs("</tr>\n", out);
	}
	fputs("</table></div></figure>\n", out);
}
