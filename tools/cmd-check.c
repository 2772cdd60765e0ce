// SPDX-License-Identifier: GPL-2.0
/*
 * numalens check: does the memory of a process, or of a guest, lie where it must?
 */
#include "command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "judge.h"
#include "judge_guest.h"
#include "judge_report.h"
#include "judge_tune.h"
#include "libvirt.h"
#include "number.h"
#include "output.h"
#include "placement.h"
#include "qemu.h"
#include "qemu_find.h"
#include "qemu_thread.h"
#include "qemu_vma.h"
#include "reader.h"
#include "remedy.h"
#include "rule.h"
#include "topology.h"
#include "tune.h"
#include "visit.h"

static struct numalens_rule_texts texts;
static struct numalens_rules rules;
static struct numalens_topology topology;
static struct numalens_qemu qemu;
static struct numalens_tune tune;
static const char *uri;
static bool has_cells, is_qemu, is_domain;

/* Of what was judged; the callbacks of a visit have no status of their own. */
static int code;

static bool judge(struct numalens_judgement *judgement, const struct numalens_process *process)
{
	memset(judgement, 0, sizeof(*judgement));
	if (process->state && !strcmp(process->state, "exited")) {
		code = numalens_error(NUMALENS_NO_PROCESS,
				      "%u has exited: nothing is left to be judged",
				      process->snapshot.header.pid);
		return false;
	}
	judgement->snapshot = &process->snapshot;
	judgement->rules = &rules;
	judgement->tune = is_domain ? &tune : NULL;
	numalens_judge_process(judgement);
	if (is_qemu) {
		numalens_qemu_vma_find(&qemu, &process->snapshot);
		numalens_qemu_thread_find(&qemu, &process->snapshot);
		numalens_judge_guest(judgement, &qemu);
		if (is_domain)
			numalens_judge_tune(judgement, &qemu);
	}
	code = judgement->nr_wrong ? NUMALENS_FAILED : NUMALENS_OK;
	return true;
}

static void text(const struct numalens_process *process)
{
	struct numalens_judgement judgement;
	struct numalens_remedy remedy;

	if (!judge(&judgement, process))
		return;
	if (is_domain)
		numalens_tune_print(&tune);
	numalens_placement_print_title(process);
	putchar('\n');
	numalens_judge_print(&judgement);
	numalens_remedy_find(&remedy, &judgement, &qemu, &topology);
	numalens_remedy_print(&remedy);
	numalens_remedy_free(&remedy);
	numalens_judge_free(&judgement);
}

static void json(const struct numalens_process *process, struct json_object *object)
{
	struct numalens_judgement judgement;
	struct numalens_remedy remedy;

	if (!judge(&judgement, process)) {
		json_object_object_add(object, "ok", NULL);
		return;
	}
	numalens_visit_head_json(process, object);
	json_object_object_add(object, "domain", is_domain ? numalens_tune_json(&tune) : NULL);
	json_object_object_add(object, "qemu", json_object_new_boolean(is_qemu));
	json_object_object_add(object, "vcpus", numalens_qemu_thread_json(&qemu,
									  &process->snapshot));
	json_object_object_add(object, "vcpus_known_by",
			       numalens_output_json_text(qemu.vcpu_source));
	numalens_judge_json(&judgement, object);
	numalens_remedy_find(&remedy, &judgement, &qemu, &topology);
	json_object_object_add(object, "remedies", numalens_remedy_json(&remedy));
	numalens_remedy_free(&remedy);
	numalens_judge_free(&judgement);
}

/* Rules that the process can neither keep nor break are mistakes. */
static int rules_fit(const char *pid)
{
	size_t i, cell;

	if (!is_qemu && (rules.nr_cells || rules.vcpu_local))
		return numalens_command_usage(&numalens_cmd_check,
					      "%s is no process of QEMU's: it has neither cells "
					      "nor vCPUs", pid);
	if (!is_qemu && numalens_rule_is_empty(&rules))
		return numalens_command_usage(&numalens_cmd_check,
					      "what should hold of %s? It takes --nodes or "
					      "--max-remote: only a guest of QEMU's says itself where "
					      "its memory belongs", pid);
	for (i = 0; i < rules.nr_cells; i++) {
		cell = numalens_qemu_cell(&qemu, rules.cells[i].cell);
		if (cell == NUMALENS_QEMU_NONE)
			return numalens_command_usage(&numalens_cmd_check,
						      "the guest has no cell %u",
						      rules.cells[i].cell);
		if (qemu.cells[cell].backend == NUMALENS_QEMU_NONE)
			return numalens_command_usage(&numalens_cmd_check,
						      "cell %u of the guest has no memory backend "
						      "of its own", rules.cells[i].cell);
	}
	return NUMALENS_OK;
}

/* One that is gone, and a kernel's thread, have no command line: the module says so. */
static bool is_there(unsigned int pid)
{
	struct numalens_dir dir;
	char *line;
	bool is;

	numalens_dir_set(&dir, "proc/%u", pid);
	is = !numalens_dir_read(&dir, "cmdline", &line) && *line;
	free(line);
	return is;
}

/* A domain's process, and what the domain says. */
static int domain_read(const char *name, unsigned int *pid)
{
	int ret = numalens_libvirt_ask(&tune, name, uri);

	if (!ret)
		ret = numalens_qemu_find(tune.uuid, tune.name, pid);
	if (ret)
		return ret;
	is_domain = true;
	is_qemu = numalens_qemu_read(&qemu, *pid);
	if (!is_qemu)
		return numalens_error(NUMALENS_NO_PROCESS, "domain %s has just ended", name);
	numalens_tune_rules(&tune, &qemu, &rules);
	return rules_fit(name);
}

static int process_read(const char *operand, unsigned int pid)
{
	is_qemu = numalens_qemu_read(&qemu, pid);
	/* One that has ended meanwhile is none of QEMU's any more: that is said later. */
	return is_qemu || is_there(pid) ? rules_fit(operand) : NUMALENS_OK;
}

static int judge_operand(const struct numalens_args *args)
{
	static const struct numalens_visit visit = {
		.command = &numalens_cmd_check,
		.unwatched = "its pages are counted as they lie now",
		.text = text,
		.json = json,
	};
	char *operand = args->nr == 1 ? args->operands[0] : NULL, *who;
	bool is_number;
	uint64_t number;
	unsigned int pid;
	int ret;

	if (!operand || !*operand)
		return numalens_command_usage(&numalens_cmd_check, args->nr > 1 ?
					      "check takes one process" : "no process is given");
	/* What is a number is a pid, unless it is said that libvirt is meant. */
	is_number = !numalens_number_parse_decimal(operand, &number) && !uri;
	if (is_number && !number)
		return numalens_command_usage(&numalens_cmd_check, "\"%s\" is no pid", operand);
	ret = numalens_topology_read(&topology);
	if (!ret)
		ret = numalens_rule_parse(&rules, &texts, &topology, &numalens_cmd_check);
	if (!ret)
		ret = numalens_reader_check_module();
	if (!ret && !is_number)
		ret = domain_read(operand, &pid);
	else if (!ret && number <= INT_MAX && is_there(number))
		ret = process_read(operand, number);
	if (ret)
		return ret;
	who = is_domain ? numalens_strf("%u", pid) : numalens_strdup(operand);
	ret = numalens_visit_run(&visit, &(struct numalens_args){ 1, &who, args->json });
	if (ret == NUMALENS_NO_PROCESS && is_number)
		numalens_note("a number is taken for a pid: a domain that is called %s is found "
			      "by its UUID, or with --connect", operand);
	free(who);
	return ret ? ret : code;
}

static int run(const struct numalens_args *args)
{
	int ret = judge_operand(args);

	numalens_qemu_free(&qemu);
	numalens_tune_free(&tune);
	numalens_rule_free(&rules);
	numalens_topology_free(&topology);
	return ret;
}

static const struct numalens_option options[] = {
	{ "connect", "URI", "libvirt whose domain it is, as for virsh; what is a number is then a "
	  "domain's name, too", NULL, &uri },
	{ "nodes", "LIST", "its memory must lie on these nodes; as for numactl: 0-1,3, all, !2",
	  NULL, &texts.nodes },
	{ "policy", "POLICY", "strict: every page there (the default); preferred: a page elsewhere "
	  "is worth a warning; interleave: strict, and on each node as many", NULL,
	  &texts.policy },
	{ "tolerance", "PERCENT", "how far a node's pages may be from the mean when they are "
	  "interleaved; 10 without it", NULL, &texts.tolerance },
	{ "max-remote", "PERCENT", "no more of its pages may be remote from where its threads run",
	  NULL, &texts.max_remote },
	{ "cell", "CELL=LIST", "the memory of this cell of a QEMU guest must lie on these nodes; "
	  "may be given for each", &has_cells, &texts.cells },
	{ "vcpu-local", NULL, "vCPUs of a QEMU guest may run only on nodes where the memory of their "
	  "cell is", &rules.vcpu_local, NULL },
	{ "no-files", NULL, "leave pages of files out: programs and libraries lie where they were "
	  "read first", &rules.no_files, NULL },
	{ 0 }
};

const struct numalens_command numalens_cmd_check = {
	.name = "check",
	.synopsis = "PID | DOMAIN",
	.summary = "judge whether the memory of a process lies where it must, say what does not, why, "
		   "and which line would fix it; exit 1 if it does not. Without a rule: whether the "
		   "cells of a QEMU guest lie on the host-nodes of their backends, and its vCPUs run "
		   "there; of a domain of libvirt's, given by name or UUID: whether all is as its "
		   "numatune, pins and huge pages have it. A number is a pid",
	.options = options,
	.shared = NUMALENS_VISIT_PLAIN,
	.run = run,
};
