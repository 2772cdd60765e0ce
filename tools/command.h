/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_COMMAND_H
#define NUMALENS_COMMAND_H

#include <stdbool.h>

struct numalens_column_set;

/**
 * struct numalens_option - an option of a command
 * @name: without the dashes
 * @arg: name of its argument, NULL if it takes none
 * @help: what it does
 * @flag: set if it is given
 * @value: set to its argument; with @flag it may be given again: all of them, a blank between
 */
struct numalens_option {
	const char *name;
	const char *arg;
	const char *help;
	bool *flag;
	const char **value;
};

/**
 * struct numalens_args - what a command is called with
 * @nr: operands
 * @operands: operands
 * @json: --json was given
 */
struct numalens_args {
	int nr;
	char **operands;
	bool json;
};

/**
 * struct numalens_command - a command
 * @name: its name
 * @synopsis: its operands
 * @summary: what it does, in a line
 * @options: its own options, ended by one without a name, or NULL
 * @shared: options that it shares with other commands, or NULL
 * @letters: short forms of the first of its own options, one each, NULL if it has none
 * @leads: its operands are a command line of somebody else: options end at the first
 * @columns: of the table that --columns is about, which its help lists; or NULL
 * @more_help: prints what its help says besides, or NULL
 * @run: does it; returns the exit status
 */
struct numalens_command {
	const char *name;
	const char *synopsis;
	const char *summary;
	const struct numalens_option *options;
	const struct numalens_option *shared;
	const char *letters;
	bool leads;
	const struct numalens_column_set *columns;
	void (*more_help)(void);
	int (*run)(const struct numalens_args *args);
};

extern const struct numalens_command numalens_cmd_watch;
extern const struct numalens_command numalens_cmd_unwatch;
extern const struct numalens_command numalens_cmd_list;
extern const struct numalens_command numalens_cmd_show;
extern const struct numalens_command numalens_cmd_touch;
extern const struct numalens_command numalens_cmd_migrations;
extern const struct numalens_command numalens_cmd_threads;
extern const struct numalens_command numalens_cmd_balancing;
extern const struct numalens_command numalens_cmd_check;
extern const struct numalens_command numalens_cmd_io;
extern const struct numalens_command numalens_cmd_run;
extern const struct numalens_command numalens_cmd_top;
extern const struct numalens_command numalens_cmd_record;
extern const struct numalens_command numalens_cmd_report;
extern const struct numalens_command numalens_cmd_diff;
extern const struct numalens_command numalens_cmd_lab;
extern const struct numalens_command numalens_cmd_export;
extern const struct numalens_command numalens_cmd_domains;
extern const struct numalens_command numalens_cmd_topo;
extern const struct numalens_command numalens_cmd_doctor;

int numalens_command_run(const struct numalens_command *const *commands, int argc, char **argv);
int numalens_command_usage(const struct numalens_command *command, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* NUMALENS_COMMAND_H */
