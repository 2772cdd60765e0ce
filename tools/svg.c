// SPDX-License-Identifier: GPL-2.0
/*
 * Pictures of gnuplot's, made fit to stand in a page, many of them: without
 * names that would be there twice, without definitions, fonts and name spaces,
 * and in the colours of the page.
 *
 * gnuplot writes tags of these forms only: <name attribute="value" …>, with
 * either kind of quotes and blanks around the =, <name …/> and </name>.
 */
#include "svg.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "paint.h"

/* What is between such tags, and the tags, are left out. */
static const char * const dropped[] = { "title", "desc", "defs" };

static bool tag_is(const char *tag, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(tag, name, len) && !isalnum((unsigned char)tag[len]);
}

/* Behind the end of an element, if it is one that is dropped. */
static const char *drop(const char *at)
{
	char close[16];
	const char *end;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dropped); i++) {
		if (!tag_is(at + 1, dropped[i]))
			continue;
		snprintf(close, sizeof(close), "</%s>", dropped[i]);
		end = strstr(at, close);
		return end ? end + strlen(close) : at + strlen(at);
	}
	return NULL;
}

/* Behind a group that holds nothing, which gnuplot writes many of. */
static const char *drop_empty(const char *at)
{
	const char *end;

	if (!tag_is(at + 1, "g"))
		return NULL;
	end = strchr(at, '>');
	if (!end)
		return NULL;
	end += 1 + strspn(end + 1, " \t\n");
	return strncmp(end, "</g>", 4) ? NULL : end + 4;
}

static void put_value(FILE *out, const char *value, int len)
{
	unsigned int red, green, blue;
	char *variable;
	int paint;

	if (len == 5 && !strncmp(value, "black", 5)) {
		fputs("currentColor", out);
		return;
	}
	if (sscanf(value, "rgb(%u,%u,%u)", &red, &green, &blue) == 3) {
		paint = numalens_paint_of_rgb(red, green, blue);
		if (paint >= 0) {
			variable = numalens_paint_variable(paint);
			fputs(variable, out);
			free(variable);
			return;
		}
	}
	fprintf(out, "%.*s", len, value);
}

/* One attribute; what comes behind it. NULL if it is none. */
static const char *put_attribute(FILE *out, const char *at)
{
	static const char * const unwanted[] = { "id", "font-family", "xlink:href", "class" };
	size_t len = strcspn(at, " =\t\n/>"), i;
	const char *value = at + len, *end;
	char quote;

	value += strspn(value, " \t\n");
	if (!len || *value != '=')
		return NULL;
	value += 1 + strspn(value + 1, " \t\n");
	quote = *value;
	if (quote != '"' && quote != '\'')
		return NULL;
	end = strchr(++value, quote);
	if (!end)
		return NULL;
	for (i = 0; i < ARRAY_SIZE(unwanted); i++)
		if (len == strlen(unwanted[i]) && !strncmp(at, unwanted[i], len))
			return end + 1;
	fprintf(out, " %.*s=\"", (int)len, at);
	put_value(out, value, end - value);
	putc('"', out);
	return end + 1;
}

/* An opening tag; what comes behind it. A point that is used becomes a circle. */
static const char *put_tag(FILE *out, const char *at)
{
	size_t len = strcspn(at + 1, " \t\n/>");

	if (tag_is(at + 1, "use"))
		fputs("<circle r=\"1\" stroke=\"none\" fill=\"currentColor\"", out);
	else
		fprintf(out, "<%.*s", (int)len, at + 1);
	at += 1 + len;
	while (*at && *at != '>') {
		const char *next = put_attribute(out, at += strspn(at, " \t\n"));

		if (next)
			at = next;
		else if (*at && *at != '>')
			putc(*at++, out);
	}
	return at;
}

static void put_body(FILE *out, const char *at, const char *end)
{
	while (at < end) {
		const char *next = NULL;

		if (*at == '<' && at[1] != '/') {
			next = drop(at);
			if (!next)
				next = drop_empty(at);
			if (!next)
				next = put_tag(out, at);
			at = next;
		} else if (*at == '\t' || (*at == '\n' && at[1] == '\n')) {
			at++;
		} else {
			putc(*at++, out);
		}
	}
}

/* NULL if it is none that gnuplot draws. */
static char *picture(const char *at, const char *end)
{
	unsigned int width, height;
	const char *box;
	size_t len;
	char *text;
	FILE *out;

	box = strstr(at, "viewBox=\"");
	if (!box || box > end || sscanf(box, "viewBox=\"0 0 %u %u\"", &width, &height) != 2)
		return NULL;
	at = strchr(box, '>');
	if (!at || at > end)
		return NULL;
	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	fprintf(out, "<svg viewBox=\"0 0 %u %u\" style=\"width:%upx\">", width, height, width);
	put_body(out, at + 1, end);
	fputs("</svg>\n", out);
	fclose(out);
	return text;
}

/**
 * numalens_svg_split() - take the pictures out of what gnuplot wrote
 * @text: one or more SVG documents
 * @pictures: gets the elements; free() each and the array
 *
 * Return: number of pictures.
 */
size_t numalens_svg_split(const char *text, char ***pictures)
{
	const char *end;
	char *drawn;
	size_t nr = 0;

	*pictures = NULL;
	while ((text = strstr(text, "<svg")) != NULL) {
		end = strstr(text, "</svg>");
		if (!end)
			break;
		drawn = picture(text, end);
		text = end;
		if (!drawn)
			continue;
		*pictures = numalens_realloc(*pictures, nr + 1, sizeof(**pictures));
		(*pictures)[nr++] = drawn;
	}
	return nr;
}
