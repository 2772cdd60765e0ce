// SPDX-License-Identifier: GPL-2.0
/*
 * numalens watch, and what numalens unwatch shares with it.
 */
#include "cmd-watch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <json-c/json.h>

#include "command.h"
#include "error.h"
#include "number.h"
#include "output.h"
#include "reader.h"

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
	if (err == EEXIST && numalens_reader_has_exited(pid))
		return numalens_error(NUMALENS_FAILED,
				      "can't watch %s: a process of this number that has exited is "
				      "still listed; numalens unwatch %s first", pid, pid);
	return numalens_error_watch(pid, err);
}

static int run(const struct numalens_args *args)
{
	static const struct numalens_watch_verb verb = {
		"watch", "watched", numalens_reader_watch, explain
	};
	int ret;

	if (!args->nr)
		return numalens_command_usage(&numalens_cmd_watch, "no pid is given");
	ret = numalens_watch_pids_check(&numalens_cmd_watch, args);
	if (!ret)
		ret = numalens_reader_check_module();
	if (ret)
		return ret;
	return numalens_watch_each(&verb, args->operands, args->nr, args->json);
}

const struct numalens_command numalens_cmd_watch = {
	.name = "watch",
	.synopsis = "PID…",
	.summary = "have processes watched until they are unwatched",
	.run = run,
};
