// SPDX-License-Identifier: GPL-2.0
/*
 * numalens record: how processes lie, over time, in a file.
 */
#include "command.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "child.h"
#include "clock.h"
#include "error.h"
#include "number.h"
#include "reader.h"
#include "recorder.h"
#include "stop.h"

#define MIN_INTERVAL_NS	200000000ULL

static bool has_pids, no_follow_forks;
static const char *pids, *output, *interval, *length;
static uint64_t length_ns = UINT64_MAX;

static int options_check(const struct numalens_args *args, struct numalens_recorder *recorder)
{
	if (!output)
		return numalens_command_usage(&numalens_cmd_record, "no file is given; -o FILE");
	if (!has_pids == !args->nr)
		return numalens_command_usage(&numalens_cmd_record, has_pids ?
					      "processes and a command exclude each other" :
					      "what is to be recorded? -p PID, or a command");
	recorder->interval_ns = 1000000000;
	if (interval && (numalens_number_parse_seconds(interval, &recorder->interval_ns) ||
			 recorder->interval_ns < MIN_INTERVAL_NS))
		return numalens_command_usage(&numalens_cmd_record, "\"%s\" is no interval: it is "
					      "at least 0.2 seconds", interval);
	if (length && args->nr)
		return numalens_command_usage(&numalens_cmd_record,
					      "a command is recorded to its end: no --time");
	if (length && numalens_number_parse_seconds(length, &length_ns))
		return numalens_command_usage(&numalens_cmd_record,
					      "\"%s\" is no number of seconds", length);
	return NUMALENS_OK;
}

/* The command is held before its first instruction. */
static int watch_command(struct numalens_recorder *recorder, const struct numalens_child *child)
{
	int ret = numalens_recorder_watch(recorder, child->pid, !no_follow_forks);

	/* Of one that was watched before and has left its number: nothing of it is ours. */
	if (!ret && !recorder->subjects[0].ours)
		ret = numalens_error(NUMALENS_FAILED, "can't watch %d: a process of this number that "
				     "has exited is still listed; numalens unwatch %d first",
				     (int)child->pid, (int)child->pid);
	return ret;
}

static int watch_all(struct numalens_recorder *recorder)
{
	char *text = numalens_strdup(pids), *rest = text, *word;
	int ret = NUMALENS_OK;
	uint64_t pid;

	while (!ret && (word = strsep(&rest, ", "))) {
		if (numalens_number_parse_decimal(word, &pid) || !pid || pid > INT32_MAX)
			ret = numalens_command_usage(&numalens_cmd_record, "\"%s\" is no pid",
						     word);
		else
			ret = numalens_recorder_watch(recorder, pid, false);
	}
	free(text);
	return ret;
}

/* Until nothing more can come, the time is up, or a signal comes; why it was. */
static const char *look_on(struct numalens_recorder *recorder)
{
	uint64_t begun = recorder->writer.begun_ns, now, until;

	for (;;) {
		numalens_recorder_tick(recorder);
		if (numalens_recorder_is_done(recorder))
			return "exited";
		now = numalens_clock_ns();
		if (now - begun >= length_ns) {
			if (length_ns)
				numalens_recorder_look(recorder);
			return "time";
		}
		until = recorder->next_ns;
		if (length_ns < UINT64_MAX - begun && begun + length_ns < until)
			until = begun + length_ns;
		if (numalens_stop_wait(until > now ? until - now : 0)) {
			numalens_recorder_look(recorder);
			return "signal";
		}
	}
}

static int record_pids(struct numalens_recorder *recorder)
{
	const char *reason = "failed";
	int ret, end;

	numalens_stop_arm();
	signal(SIGXFSZ, SIG_IGN);
	ret = watch_all(recorder);
	if (!ret)
		ret = numalens_recorder_begin(recorder, output, NULL);
	if (!ret)
		reason = look_on(recorder);
	if (!ret)
		numalens_recorder_settle(recorder, false);
	end = numalens_recorder_end(recorder, reason, -1);
	return ret ? ret : end;
}

static void tick(void *recorder)
{
	numalens_recorder_tick(recorder);
}

static int record_command(struct numalens_recorder *recorder, char **argv)
{
	struct numalens_child child;
	int err, ret, code = 0;

	ret = numalens_child_start(&child, argv);
	if (ret)
		return ret;
	/* Not for the command, which is there already. */
	signal(SIGXFSZ, SIG_IGN);
	ret = watch_command(recorder, &child);
	if (!ret)
		ret = numalens_recorder_begin(recorder, output, argv);
	if (ret) {
		numalens_child_abandon(&child);
		numalens_recorder_end(recorder, "failed", -1);
		return ret;
	}
	err = numalens_child_release(&child);
	if (err) {
		code = numalens_child_exit_status(&child);
		numalens_error(NUMALENS_FAILED, "can't run %s: %s", argv[0], strerror(err));
	} else {
		numalens_recorder_look(recorder);
		numalens_child_wait(&child, tick, recorder);
		code = numalens_child_exit_status(&child);
		numalens_recorder_settle(recorder, true);
	}
	ret = numalens_recorder_end(recorder, "command", code);
	numalens_child_end(&child);
	return ret ? ret : code;
}

static int run(const struct numalens_args *args)
{
	struct numalens_recorder recorder = { 0 };
	int ret = options_check(args, &recorder);

	if (!ret)
		ret = numalens_reader_check_module();
	if (ret)
		return ret;
	return args->nr ? record_command(&recorder, args->operands) : record_pids(&recorder);
}

static const struct numalens_option options[] = {
	{ "pid", "PID", "record this process; also -p; may be given again", &has_pids, &pids },
	{ "output", "FILE", "record to FILE; also -o", NULL, &output },
	{ "interval", "SECONDS", "from one snapshot to the next; 1 without it, at least 0.2", NULL,
	  &interval },
	{ "time", "SECONDS", "of processes: how long; 0 is one snapshot of each", NULL, &length },
	{ "no-follow-forks", NULL, "of a command: leave out the processes that it forks",
	  &no_follow_forks, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_record = {
	.name = "record",
	.synopsis = "-p PID… | [--] COMMAND [ARGUMENT…]",
	.summary = "record to a file how processes lie, over time, and what is counted of them: of "
		   "processes that run, until they exit or a signal comes, or of a command, with what "
		   "it forks, from its first instruction to its end; then exit as it did. report and "
		   "diff read the file, on any machine",
	.options = options,
	.letters = "po",
	.leads = true,
	.run = run,
};
