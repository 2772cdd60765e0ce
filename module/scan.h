/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SCAN_H
#define _NUMALENS_SCAN_H

#include <linux/path.h>
#include <linux/types.h>

#include "draft.h"
#include "mempolicy.h"
#include "pagewalk.h"
#include "thread_sample.h"

struct mm_struct;
struct numalens_pace;
struct numalens_process;

/**
 * struct numalens_scan - a scan under way
 * @process: whom
 * @mm: its address space when the scan began; an exec gives it another
 * @walk: over the page tables
 * @draft: of the snapshot
 * @sample: of its threads
 * @addr: how far it came
 * @vma_start: start of the VMA that was left in the middle
 * @vma_is_open: whether one was; its record is the last
 * @pace: of a background scan, or NULL
 * @task_policy: of the leader
 * @task_policy_string: its offset
 * @policy: the one of the VMA before
 * @policy_string: its offset
 * @path: the file of the VMA before, to compare; no reference
 * @path_string: its offset
 * @buf: for a path or a policy, PATH_MAX bytes
 */
struct numalens_scan {
	struct numalens_process *process;
	struct mm_struct *mm;
	struct numalens_walk walk;
	struct numalens_draft draft;
	struct numalens_sample sample;
	unsigned long addr;
	unsigned long vma_start;
	bool vma_is_open;
	struct numalens_pace *pace;
	struct numalens_policy task_policy;
	u32 task_policy_string;
	struct numalens_policy policy;
	u32 policy_string;
	struct path path;
	u32 path_string;
	char *buf;
};

int numalens_scan(struct numalens_process *process, struct numalens_pace *pace);

#endif
