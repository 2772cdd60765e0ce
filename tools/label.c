// SPDX-License-Identifier: GPL-2.0
/*
 * Labels of a metric, as both text formats of Prometheus have them.
 */
#include "label.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "output.h"

/* A line's end is kept; what else no text may have becomes \xNN, as everywhere. */
static char *line_escape(const char *line, size_t len)
{
	char *copy = strndup(line, len), *clean = numalens_output_clean(copy ? copy : "");
	char *escaped = numalens_alloc(strlen(clean) + 1, 2), *to = escaped;
	const char *from;

	for (from = clean; *from; from++) {
		if (*from == '\\' || *from == '"')
			*to++ = '\\';
		*to++ = *from;
	}
	free(clean);
	free(copy);
	return escaped;
}

/**
 * numalens_label_escape() - make a label's value of a text
 * @value: any bytes
 *
 * Return: UTF-8 without quotes around it; free() it.
 */
char *numalens_label_escape(const char *value)
{
	char *escaped = numalens_strdup(""), *line;
	size_t len;

	for (;; value += len + 1) {
		len = strcspn(value, "\n");
		line = line_escape(value, len);
		numalens_append(&escaped, "%s%s", line, value[len] ? "\\n" : "");
		free(line);
		if (!value[len])
			return escaped;
	}
}

/**
 * numalens_label_add() - add a label
 * @labels: the labels before it; they move
 * @name: its name
 * @value: any bytes
 */
void numalens_label_add(char **labels, const char *name, const char *value)
{
	char *escaped = numalens_label_escape(value);

	numalens_append(labels, "%s%s=\"%s\"", **labels ? "," : "", name, escaped);
	free(escaped);
}

/**
 * numalens_label_add_id() - add a label that is a number
 * @labels: the labels before it; they move
 * @name: its name
 * @id: the number
 */
void numalens_label_add_id(char **labels, const char *name, unsigned int id)
{
	numalens_append(labels, "%s%s=\"%u\"", **labels ? "," : "", name, id);
}
