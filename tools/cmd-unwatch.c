// SPDX-License-Identifier: GPL-2.0
/*
 * numalens unwatch
 */
#include "command.h"

#include <stdlib.h>

#include "cmd-watch.h"
#include "error.h"
#include "filter.h"
#include "identity.h"
#include "reader.h"

static bool all, exited;
static const char *filter_text;

static const struct numalens_watch_verb verb = {
	"unwatch", "unwatched", numalens_reader_unwatch, numalens_error_unwatch
};

static bool is_taken(const struct numalens_filter *filter, unsigned int pid)
{
	struct numalens_identity identity;
	bool is;

	if (exited && !numalens_reader_has_exited(pid))
		return false;
	if (!filter->nr)
		return true;
	numalens_identity_read(&identity, pid);
	is = !numalens_identity_is_ours(pid) && numalens_filter_takes(filter, pid, &identity);
	numalens_identity_free(&identity);
	return is;
}

static int unwatch_taken(const struct numalens_filter *filter, bool json)
{
	size_t nr_pids, nr = 0, i;
	unsigned int *pids;
	int ret = numalens_reader_pids(&pids, &nr_pids);

	if (ret)
		return ret;
	for (i = 0; i < nr_pids; i++)
		if (is_taken(filter, pids[i]))
			pids[nr++] = pids[i];
	ret = numalens_watch_taken(&verb, pids, nr, filter, json);
	free(pids);
	return ret;
}

static int run(const struct numalens_args *args)
{
	struct numalens_filter filter = { 0 };
	int ret = NUMALENS_OK;

	if (all + exited + !!filter_text + !!args->nr != 1)
		ret = numalens_command_usage(&numalens_cmd_unwatch,
					     "give either pids, --filter, --exited or --all");
	if (!ret && filter_text)
		ret = numalens_watch_filter_parse(&numalens_cmd_unwatch, &filter, filter_text);
	if (!ret)
		ret = numalens_watch_pids_check(&numalens_cmd_unwatch, args);
	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret)
		ret = args->nr ? numalens_watch_each(&verb, args->operands, args->nr, args->json) :
		      unwatch_taken(&filter, args->json);
	numalens_filter_free(&filter);
	return ret;
}

static const struct numalens_option options[] = {
	{ "all", NULL, "unwatch every process", &all, NULL },
	{ "exited", NULL, "unwatch those that have exited", &exited, NULL },
	{ "filter", "WORDS", "unwatch those of which all WORDS hold, as of watch", NULL,
	  &filter_text },
	{ 0 }
};

const struct numalens_command numalens_cmd_unwatch = {
	.name = "unwatch",
	.synopsis = "PID… | --filter WORDS | --exited | --all",
	.summary = "end the watch of processes, and forget what was found",
	.options = options,
	.run = run,
};
