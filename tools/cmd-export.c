// SPDX-License-Identifier: GPL-2.0
/*
 * numalens export: the watched processes for Prometheus.
 */
#include "command.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "fleet.h"
#include "metric.h"
#include "number.h"
#include "reader.h"
#include "replace.h"
#include "scrape.h"

#define MAX_PROCESSES	100

static bool scan;
static const char *textfile, *format_text, *max_text;
static enum numalens_metric_format format;
static size_t max = MAX_PROCESSES;

static const struct {
	const char *name;
	enum numalens_metric_format format;
} formats[] = {
	{ "openmetrics", NUMALENS_METRIC_OPENMETRICS },
	{ "prometheus", NUMALENS_METRIC_PROMETHEUS },
};

static int format_read(void)
{
	size_t i;

	format = textfile ? NUMALENS_METRIC_PROMETHEUS : NUMALENS_METRIC_OPENMETRICS;
	if (!format_text)
		return NUMALENS_OK;
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		if (strcmp(formats[i].name, format_text))
			continue;
		format = formats[i].format;
		return NUMALENS_OK;
	}
	return numalens_command_usage(&numalens_cmd_export, "\"%s\" is none of openmetrics and "
				      "prometheus", format_text);
}

static int options_read(const struct numalens_args *args)
{
	uint64_t value;

	if (args->nr)
		return numalens_command_usage(&numalens_cmd_export, "export takes no operand");
	if (args->json)
		return numalens_command_usage(&numalens_cmd_export, "export writes no JSON; "
					      "numalens list does");
	if (textfile && !*textfile)
		return numalens_command_usage(&numalens_cmd_export, "no file is given");
	if (max_text) {
		if (numalens_number_parse_decimal(max_text, &value) || value > INT_MAX)
			return numalens_command_usage(&numalens_cmd_export, "\"%s\" is no number "
						      "of processes", max_text);
		max = value;
	}
	return format_read();
}

/*
 * Without the module there is an export, too: what stands in a textfile from
 * before would go on saying that all is well.
 */
static int collect(struct numalens_metrics *metrics)
{
	struct numalens_fleet fleet;
	int ret = numalens_reader_check_module();

	if (ret == NUMALENS_OK || ret == NUMALENS_MISSING)
		numalens_scrape_machine(metrics, !ret);
	if (ret)
		return ret;
	ret = numalens_fleet_read(&fleet, scan);
	numalens_scrape_fleet(metrics, &fleet, max);
	numalens_fleet_free(&fleet);
	return ret;
}

static int write_out(struct numalens_metrics *metrics)
{
	struct numalens_replace replace;
	int ret;

	if (!textfile) {
		numalens_metrics_print(metrics, stdout, format);
		return NUMALENS_OK;
	}
	ret = numalens_replace_begin(&replace, textfile);
	if (ret)
		return ret;
	numalens_metrics_print(metrics, replace.out, format);
	return numalens_replace_end(&replace);
}

static int run(const struct numalens_args *args)
{
	struct numalens_metrics *metrics;
	int ret = options_read(args), code;

	if (ret)
		return ret;
	metrics = numalens_metrics_alloc();
	ret = collect(metrics);
	/* Whoever may not read has nothing to say: what is there stays. */
	code = ret == NUMALENS_NO_PERMISSION ? ret : write_out(metrics);
	numalens_metrics_free(metrics);
	return ret ? ret : code;
}

static const struct numalens_option options[] = {
	{ "textfile", "FILE", "write to FILE, all at once, for node_exporter's textfile collector: "
	  "its name must end with .prom", NULL, &textfile },
	{ "format", "FORMAT", "openmetrics, as on stdout, or prometheus, as with --textfile, "
	  "whose collector takes no other", NULL, &format_text },
	{ "max-processes", "N", "export the N processes with most resident memory each by itself, "
	  "of the others only sums; 100 without it", NULL, &max_text },
	{ "scan", NULL, "scan each process now; without it: export the last snapshots", &scan,
	  NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_export = {
	.name = "export",
	.synopsis = "",
	.summary = "write metrics of the machine and of the watched processes for Prometheus",
	.options = options,
	.more_help = numalens_metric_help,
	.run = run,
};
