// SPDX-License-Identifier: GPL-2.0
/*
 * Verdicts: a badge that is told by its sign and its words, not by its colour alone.
 */
#include "page_verdict.h"

#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "html.h"

static const struct verdict {
	const char *name;
	const char *class;
	const char *sign;
} verdicts[] = {
	{ "as expected", "good", "✓" },
	{ "not as expected", "bad", "✗" },
	{ "failed", "bad", "!" },
	{ "skipped", "none", "–" },
	/* of processes */
	{ "running", "none", "▸" },
	{ "exited", "none", "■" },
	{ "no longer watched", "none", "–" },
};

/* What it is called otherwise is not known to be good. */
static const struct verdict unknown = { "no verdict", "none", "?" };

static const struct verdict *find(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (!strcmp(verdicts[i].name, name))
			return &verdicts[i];
	return &unknown;
}

static void begin(FILE *out, const struct verdict *verdict)
{
	fprintf(out, "<span class=\"verdict %s\"><i>%s</i> ", verdict->class, verdict->sign);
}

/**
 * numalens_page_verdict() - write the verdict on an experiment
 * @out: page
 * @experiment: experiment of a record
 */
void numalens_page_verdict(FILE *out, struct json_object *experiment)
{
	const char *name = numalens_field_text(experiment, "verdict");
	const struct verdict *verdict = find(name);

	begin(out, verdict);
	numalens_html_text(out, *name ? name : verdict->name);
	fputs("</span>", out);
}

/**
 * numalens_page_verdict_counts() - write how often each verdict was given
 * @out: page
 * @experiments: experiments of a record
 */
void numalens_page_verdict_counts(FILE *out, struct json_object *experiments)
{
	size_t i, j, nr, nr_unknown = numalens_field_nr(experiments);

	for (i = 0; i < ARRAY_SIZE(verdicts); i++) {
		nr = 0;
		for (j = 0; j < numalens_field_nr(experiments); j++)
			nr += find(numalens_field_text(numalens_field_at(experiments, j),
						       "verdict")) == &verdicts[i];
		nr_unknown -= nr;
		if (!nr)
			continue;
		begin(out, &verdicts[i]);
		fprintf(out, "%zu %s</span>\n", nr, verdicts[i].name);
	}
	if (nr_unknown) {
		begin(out, &unknown);
		fprintf(out, "%zu without a verdict</span>\n", nr_unknown);
	}
}
