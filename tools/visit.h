/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_VISIT_H
#define NUMALENS_VISIT_H

#include "command.h"

struct json_object;
struct numalens_process;
struct numalens_table;

/**
 * struct numalens_visit - what a command shows of each process it is given
 * @command: the command
 * @unwatched: what to note of a process that is not watched
 * @text: prints it to people
 * @json: adds the members for programs, behind pid, comm, state and watched
 * @table: makes the table that --columns and --csv are about; NULL if there is none
 */
struct numalens_visit {
	const struct numalens_command *command;
	const char *unwatched;
	void (*text)(const struct numalens_process *process);
	void (*json)(const struct numalens_process *process, struct json_object *object);
	struct numalens_table *(*table)(const struct numalens_process *process);
};

/* --columns, --csv, --scan, --no-scan */
extern const struct numalens_option numalens_visit_options[];

/* For struct numalens_command.shared: of a command with a table, and of one without */
#define NUMALENS_VISIT_TABLE	(&numalens_visit_options[0])
#define NUMALENS_VISIT_PLAIN	(&numalens_visit_options[2])

int numalens_visit_run(const struct numalens_visit *visit, const struct numalens_args *args);
void numalens_visit_head_json(const struct numalens_process *process, struct json_object *object);

#endif /* NUMALENS_VISIT_H */
