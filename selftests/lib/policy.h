/* SPDX-License-Identifier: GPL-2.0 */
/* Memory policies by name, for workloads and tests. */
#ifndef SELFTESTS_POLICY_H
#define SELFTESTS_POLICY_H

#include <stddef.h>

/**
 * struct policy - a policy of the table
 * @name: what the command line and the labels call it
 * @mode: for mbind(2), with its flags
 * @nodes: which of the first two memory nodes, as bits 0 and 1
 * @shown: how the kernel's text of it begins; NULL: no policy of its own
 */
struct policy {
	const char *name;
	int mode;
	unsigned int nodes;
	const char *shown;
};

extern const struct policy policies[];
extern const size_t nr_policies;

/** policy_find - by name, NULL if there is none */
const struct policy *policy_find(const char *name);

/**
 * policy_set_range - mbind(2)
 * @policy: the policy
 * @addr: start of the range
 * @len: its bytes
 *
 * Return: 0, or -errno; -EINVAL also means that the kernel lacks the mode.
 */
int policy_set_range(const struct policy *policy, void *addr, size_t len);

/** policy_set_task - set_mempolicy(2); 0, or -errno */
int policy_set_task(const struct policy *policy);

/** policy_node - id of the first (0) or second (1) memory node */
int policy_node(int which);

#endif
