// SPDX-License-Identifier: GPL-2.0
/*
 * Memory policies: the only file that knows <linux/mempolicy.h>.
 *
 * The rule in force for a VMA is found as the page allocator finds it
 * (mm/mempolicy.c, __get_vma_policy()): the shared object's, else the VMA's,
 * else the task's, else the system's. It is printed as numa_maps prints it.
 */
#include "mempolicy.h"

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/mempolicy.h>
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "uapi/numalens.h"

/* By number, which is ABI (<uapi/linux/mempolicy.h>); a kernel may lack the last. */
static const char * const mode_names[] = {
	"default", "prefer", "bind", "interleave", "local", "prefer (many)",
	"weighted interleave",
};

static void copy(struct numalens_policy *policy, const struct mempolicy *pol, unsigned int source)
{
	policy->source = source;
	policy->mode = pol->mode;
	policy->flags = pol->flags & MPOL_MODE_FLAGS;
	nodes_clear(policy->nodes);
	if (pol->mode != MPOL_DEFAULT && pol->mode != MPOL_LOCAL)
		policy->nodes = pol->nodes;
}

/**
 * numalens_policy_of_task - the policy that a thread set for itself
 * @policy: filled in
 * @task: the thread; its policy may be gone already if it exits
 *
 * Context: takes task_lock, a leaf.
 */
void numalens_policy_of_task(struct numalens_policy *policy, struct task_struct *task)
{
	memset(policy, 0, sizeof(*policy));
	policy->source = NUMALENS_SOURCE_SYSTEM;

	task_lock(task);
	if (task->mempolicy)
		copy(policy, task->mempolicy, NUMALENS_SOURCE_TASK);
	task_unlock(task);
}

/*
 * A look-up in a shared object's tree returns a reference, and __mpol_put() is
 * not exported. The tree has its own reference, so ours is never the last, but
 * for the moment in which the policy is being replaced: then one small object
 * is left behind rather than freed wrongly.
 */
static void put_shared(struct mempolicy *pol)
{
	if (mpol_needs_cond_ref(pol))
		atomic_add_unless(&pol->refcnt, -1, 1);
}

/**
 * numalens_policy_of_vma - the policy set on a VMA or on the object it maps
 * @policy: filled in if there is one
 * @vma: the VMA; asked at its start, as numa_maps asks
 *
 * Context: mmap_lock held for read.
 * Return: false if the task's policy is in force.
 */
bool numalens_policy_of_vma(struct numalens_policy *policy, struct vm_area_struct *vma)
{
	struct mempolicy *pol;

	numalens_mmap_assert_locked(vma->vm_mm);

	if (!vma->vm_ops || !vma->vm_ops->get_policy) {
		if (vma->vm_policy)
			copy(policy, vma->vm_policy, NUMALENS_SOURCE_VMA);
		return vma->vm_policy;
	}

	pol = numalens_compat_get_policy(vma, vma->vm_start);
	if (!pol)
		return false;
	/* Some objects (System V on hugetlb) hand back what mbind() left on the VMA. */
	copy(policy, pol, pol == vma->vm_policy ? NUMALENS_SOURCE_VMA : NUMALENS_SOURCE_SHARED);
	put_shared(pol);
	return true;
}

bool numalens_policy_equal(const struct numalens_policy *a, const struct numalens_policy *b)
{
	return a->mode == b->mode && a->flags == b->flags && a->source == b->source &&
	       nodes_equal(a->nodes, b->nodes);
}

static int print_flags(unsigned short flags, char *buf, size_t size)
{
	int len = scnprintf(buf, size, "=");

	if (flags & MPOL_F_STATIC_NODES)
		len += scnprintf(buf + len, size - len, "static");
	else if (flags & MPOL_F_RELATIVE_NODES)
		len += scnprintf(buf + len, size - len, "relative");
	if (flags & MPOL_F_NUMA_BALANCING)
		len += scnprintf(buf + len, size - len, "%sbalancing",
				 is_power_of_2(flags & MPOL_MODE_FLAGS) ? "" : "|");
	return len;
}

/**
 * numalens_policy_print - write a policy as numa_maps does
 * @policy: the policy
 * @buf: where to
 * @size: its size; NUMALENS_POLICY_LEN is enough
 *
 * Return: characters written, without the NUL.
 */
int numalens_policy_print(const struct numalens_policy *policy, char *buf, size_t size)
{
	int len;

	if (policy->mode >= ARRAY_SIZE(mode_names))
		return scnprintf(buf, size, "unknown");

	len = scnprintf(buf, size, "%s", mode_names[policy->mode]);
	if (policy->flags)
		len += print_flags(policy->flags, buf + len, size - len);
	if (!nodes_empty(policy->nodes))
		len += scnprintf(buf + len, size - len, ":%*pbl",
				 nodemask_pr_args(&policy->nodes));
	return len;
}
