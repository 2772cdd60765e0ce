// SPDX-License-Identifier: GPL-2.0
/*
 * Experiments of a record: a line each in the summary, and all of it below.
 */
#include "page_experiment.h"

#include <stdbool.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "html.h"
#include "page.h"
#include "page_matrix.h"
#include "page_series.h"
#include "page_space.h"
#include "page_table.h"
#include "page_thread.h"
#include "page_verdict.h"

static bool is_met(struct json_object *claim)
{
	struct json_object *met = numalens_field_member(claim, "met");

	return json_object_is_type(met, json_type_boolean) && json_object_get_boolean(met);
}

/**
 * numalens_page_experiment_row() - write an experiment's line in the summary
 * @out: page
 * @experiment: experiment of a record
 * @i: which it is
 */
void numalens_page_experiment_row(FILE *out, struct json_object *experiment, size_t i)
{
	struct json_object *claims = numalens_field_list(experiment, "claims");
	size_t nr = numalens_field_nr(claims), met = 0, at;

	for (at = 0; at < nr; at++)
		met += is_met(numalens_field_at(claims, at));
	fprintf(out, "<a class=\"row\" href=\"#e%zu\">", i);
	numalens_page_verdict(out, experiment);
	fputs("<b>", out);
	numalens_html_text(out, numalens_field_text(experiment, "name"));
	fputs("</b><span>", out);
	numalens_html_text(out, numalens_field_text(experiment, "title"));
	fputs("</span><small>", out);
	if (nr)
		fprintf(out, "%zu of %zu claims hold", met, nr);
	else
		numalens_html_text(out, numalens_field_text(experiment, "reason"));
	fputs("</small></a>\n", out);
}

static void write_claims(FILE *out, struct json_object *list)
{
	size_t i;

	if (!numalens_field_nr(list))
		return;
	fputs("<h3>Claims</h3><ul class=\"claims\">\n", out);
	for (i = 0; i < numalens_field_nr(list); i++) {
		struct json_object *claim = numalens_field_at(list, i);
		bool met = is_met(claim);

		fprintf(out, "<li class=\"%s\"><i>%s</i><span>", met ? "good" : "bad",
			met ? "✓" : "✗");
		numalens_html_text(out, numalens_field_text(claim, "expect"));
		fputs("</span><small>measured: ", out);
		numalens_html_value(out, numalens_field_member(claim, "measured"));
		fputs("</small></li>\n", out);
	}
	fputs("</ul>\n", out);
}

static void write_threads(struct numalens_page *page, struct json_object *json)
{
	numalens_page_threads(page->out, json);
}

static void write_table(struct numalens_page *page, struct json_object *json)
{
	numalens_page_table(page->out, json);
}

static const struct {
	const char *name;
	void (*write)(struct numalens_page *page, struct json_object *json);
} parts[] = {
	{ "matrices", numalens_page_matrix },
	{ "tables", write_table },
	{ "threads", write_threads },
	{ "spaces", numalens_page_space },
};

static void write_phase(struct numalens_page *page, struct json_object *json)
{
	struct json_object *list;
	size_t i, j;

	fputs("<div class=\"phase\">", page->out);
	numalens_html_element(page->out, "h3", NULL, numalens_field_text(json, "name"));
	numalens_html_element(page->out, "p", NULL, numalens_field_text(json, "note"));
	fputs("<div class=\"figures\">\n", page->out);
	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		list = numalens_field_list(json, parts[i].name);
		for (j = 0; j < numalens_field_nr(list); j++)
			parts[i].write(page, numalens_field_at(list, j));
	}
	fputs("</div></div>\n", page->out);
}

static void explain(FILE *out, const char *label, const char *text)
{
	if (!*text)
		return;
	fprintf(out, "<dt>%s</dt><dd>", label);
	numalens_html_text(out, text);
	fputs("</dd>\n", out);
}

/**
 * numalens_page_experiment() - write an experiment
 * @page: page
 * @experiment: experiment of a record
 * @i: which it is
 */
void numalens_page_experiment(struct numalens_page *page, struct json_object *experiment, size_t i)
{
	struct json_object *series = numalens_field_list(experiment, "series");
	struct json_object *phases = numalens_field_list(experiment, "phases");
	FILE *out = page->out;
	size_t at;

	fprintf(out, "<section class=\"card\" id=\"e%zu\"><header><h2>", i);
	numalens_html_text(out, numalens_field_text(experiment, "name"));
	fputs("</h2>", out);
	numalens_page_verdict(out, experiment);
	fputs("</header>\n", out);
	numalens_html_element(out, "p", "title", numalens_field_text(experiment, "title"));
	fputs("<dl class=\"text\">", out);
	explain(out, "Reason", numalens_field_text(experiment, "reason"));
	explain(out, "Expected", numalens_field_text(experiment, "expects"));
	explain(out, "Why", numalens_field_text(experiment, "why"));
	fputs("</dl>\n", out);
	write_claims(out, numalens_field_list(experiment, "claims"));
	if (numalens_field_nr(series))
		fputs("<h3>Over time</h3><div class=\"figures\">\n", out);
	for (at = 0; at < numalens_field_nr(series); at++)
		numalens_page_series(page, numalens_field_at(series, at));
	if (numalens_field_nr(series))
		fputs("</div>\n", out);
	for (at = 0; at < numalens_field_nr(phases); at++)
		write_phase(page, numalens_field_at(phases, at));
	fputs("</section>\n", out);
}
