// SPDX-License-Identifier: GPL-2.0
/*
 * Text of a record becomes HTML here, and nowhere else: whatever processes and
 * files are called, it stays text. What is written is XML, too.
 */
#include "html.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "field.h"
#include "output.h"

/* Integers that a double holds exactly. */
#define EXACT	9007199254740992.0

/**
 * numalens_html_text() - write a text
 * @out: page
 * @text: any bytes
 */
void numalens_html_text(FILE *out, const char *text)
{
	static const struct {
		char from;
		const char *to;
	} escapes[] = {
		{ '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" },
		{ '\'', "&#39;" }, { '\0', NULL }
	};
	char *clean = numalens_output_clean(text), *at;
	size_t i;

	for (at = clean; *at; at++) {
		for (i = 0; escapes[i].from && escapes[i].from != *at; i++)
			;
		if (escapes[i].from)
			fputs(escapes[i].to, out);
		else
			putc(*at, out);
	}
	free(clean);
}

/**
 * numalens_html_element() - write an element with a text
 * @out: page
 * @tag: its tag
 * @class: its class, or NULL
 * @text: any bytes; the element is left out if there are none
 */
void numalens_html_element(FILE *out, const char *tag, const char *class, const char *text)
{
	if (!*text)
		return;
	if (class)
		fprintf(out, "<%s class=\"%s\">", tag, class);
	else
		fprintf(out, "<%s>", tag);
	numalens_html_text(out, text);
	fprintf(out, "</%s>\n", tag);
}

/**
 * numalens_html_figure() - begin a figure
 * @out: page
 * @class: its class
 * @title: what it shows; may be ""
 * @note: how to read it; may be ""
 */
void numalens_html_figure(FILE *out, const char *class, const char *title, const char *note)
{
	fprintf(out, "<figure class=\"%s\"><figcaption>", class);
	numalens_html_element(out, "b", NULL, title);
	numalens_html_element(out, "span", "axes", note);
	fputs("</figcaption>\n", out);
}

/**
 * numalens_html_number() - write a number
 * @out: page
 * @number: the number
 */
void numalens_html_number(FILE *out, double number)
{
	if (number > -EXACT && number < EXACT && number == (double)(int64_t)number)
		fprintf(out, "%.0f", number);
	else
		fprintf(out, "%.6g", number);
}

/**
 * numalens_html_value() - write a value as a person would
 * @out: page
 * @value: value of any type
 */
void numalens_html_value(FILE *out, struct json_object *value)
{
	double number;

	if (numalens_field_number(value, &number))
		numalens_html_number(out, number);
	else if (value)
		numalens_html_text(out, json_object_get_string(value));
}
