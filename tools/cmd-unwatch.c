// SPDX-License-Identifier: GPL-2.0
/*
 * numalens unwatch
 */
#include "command.h"

#include <stdlib.h>

#include "alloc.h"
#include "cmd-watch.h"
#include "error.h"
#include "reader.h"

static bool all;

static const struct numalens_watch_verb verb = {
	"unwatch", "unwatched", numalens_reader_unwatch, numalens_error_unwatch
};

static int unwatch_all(bool json)
{
	unsigned int *pids;
	char **words;
	size_t nr, i;
	int ret = numalens_reader_pids(&pids, &nr);

	if (ret)
		return ret;
	words = numalens_alloc(nr, sizeof(*words));
	for (i = 0; i < nr; i++)
		words[i] = numalens_strf("%u", pids[i]);
	ret = numalens_watch_each(&verb, words, nr, json);
	for (i = 0; i < nr; i++)
		free(words[i]);
	free(words);
	free(pids);
	return ret;
}

static int run(const struct numalens_args *args)
{
	int ret;

	if (all == !!args->nr)
		return numalens_command_usage(&numalens_cmd_unwatch,
					      "give either pids or --all");
	ret = numalens_watch_pids_check(&numalens_cmd_unwatch, args);
	if (!ret)
		ret = numalens_reader_check_module();
	if (ret)
		return ret;
	if (all)
		return unwatch_all(args->json);
	return numalens_watch_each(&verb, args->operands, args->nr, args->json);
}

static const struct numalens_option options[] = {
	{ "all", NULL, "unwatch every process", &all, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_unwatch = {
	.name = "unwatch",
	.synopsis = "PID… | --all",
	.summary = "end the watch of processes, and forget what was found",
	.options = options,
	.run = run,
};
