/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LAB_H
#define NUMALENS_LAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "topology.h"

struct json_object;
struct numalens_lab;
struct numalens_matrix;
struct numalens_snapshot;

/**
 * struct numalens_experiment - a controlled run whose outcome is known
 * @name: on the command line
 * @title: what it shows, in a line
 * @expects: what will be seen
 * @why: the mechanism, with the kernel's function or the man page
 * @missing: why it can't run on this machine, NULL if it can; may be NULL
 * @run: does it: NUMALENS_OK, or what numalens_lab_fail() or numalens_lab_skip()
 *	returned. A claim that is not met is no failure
 */
struct numalens_experiment {
	const char *name;
	const char *title;
	const char *expects;
	const char *why;
	const char *(*missing)(const struct numalens_lab *lab);
	int (*run)(struct numalens_lab *lab);
};

/**
 * struct numalens_lab - where experiments run
 * @topology: the machine
 * @near: the first node with memory and CPUs, if there is one
 * @far: the last one
 * @nr_usable: nodes with memory and CPUs
 * @text: people read along
 * @hold: wait for a line of the input at the end of each phase
 * @lock: held until we end, so that there is one lab only; 0 where none is taken
 * @root: the record
 * @experiments: of it
 * @experiment: the one that runs
 * @phase: its last phase
 * @table: its last table, if no other thing has begun
 * @reason: why it was skipped or has failed
 */
struct numalens_lab {
	struct numalens_topology topology;
	unsigned int near;
	unsigned int far;
	unsigned int nr_usable;
	bool text;
	bool hold;
	int lock;
	struct json_object *root;
	struct json_object *experiments;
	struct json_object *experiment;
	struct json_object *phase;
	struct json_object *table;
	char *reason;
};

int numalens_lab_init(struct numalens_lab *lab, bool text);
void numalens_lab_free(struct numalens_lab *lab);
int numalens_lab_run(struct numalens_lab *lab, const struct numalens_experiment *experiment);

/* For experiments: may they run? */
const char *numalens_lab_missing_nodes(const struct numalens_lab *lab);
const char *numalens_lab_missing_memory(const struct numalens_lab *lab);
int numalens_lab_need_idle(struct numalens_lab *lab);
int numalens_lab_fail(struct numalens_lab *lab, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int numalens_lab_skip(struct numalens_lab *lab, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* For experiments: what is seen. All belongs to the phase that was begun last. */
void numalens_lab_phase(struct numalens_lab *lab, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void numalens_lab_table(struct numalens_lab *lab, const char *title, const char *const *columns,
			size_t nr);
void numalens_lab_table_nodes(struct numalens_lab *lab, const char *title, const char *first,
			      const struct numalens_snapshot *snapshot);
void numalens_lab_row(struct numalens_lab *lab);
void numalens_lab_cell(struct numalens_lab *lab, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void numalens_lab_number(struct numalens_lab *lab, uint64_t value);
void numalens_lab_numbers(struct numalens_lab *lab, const uint64_t *values, size_t nr);
void numalens_lab_matrix(struct numalens_lab *lab, const char *title, const char *row,
			 const char *column, const char *unit,
			 const struct numalens_matrix *matrix,
			 const struct numalens_snapshot *snapshot);
void numalens_lab_space(struct numalens_lab *lab, const char *title,
			const struct numalens_snapshot *snapshot);
void numalens_lab_threads(struct numalens_lab *lab, const char *title,
			  const struct numalens_snapshot *snapshot);

/* For experiments: what is plotted, and what is claimed. */
void numalens_lab_point(struct numalens_lab *lab, const char *series, const char *x,
			const char *y, const char *line, int nid, double at, double value);
void numalens_lab_mark(struct numalens_lab *lab, const char *series, double at, const char *text);
void numalens_lab_claim(struct numalens_lab *lab, bool met, const char *expect,
			const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif /* NUMALENS_LAB_H */
