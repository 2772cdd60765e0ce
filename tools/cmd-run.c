// SPDX-License-Identifier: GPL-2.0
/*
 * numalens run: a command under watch, from its first instruction to its end.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <json-c/json.h>

#include "account.h"
#include "alloc.h"
#include "bill.h"
#include "child.h"
#include "error.h"
#include "file.h"
#include "output.h"
#include "reader.h"

static bool no_follow_forks;
static const char *output;

/* A module that has no such setting is used without it. */
static int setting_write(const struct numalens_dir *dir, const char *name, const char *what)
{
	int err = -numalens_dir_write(dir, name, "on");

	if (err == ENOENT) {
		numalens_note("this module can't %s", what);
		return NUMALENS_OK;
	}
	return err ? numalens_error_file(dir, name, "write", err) : NUMALENS_OK;
}

static int prepare(const struct numalens_child *child)
{
	char *pid = numalens_strf("%d", (int)child->pid);
	int err = -numalens_reader_watch(pid), ret = NUMALENS_OK;
	struct numalens_dir dir;

	/* Of one that was watched before and has left its number: nothing of it is ours. */
	if (err == EEXIST)
		ret = numalens_error(NUMALENS_FAILED, "can't watch %s: a process of this number that "
				     "has exited is still listed; numalens unwatch %s first", pid, pid);
	else if (err)
		ret = numalens_error_watch(pid, err);
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%s", pid);
	if (!ret)
		ret = setting_write(&dir, "events", "count events");
	if (!ret && !no_follow_forks)
		ret = setting_write(&dir, "follow_forks", "follow forks");
	if (ret && !err)
		numalens_reader_unwatch(pid);
	free(pid);
	return ret;
}

static void tick(void *account)
{
	numalens_account_update(account);
}

static void bill(const struct numalens_account *account, const struct numalens_child *child,
		 char **argv, bool json)
{
	struct json_object *root;

	if (!json) {
		numalens_bill_print(account, child, argv);
		return;
	}
	root = numalens_output_json_new("run");
	numalens_bill_json(account, child, argv, root);
	numalens_output_json_print(root);
}

static int run_watched(struct numalens_child *child, int fd, char **argv, bool json)
{
	struct numalens_account account;
	int err, code;

	numalens_account_init(&account, child->pid);
	err = numalens_child_release(child);
	if (err) {
		numalens_account_drop(&account);
		code = numalens_child_exit_status(child);
		numalens_error(NUMALENS_FAILED, "can't run %s: %s", argv[0], strerror(err));
	} else {
		account.begun_ns = child->begun_ns;
		numalens_child_wait(child, tick, &account);
		numalens_account_finish(&account);
		code = numalens_child_exit_status(child);
	}
	numalens_child_end(child);
	numalens_output_redirect(fd, output ? output : "stderr");
	if (!err)
		bill(&account, child, argv, json);
	numalens_account_free(&account);
	return code;
}

static int output_open(int *fd)
{
	*fd = output ? open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) :
	      fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (*fd < 0)
		return numalens_error(NUMALENS_FAILED, "can't write to %s: %s",
				      output ? output : "stderr", strerror(errno));
	return NUMALENS_OK;
}

static int run(const struct numalens_args *args)
{
	struct numalens_child child;
	int fd, ret;

	if (!args->nr)
		return numalens_command_usage(&numalens_cmd_run, "no command is given");
	ret = numalens_reader_check_module();
	if (!ret)
		ret = output_open(&fd);
	if (!ret)
		ret = numalens_child_start(&child, args->operands);
	if (ret)
		return ret;
	ret = prepare(&child);
	if (!ret)
		return run_watched(&child, fd, args->operands, args->json);
	numalens_child_abandon(&child);
	return ret;
}

static const struct numalens_option options[] = {
	{ "output", "FILE", "write the account to FILE, not to stderr; also -o", NULL, &output },
	{ "no-follow-forks", NULL, "leave the processes that it forks out of the account",
	  &no_follow_forks, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_run = {
	.name = "run",
	.synopsis = "[--] COMMAND [ARGUMENT…]",
	.summary = "run a command under watch, from its first instruction to its end, with what it "
		   "forks; then print the whole account of it to stderr, and exit as it did",
	.options = options,
	.letters = "o",
	.leads = true,
	.run = run,
};
