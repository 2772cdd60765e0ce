// SPDX-License-Identifier: GPL-2.0
/*
 * numalens: shows what numalens.ko finds out.
 */
#include "command.h"

#include <stddef.h>

#include "output.h"

static const struct numalens_command *const commands[] = {
	&numalens_cmd_watch,
	&numalens_cmd_unwatch,
	&numalens_cmd_list,
	&numalens_cmd_show,
	&numalens_cmd_touch,
	&numalens_cmd_migrations,
	&numalens_cmd_threads,
	&numalens_cmd_balancing,
	&numalens_cmd_check,
	&numalens_cmd_io,
	&numalens_cmd_run,
	&numalens_cmd_top,
	&numalens_cmd_record,
	&numalens_cmd_report,
	&numalens_cmd_diff,
	&numalens_cmd_lab,
	&numalens_cmd_export,
	&numalens_cmd_domains,
	&numalens_cmd_topo,
	&numalens_cmd_doctor,
	NULL
};

int main(int argc, char **argv)
{
	/* What getopt() begins its complaints with. */
	if (argc)
		argv[0] = (char *)"numalens";
	return numalens_output_finish(numalens_command_run(commands, argc, argv));
}
