// SPDX-License-Identifier: GPL-2.0
/*
 * The page of a record, of experiments or of processes: one file that needs no
 * other.
 */
#include "page.h"

#include <stdbool.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "error.h"
#include "field.h"
#include "folder.h"
#include "html.h"
#include "page_experiment.h"
#include "page_machine.h"
#include "page_verdict.h"

static const char style[] =
#include "page.css.inc"
;

static void write_head(FILE *out, const struct numalens_page_kind *kind)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
	      /* Nothing is ever fetched, or run, whatever the record holds. */
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "style-src 'unsafe-inline'; img-src data:\"/>\n"
	      "<link rel=\"icon\" href=\"data:,\"/>\n", out);
	fprintf(out, "<title>numalens %s</title>\n<style>\n", kind->name);
	fputs(style, out);
	fputs("</style></head><body><main>\n", out);
}

static void machine_line(FILE *out, struct json_object *lab)
{
	struct json_object *machine = numalens_field_member(lab, "machine");
	struct json_object *guest = numalens_field_member(machine, "guest");
	size_t nodes = numalens_field_nr(numalens_field_list(machine, "nodes"));

	fputs("<p class=\"machine\">", out);
	if (json_object_is_type(guest, json_type_boolean))
		fputs(json_object_get_boolean(guest) ? "a virtual machine" : "a real machine", out);
	else
		fputs("a machine", out);
	if (nodes)
		fprintf(out, " with %zu node%s", nodes, nodes == 1 ? "" : "s");
	numalens_html_element(out, "span", NULL, numalens_field_text(machine, "kernel"));
	fputs("</p>\n", out);
}

static void write_summary(struct numalens_page *page, struct json_object *lab)
{
	struct json_object *experiments = numalens_field_list(lab, "experiments");
	FILE *out = page->out;
	size_t i;

	fprintf(out, "<header class=\"top\"><h1>numalens <em>%s</em></h1>\n", page->kind->name);
	machine_line(out, lab);
	fputs("<div class=\"counts\">", out);
	numalens_page_verdict_counts(out, experiments);
	fputs("</div></header>\n", out);
	if (page->plots.why) {
		fputs("<p class=\"warning\">The plots are missing, their numbers are here as "
		      "tables: ", out);
		numalens_html_text(out, page->plots.why);
		fputs("</p>\n", out);
	}
	fputs("<nav class=\"card summary\">\n", out);
	for (i = 0; i < numalens_field_nr(experiments); i++)
		numalens_page_experiment_row(out, numalens_field_at(experiments, i), i);
	if (!i)
		fprintf(out, "<p class=\"note\">%s</p>\n", page->kind->empty);
	fputs("</nav>\n", out);
}

static void whole(struct numalens_page *page, struct json_object *lab)
{
	struct json_object *experiments = numalens_field_list(lab, "experiments");
	size_t i;

	write_head(page->out, page->kind);
	write_summary(page, lab);
	numalens_page_machine(page->out, numalens_field_member(lab, "machine"));
	for (i = 0; i < numalens_field_nr(experiments); i++)
		numalens_page_experiment(page, numalens_field_at(experiments, i), i);
	fputs("<footer>Written by numalens ", page->out);
	numalens_html_text(page->out, numalens_field_text(lab, "version"));
	fprintf(page->out, ". %s</footer>\n</main></body></html>\n", page->kind->footer);
}

static char *render(struct numalens_page *page, struct json_object *lab, size_t *len)
{
	char *text;

	page->out = open_memstream(&text, len);
	if (!page->out)
		exit(numalens_error(NUMALENS_FAILED, "out of memory"));
	whole(page, lab);
	fclose(page->out);
	return text;
}

/**
 * numalens_page_write() - write the page of a record, and the record
 * @record: record
 * @dir: directory for report.html and the record; it is made if it is not there
 * @kind: what the record is of
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_page_write(struct json_object *record, const char *dir,
			const struct numalens_page_kind *kind)
{
	struct numalens_page page = { .kind = kind };
	const char *json;
	size_t len;
	char *text;
	int ret;

	ret = numalens_folder_prepare(dir);
	if (ret)
		return ret;
	numalens_plot_init(&page.plots);
	free(render(&page, record, &len));
	numalens_plot_draw(&page.plots);
	if (page.plots.why)
		numalens_note("the page has no plots: %s", page.plots.why);
	text = render(&page, record, &len);
	ret = numalens_folder_write(dir, "report.html", text, len);
	free(text);
	numalens_plot_free(&page.plots);
	if (ret || !kind->record)
		return ret;
	json = json_object_to_json_string_length(record, JSON_C_TO_STRING_PRETTY |
						   JSON_C_TO_STRING_SPACED |
						   JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	return numalens_folder_write(dir, kind->record, json, len);
}
