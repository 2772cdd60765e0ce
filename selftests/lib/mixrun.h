/* SPDX-License-Identifier: GPL-2.0 */
/* Runs workloads/mix.c for a test, and knows what it said of its ranges. */
#ifndef SELFTESTS_MIXRUN_H
#define SELFTESTS_MIXRUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "compare.h"
#include "mixkinds.h"

/** struct mixrun - a running mix */
struct mixrun {
	pid_t pid;
	struct mix_range ranges[MIX_RANGES];
	size_t nr;
	char missing[2048];
};

/** mixrun_prepare - huge pages, swap and mounts, as far as they can be had */
void mixrun_prepare(void);

/** mixrun_finish - undo mixrun_prepare() */
void mixrun_finish(void);

/**
 * mixrun_start - start it, stop it when it is ready, watch it
 * @run: filled in
 * @task: policy of the task, or NULL
 * @options: "g", "l" or both, of workloads/mix.c; or ""
 *
 * Return: CASE_PASS or CASE_FAIL with a note.
 */
int mixrun_start(struct mixrun *run, const char *task, const char *options);

/** mixrun_missing - note what could not be had here */
void mixrun_missing(const struct mixrun *run);

/** mixrun_compare - sources, kinds, beginnings of policies as made */
int mixrun_compare(const struct mixrun *run, const struct view *view);

/** mixrun_pages - pages of the i-th VMA on a node by its id */
uint64_t mixrun_pages(const struct view *view, size_t i, int nid);

#endif
