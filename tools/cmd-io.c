// SPDX-License-Identifier: GPL-2.0
/*
 * numalens io: devices, what works with them, and whether that is on one node.
 */
#include "command.h"

#include <limits.h>
#include <stdlib.h>

#include <json-c/json.h>

#include "error.h"
#include "io.h"
#include "io_judge.h"
#include "io_report.h"
#include "io_table.h"
#include "number.h"
#include "output.h"
#include "pick.h"

static struct numalens_io io;

static int read_operand(const char *operand)
{
	uint64_t pid;

	if (numalens_number_parse_decimal(operand, &pid))
		return numalens_io_read_device(&io, operand);
	if (!pid || pid > INT_MAX)
		return numalens_error(NUMALENS_NO_PROCESS, "no pid is %s", operand);
	return numalens_io_read_process(&io, pid);
}

/* Of one device, or of those of a process, also bridges and those without a driver. */
static void show_table(bool all)
{
	size_t nr_hidden;
	struct numalens_table *table = numalens_io_table_devices(&io, all, true, &nr_hidden);

	numalens_pick_show(table);
	numalens_table_free(table);
}

static void show(const struct numalens_args *args)
{
	struct json_object *root;

	if (args->json) {
		root = numalens_output_json_new("io");
		numalens_io_json(&io, root);
		numalens_output_json_print(root);
	} else if (numalens_pick_given()) {
		show_table(args->nr);
	} else if (args->nr) {
		numalens_io_print(&io);
	} else {
		numalens_io_print_list(&io);
	}
}

static int run(const struct numalens_args *args)
{
	int ret;

	if (args->nr > 1)
		return numalens_command_usage(&numalens_cmd_io, "io takes one device or process");
	ret = numalens_pick_check(&numalens_cmd_io, args->json);
	if (ret)
		return ret;
	ret = args->nr ? read_operand(args->operands[0]) : numalens_io_read_all(&io);
	if (!ret) {
		if (args->nr)
			numalens_io_judge(&io);
		show(args);
		ret = args->nr ? numalens_io_status(&io) : NUMALENS_OK;
	}
	numalens_io_free(&io);
	return ret;
}

static const struct numalens_option options[] = {
	NUMALENS_PICK_OPTIONS,
	{ 0 }
};

const struct numalens_command numalens_cmd_io = {
	.name = "io",
	.synopsis = "[DEVICE|PID]",
	.summary = "show PCI devices and their nodes; of one device, or of those that a process uses, "
		   "where its interrupts and kernel threads are, and the process's threads and "
		   "memory, whether that is all on one node, and which line would bring it there; "
		   "exit 1 if it is not, 3 if the node is unknown",
	.options = options,
	.columns = &numalens_io_columns,
	.run = run,
};
