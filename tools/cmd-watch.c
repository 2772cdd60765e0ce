// SPDX-License-Identifier: GPL-2.0
/*
 * numalens watch, and what numalens unwatch shares with it.
 */
#include "cmd-watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "census.h"
#include "command.h"
#include "error.h"
#include "file.h"
#include "filter.h"
#include "number.h"
#include "output.h"
#include "reader.h"
#include "roster.h"
#include "stop.h"

/* Who has begun is looked at so often. */
#define FOLLOW_NS	1000000000ULL

static bool forks, follow;
static const char *filter_text;

static struct json_object *result_json(const char *pid, const char *result, int err)
{
	struct json_object *object = json_object_new_object();
	const char *name = numalens_error_name(err);
	uint64_t number = 0;

	numalens_number_parse_decimal(pid, &number);
	json_object_object_add(object, "pid", json_object_new_uint64(number));
	json_object_object_add(object, "result", json_object_new_string(result));
	json_object_object_add(object, "errno", name ? json_object_new_string(name) : NULL);
	return object;
}

/**
 * numalens_watch_each() - watch or unwatch some processes
 * @what: what to do to each
 * @pids: their pids, decimal
 * @nr: their count
 * @json: print JSON
 *
 * One that fails does not keep the others from being tried.
 *
 * Return: NUMALENS_OK, or the exit status of the first that failed.
 */
int numalens_watch_each(const struct numalens_watch_verb *what, char **pids, size_t nr, bool json)
{
	struct json_object *root = numalens_output_json_new(what->command);
	struct json_object *results = json_object_new_array();
	int code = NUMALENS_OK;
	size_t i;

	for (i = 0; i < nr; i++) {
		int err = -what->write(pids[i]);
		int ret = err ? what->explain(pids[i], err) : NUMALENS_OK;

		if (!code)
			code = ret;
		json_object_array_add(results,
				      result_json(pids[i], err ? ret ? "failed" : "unchanged" :
						  what->done, err));
	}
	json_object_object_add(root, "results", results);
	if (json)
		numalens_output_json_print(root);
	else
		json_object_put(root);
	return code;
}

/**
 * numalens_watch_pids_check() - are all of them pids?
 * @command: command that they are operands of
 * @args: its arguments
 *
 * Return: NUMALENS_OK, or NUMALENS_USAGE with the reason printed.
 */
int numalens_watch_pids_check(const struct numalens_command *command,
			      const struct numalens_args *args)
{
	uint64_t pid;
	int i;

	for (i = 0; i < args->nr; i++)
		if (numalens_number_parse_decimal(args->operands[i], &pid) || !pid)
			return numalens_command_usage(command, "\"%s\" is no pid",
						      args->operands[i]);
	return NUMALENS_OK;
}

static int explain(const char *pid, int err)
{
	uint64_t number = 0;

	numalens_number_parse_decimal(pid, &number);
	if (err == EEXIST && numalens_reader_has_exited(number))
		return numalens_error(NUMALENS_FAILED,
				      "can't watch %s: a process of this number that has exited is "
				      "still listed; numalens unwatch %s first", pid, pid);
	return numalens_error_watch(pid, err);
}

/* What a filter took may be gone by now: that is nobody's fault. */
static int explain_taken(const char *pid, int err)
{
	return err == ESRCH ? NUMALENS_OK : explain(pid, err);
}

static int watch(const char *pid)
{
	int ret = numalens_reader_watch(pid);
	struct numalens_dir dir;
	int set;

	if (!forks || (ret && ret != -EEXIST))
		return ret;
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%s", pid);
	set = numalens_dir_write(&dir, "follow_forks", "on");
	return set ? set : ret;
}

/**
 * numalens_watch_filter_parse() - understand a filter of processes to be watched, or not
 * @command: command that has it
 * @filter: gets it; numalens_filter_free() it, whatever is returned
 * @text: as the user wrote it
 *
 * Return: NUMALENS_OK, or NUMALENS_USAGE with the reason printed.
 */
int numalens_watch_filter_parse(const struct numalens_command *command,
				struct numalens_filter *filter, const char *text)
{
	char *why = numalens_filter_parse(filter, text);
	int ret = NUMALENS_OK;

	if (why)
		ret = numalens_command_usage(command, "%s", why);
	else if (!filter->nr)
		ret = numalens_command_usage(command, "the filter is empty");
	else if (numalens_filter_asks_nodes(filter))
		ret = numalens_command_usage(command, "what is not watched has no nodes: "
					     "node= is for numalens top");
	free(why);
	return ret;
}

/**
 * numalens_watch_taken() - watch or unwatch the processes that a filter takes
 * @what: what to do to each
 * @pids: their pids
 * @nr: their count
 * @filter: the filter; without terms, it need not take any
 * @json: print JSON
 *
 * Return: exit status, as of numalens_watch_each().
 */
int numalens_watch_taken(const struct numalens_watch_verb *what, const unsigned int *pids,
			 size_t nr, const struct numalens_filter *filter, bool json)
{
	char **words;
	size_t i;
	int ret;

	if (!nr && filter->nr)
		return numalens_error(NUMALENS_NO_PROCESS, "no process matches \"%s\"",
				      filter->text);
	words = numalens_alloc(nr, sizeof(*words));
	for (i = 0; i < nr; i++)
		words[i] = numalens_strf("%u", pids[i]);
	ret = numalens_watch_each(what, words, nr, json);
	for (i = 0; i < nr; i++)
		free(words[i]);
	free(words);
	return ret;
}

static int watch_taken(const struct numalens_filter *filter, bool json)
{
	static const struct numalens_watch_verb verb = {
		"watch", "watched", watch, explain_taken
	};
	struct numalens_census census;
	struct numalens_dir proc;
	int ret = numalens_census_take(&census, filter);
	unsigned int *pids;
	size_t i;

	numalens_dir_set(&proc, "proc");
	if (ret)
		return numalens_error_file(&proc, NULL, "read", -ret);
	pids = numalens_alloc(census.nr, sizeof(*pids));
	for (i = 0; i < census.nr; i++)
		pids[i] = census.entries[i].pid;
	ret = numalens_watch_taken(&verb, pids, census.nr, filter, json);
	free(pids);
	numalens_census_free(&census);
	return ret;
}

/* Until a signal comes, or nobody reads what it says. */
static int follow_taken(struct numalens_filter *filter)
{
	struct numalens_roster roster = { .filter = *filter };
	int ret;

	memset(filter, 0, sizeof(*filter));
	numalens_stop_arm();
	do
		ret = numalens_roster_update(&roster);
	while (!ret && !fflush(stdout) && !numalens_stop_wait(FOLLOW_NS));
	numalens_roster_end(&roster);
	return ret;
}

static int options_check(const struct numalens_args *args)
{
	const struct numalens_command *command = &numalens_cmd_watch;

	if (!args->nr == !filter_text)
		return numalens_command_usage(command, "give either pids or --filter");
	if (follow && !filter_text)
		return numalens_command_usage(command, "--follow is for --filter: with --forks, "
					      "what a process forks is watched, too");
	if (follow && args->json)
		return numalens_command_usage(command, "--follow prints no JSON");
	if (follow && !numalens_file_is_live())
		return numalens_command_usage(command, "nothing happens in a captured tree");
	return numalens_watch_pids_check(command, args);
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_watch_verb verb = { "watch", "watched", watch, explain };
	struct numalens_filter filter = { 0 };
	int ret = options_check(args);

	if (!ret && filter_text)
		ret = numalens_watch_filter_parse(&numalens_cmd_watch, &filter, filter_text);
	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret && follow)
		ret = follow_taken(&filter);
	else if (!ret && filter_text)
		ret = watch_taken(&filter, args->json);
	else if (!ret)
		ret = numalens_watch_each(&verb, args->operands, args->nr, args->json);
	numalens_filter_free(&filter);
	return ret;
}

static const struct numalens_option options[] = {
	{ "filter", "WORDS", "those processes of which all WORDS hold: PART or name=PART, pid=N, "
	  "user=NAME, cgroup=PART, or cgroup=/PATH with all below", NULL, &filter_text },
	{ "forks", NULL, "and what they fork from then on", &forks, NULL },
	{ "follow", NULL, "stay, and have those watched, too, that begin later, and what they fork; "
	  "on leaving, unwatch them all", &follow, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_watch = {
	.name = "watch",
	.synopsis = "PID… | --filter WORDS",
	.summary = "have processes watched until they are unwatched",
	.options = options,
	.run = run,
};
