/* SPDX-License-Identifier: GPL-2.0 */
/* What numalens counts of migrations against what move_pages(2) says of them. */
#ifndef SELFTESTS_MOVING_H
#define SELFTESTS_MOVING_H

#include <stdint.h>
#include <sys/types.h>

#include "census.h"
#include "events.h"

/**
 * struct moving - a process whose pages are about to be moved
 * @pid: the process
 * @start: a range that is one VMA
 * @end: its end
 * @census: where its pages were
 * @before: what was counted before
 * @after: what was counted since, from moving_end() on
 * @vma: of the range, before
 * @moved: base pages that moved, from moving_end() on
 */
struct moving {
	pid_t pid;
	uint64_t start, end;
	struct census census;
	struct moves before, after;
	struct matrix vma;
	uint64_t moved;
};

/** moving_begin - look at all before; CASE_PASS or CASE_FAIL */
int moving_begin(struct moving *moving, pid_t pid, uint64_t start,
		 uint64_t pages);

/**
 * moving_end - hold the counts of process and VMA against the oracle
 * @moving: from moving_begin()
 * @reason: the one they are to be counted under
 * @failed: base pages that could not be moved
 *
 * Return: CASE_PASS, or CASE_FAIL with notes; also if nothing moved or failed.
 */
int moving_end(struct moving *moving, enum move_reason reason, uint64_t failed);

/** moving_caller - the last caller is to be this program, or nobody */
int moving_caller(const struct moving *moving, const char *reason);

#endif
