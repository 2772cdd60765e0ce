// SPDX-License-Identifier: GPL-2.0
/*
 * numalens report: what is in a recording.
 */
#include "command.h"

#include <json-c/json.h>

#include "error.h"
#include "number.h"
#include "output.h"
#include "playback.h"
#include "playback_page.h"
#include "playback_report.h"
#include "sample_table.h"

static bool csv, all, vmas;
static const char *top_text, *html;

static int options_check(const struct numalens_args *args, struct numalens_playback_shown *shown)
{
	if (args->nr != 1)
		return numalens_command_usage(&numalens_cmd_report, "it takes one recording");
	if (csv + args->json + !!html > 1)
		return numalens_command_usage(&numalens_cmd_report,
					      "--csv, --json and --html exclude each other");
	shown->all = all;
	shown->vmas = vmas || top_text;
	if (top_text && numalens_number_parse_top(top_text, &shown->top))
		return numalens_command_usage(&numalens_cmd_report, "\"%s\" is no number of VMAs",
					      top_text);
	return NUMALENS_OK;
}

static int run(const struct numalens_args *args)
{
	struct numalens_playback_shown shown = { 0 };
	struct numalens_playback playback;
	int ret = options_check(args, &shown);

	if (ret)
		return ret;
	ret = numalens_playback_read(&playback, args->operands[0], UINT64_MAX);
	if (ret)
		;
	else if (html)
		ret = numalens_playback_page(&playback, html);
	else if (csv)
		numalens_samples_csv(&playback);
	else if (args->json)
		numalens_output_json_print(numalens_playback_json(&playback, &shown));
	else
		numalens_playback_print(&playback, &shown);
	/* What was there is shown; but it is not what was written. */
	if (!ret && playback.damaged)
		ret = NUMALENS_FAILED;
	numalens_playback_free(&playback);
	return ret;
}

static const struct numalens_option options[] = {
	{ "csv", NULL, "print a line of comma-separated values for each snapshot", &csv, NULL },
	{ "html", "DIR", "leave a page to look at in a browser, DIR/report.html", NULL, &html },
	{ "all", NULL, "show each snapshot and each process, however many", &all, NULL },
	{ "vmas", NULL, "show each VMA of the last snapshot, largest first", &vmas, NULL },
	{ "top", "N", "show the N largest VMAs", NULL, &top_text },
	{ 0 }
};

const struct numalens_command numalens_cmd_report = {
	.name = "report",
	.synopsis = "FILE",
	.summary = "show what record left in a file, of this machine or another: how each process lay "
		   "over time, and where at the end. Of one that was cut short it shows what is left, "
		   "and says so",
	.options = options,
	.run = run,
};
