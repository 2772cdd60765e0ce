// SPDX-License-Identifier: GPL-2.0
/*
 * numalens lab: experiments that show on this machine what NUMA does.
 */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "experiment.h"
#include "file.h"
#include "folder.h"
#include "lab.h"
#include "output.h"
#include "page.h"
#include "reader.h"
#include "record.h"

static const struct numalens_page_kind page = {
	"lab", "The record has no experiments.", "lab.json",
	"The record, for programs to read, is lab.json beside this page."
};

static const char *report;
static bool hold;

static const struct numalens_experiment *find(const char *name)
{
	size_t i;

	for (i = 0; numalens_experiments[i]; i++)
		if (!strcmp(numalens_experiments[i]->name, name))
			return numalens_experiments[i];
	return NULL;
}

static const char *missing_of(const struct numalens_experiment *experiment,
			      const struct numalens_lab *lab)
{
	return experiment->missing ? experiment->missing(lab) : NULL;
}

static int list_json(const struct numalens_lab *lab)
{
	struct json_object *root = numalens_output_json_new("lab"), *array, *object;
	size_t i;

	array = json_object_new_array();
	for (i = 0; numalens_experiments[i]; i++) {
		const struct numalens_experiment *experiment = numalens_experiments[i];

		object = json_object_new_object();
		json_object_object_add(object, "name", numalens_output_json_text(experiment->name));
		json_object_object_add(object, "title",
				       numalens_output_json_text(experiment->title));
		json_object_object_add(object, "missing",
				       numalens_output_json_text(missing_of(experiment, lab)));
		json_object_array_add(array, object);
	}
	json_object_object_add(root, "experiments", array);
	return numalens_output_json_print(root);
}

static int list_text(const struct numalens_lab *lab)
{
	unsigned int width = 0, len;
	const char *missing;
	char *name;
	size_t i;

	for (i = 0; numalens_experiments[i]; i++) {
		len = numalens_output_columns(numalens_experiments[i]->name);
		width = len > width ? len : width;
	}
	for (i = 0; numalens_experiments[i]; i++) {
		numalens_output_wrap(numalens_experiments[i]->name, width + 2,
				     numalens_experiments[i]->title);
		missing = missing_of(numalens_experiments[i], lab);
		if (!missing)
			continue;
		name = numalens_strf("%*snot here: ", (int)width + 2, "");
		numalens_output_wrap(name, width + 2, missing);
		free(name);
	}
	return NUMALENS_OK;
}

static int list_all(struct numalens_lab *lab, const struct numalens_args *args)
{
	int ret;

	if (args->nr > 1)
		return numalens_command_usage(&numalens_cmd_lab, "list takes no operand");
	ret = numalens_lab_init(lab, false);
	if (ret)
		return ret;
	return args->json ? list_json(lab) : list_text(lab);
}

/* What was skipped is no matter once another has run. */
static int run_chosen(struct numalens_lab *lab, const bool *chosen)
{
	unsigned int nr_ran = 0, nr_good = 0, nr_skipped = 0;
	size_t i;

	for (i = 0; numalens_experiments[i]; i++) {
		if (!chosen[i])
			continue;
		if (lab->text && nr_ran + nr_skipped)
			puts("\n");
		switch (numalens_lab_run(lab, numalens_experiments[i])) {
		case NUMALENS_MISSING:
			nr_skipped++;
			break;
		case NUMALENS_OK:
			nr_good++;
			/* fallthrough */
		default:
			nr_ran++;
		}
	}
	if (!nr_ran)
		return NUMALENS_MISSING;
	return nr_good == nr_ran ? NUMALENS_OK : NUMALENS_FAILED;
}

static int choose(bool *chosen, size_t nr, const struct numalens_args *args)
{
	size_t i;
	int k;

	if (args->nr < 2)
		return numalens_command_usage(&numalens_cmd_lab,
					      "which experiment? See numalens lab list");
	for (k = 1; k < args->nr; k++) {
		bool all = !strcmp(args->operands[k], "all");

		if (!all && !find(args->operands[k]))
			return numalens_command_usage(&numalens_cmd_lab, "there is no experiment "
						      "\"%s\"; see numalens lab list",
						      args->operands[k]);
		for (i = 0; i < nr; i++)
			chosen[i] |= all || !strcmp(numalens_experiments[i]->name,
						    args->operands[k]);
	}
	return NUMALENS_OK;
}

static int leave_report(struct json_object *record, int code)
{
	int ret = numalens_page_write(record, report, &page);

	if (!ret)
		numalens_note("the report is %s/report.html", report);
	return code ? code : ret;
}

/* Another lab would take for the machine's what ours has set, and put that back. */
static int lock_take(struct numalens_lab *lab)
{
	struct numalens_dir dir;
	int fd;

	numalens_dir_set(&dir, NUMALENS_ROOT);
	fd = open(dir.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return numalens_error_file(&dir, "", "open", errno);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return numalens_error(NUMALENS_FAILED, "another lab runs");
	}
	lab->lock = fd;
	return NUMALENS_OK;
}

static int run_named(struct numalens_lab *lab, const struct numalens_args *args)
{
	size_t nr = 0;
	bool *chosen;
	int ret;

	while (numalens_experiments[nr])
		nr++;
	chosen = numalens_alloc(nr, sizeof(*chosen));
	ret = choose(chosen, nr, args);
	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret && !numalens_file_is_live())
		ret = numalens_command_usage(&numalens_cmd_lab,
					     "nothing can be run in a captured tree");
	/* Not after minutes of experiments, if it can be told now. */
	if (!ret && report)
		ret = numalens_folder_prepare(report);
	if (!ret)
		ret = numalens_lab_init(lab, !args->json);
	if (!ret)
		ret = lock_take(lab);
	lab->hold = hold;
	if (!ret)
		ret = run_chosen(lab, chosen);
	if (args->json && lab->root)
		numalens_output_json_print(json_object_get(lab->root));
	if (report && lab->root)
		ret = leave_report(lab->root, ret);
	free(chosen);
	return ret;
}

static int make_page(const struct numalens_args *args)
{
	struct json_object *record;
	int ret;

	if (args->nr != 3)
		return numalens_command_usage(&numalens_cmd_lab,
					      "page takes a record and a directory");
	ret = numalens_record_read(args->operands[1], &record);
	if (!ret)
		ret = numalens_page_write(record, args->operands[2], &page);
	json_object_put(record);
	return ret;
}

static int lab_run(const struct numalens_args *args)
{
	struct numalens_lab lab = { 0 };
	int ret;

	if (!args->nr)
		return numalens_command_usage(&numalens_cmd_lab, "list, run or page is needed");
	if (report && strcmp(args->operands[0], "run"))
		return numalens_command_usage(&numalens_cmd_lab, "--report is for lab run only");
	if (!strcmp(args->operands[0], "list"))
		ret = list_all(&lab, args);
	else if (!strcmp(args->operands[0], "run"))
		ret = run_named(&lab, args);
	else if (!strcmp(args->operands[0], "page"))
		ret = make_page(args);
	else
		return numalens_command_usage(&numalens_cmd_lab, "\"%s\" is not list, run or page",
					      args->operands[0]);
	numalens_lab_free(&lab);
	return ret;
}

static const struct numalens_option options[] = {
	{ "hold", NULL, "wait for Enter at the end of each phase, so that other tools can look at the "
	  "processes", &hold, NULL },
	{ "report", "DIR", "of run: leave a page to look at in a browser, DIR/report.html, and the "
	  "record, DIR/lab.json", NULL, &report },
	{ 0 }
};

const struct numalens_command numalens_cmd_lab = {
	.name = "lab",
	.synopsis = "list | run NAME… | run all | page RECORD DIR",
	.summary = "list the experiments, or run some: each starts processes of its own, says what "
		   "must happen and why, shows what does, and judges it; exit 1 if it was not as "
		   "expected. Settings of the machine that it changes are put back. page makes the page of "
		   "--report from a record that run left or printed before",
	.options = options,
	.run = lab_run,
};
