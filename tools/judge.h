/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_JUDGE_H
#define NUMALENS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy.h"
#include "rule.h"
#include "snapshot.h"

struct numalens_tune;

/* No VMA, no thread, no cell */
#define NUMALENS_NONE	SIZE_MAX

/**
 * enum numalens_grade - how bad a finding is
 * @NUMALENS_GRADE_WARNING: it breaks no rule
 * @NUMALENS_GRADE_WRONG: it does
 */
enum numalens_grade {
	NUMALENS_GRADE_WARNING,
	NUMALENS_GRADE_WRONG,
};

/**
 * struct numalens_area - memory that a rule is for
 * @name: "process", "cell 0"
 * @cell: id of the cell, or NUMALENS_NONE
 * @backend: id of its backend, or NULL
 * @has_wanted: it must lie somewhere
 * @wanted: there
 * @mode: how
 * @source: what says so
 * @by_vcpus: it is where the cell's CPUs may run that says so
 * @by_domain: it is the domain that says so
 * @vmas: which VMAs it is
 * @nr_vmas: their count
 * @pages: resident pages by node of the snapshot
 * @resident: all of them
 * @outside: of these, on other nodes than @wanted
 * @untouched: pages with nothing behind them
 * @is_wrong: a rule for it is broken
 */
struct numalens_area {
	char *name;
	size_t cell;
	const char *backend;
	bool has_wanted;
	struct numalens_list wanted;
	enum numalens_mode mode;
	char *source;
	bool by_vcpus;
	bool by_domain;
	size_t *vmas;
	size_t nr_vmas;
	uint64_t *pages;
	uint64_t resident;
	uint64_t outside;
	uint64_t untouched;
	bool is_wrong;
};

/**
 * struct numalens_range - a VMA that has pages where they should not be
 * @vma: which
 * @pages: such pages
 * @fit: what its policy has to do with it
 * @has_fit: @fit is known: there is a rule about nodes
 */
struct numalens_range {
	size_t vma;
	uint64_t pages;
	enum numalens_policy_fit fit;
	bool has_fit;
};

/**
 * struct numalens_finding - something that is not as it should be
 * @grade: how bad it is
 * @rule: what it breaks: "nodes", "cell", "max-remote", "vcpu-local", and of a domain "vcpupin",
 *	"emulatorpin", "hugepages", "numatune"
 * @subject: of what: "cell 0", "vCPU 1"
 * @cell: id of the cell, or NUMALENS_NONE
 * @thread: which thread, or NUMALENS_NONE
 * @vcpu: number of the guest's CPU, or NUMALENS_NONE
 * @cpus: CPUs that the thread is to be pinned to, NULL if its cell's memory says it
 * @text: what it is
 * @ranges: VMAs, the worst first
 * @nr_ranges: their count
 */
struct numalens_finding {
	enum numalens_grade grade;
	const char *rule;
	char *subject;
	size_t cell;
	size_t thread;
	size_t vcpu;
	const char *cpus;
	char *text;
	struct numalens_range *ranges;
	size_t nr_ranges;
};

/**
 * struct numalens_judgement - all that was judged, and found
 * @snapshot: of whom
 * @rules: by what
 * @tune: what its domain says, NULL if it is of none that is asked about
 * @areas: memory
 * @nr_areas: their count
 * @findings: findings
 * @nr_findings: their count
 * @nr_wrong: of these, such as break a rule
 */
struct numalens_judgement {
	const struct numalens_snapshot *snapshot;
	const struct numalens_rules *rules;
	const struct numalens_tune *tune;
	struct numalens_area *areas;
	size_t nr_areas;
	struct numalens_finding *findings;
	size_t nr_findings;
	size_t nr_wrong;
};

struct numalens_area *numalens_judge_area_add(struct numalens_judgement *judgement,
					      char *name, size_t nr_vmas);
const struct numalens_area *numalens_judge_cell(const struct numalens_judgement *judgement,
						size_t cell);
void numalens_judge_area_fill(const struct numalens_judgement *judgement,
			      struct numalens_area *area);
void numalens_judge_area(struct numalens_judgement *judgement, struct numalens_area *area,
			 const char *rule);
struct numalens_finding *numalens_judge_find(struct numalens_judgement *judgement,
					     enum numalens_grade grade, const char *rule,
					     const char *subject, char *text);
void numalens_judge_process(struct numalens_judgement *judgement);
void numalens_judge_free(struct numalens_judgement *judgement);

#endif /* NUMALENS_JUDGE_H */
