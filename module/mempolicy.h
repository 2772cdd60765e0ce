/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_MEMPOLICY_H
#define _NUMALENS_MEMPOLICY_H

#include <linux/nodemask.h>

struct task_struct;
struct vm_area_struct;

/* Room for a mode, its flags and a list of as many nodes as there can be. */
#define NUMALENS_POLICY_LEN	512

/**
 * struct numalens_policy - a memory policy, copied by value
 * @mode: MPOL_* of <uapi/linux/mempolicy.h>
 * @flags: MPOL_MODE_FLAGS that were set with it
 * @source: enum numalens_policy_source
 * @nodes: the nodes it names
 */
struct numalens_policy {
	unsigned short mode;
	unsigned short flags;
	unsigned int source;
	nodemask_t nodes;
};

void numalens_policy_of_task(struct numalens_policy *policy, struct task_struct *task);
bool numalens_policy_of_vma(struct numalens_policy *policy, struct vm_area_struct *vma);
bool numalens_policy_equal(const struct numalens_policy *a, const struct numalens_policy *b);
int numalens_policy_print(const struct numalens_policy *policy, char *buf, size_t size);

#endif
