/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_HTML_H
#define NUMALENS_HTML_H

#include <stdio.h>

struct json_object;

void numalens_html_text(FILE *out, const char *text);
void numalens_html_element(FILE *out, const char *tag, const char *class, const char *text);
void numalens_html_figure(FILE *out, const char *class, const char *title, const char *note);
void numalens_html_number(FILE *out, double number);
void numalens_html_value(FILE *out, struct json_object *value);

#endif /* NUMALENS_HTML_H */
