/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SCHED_DOMAIN_H
#define _NUMALENS_SCHED_DOMAIN_H

#include <linux/cpumask.h>
#include <linux/types.h>

/*
 * What can be asked about a domain, by the kernel's names of the members. The
 * last three are no plain members, but a kernel may lack them as well.
 */
#define DOMAIN_NUMBER(member)	NUMALENS_DOMAIN_##member
#define DOMAIN_COUNTER(member)	NUMALENS_DOMAIN_##member
enum numalens_domain_member {
	NUMALENS_DOMAIN_flags,
	NUMALENS_DOMAIN_name,
#include "domain_numbers.h"
#include "domain_counters.h"
	NUMALENS_NR_DOMAIN_MEMBERS,
	NUMALENS_DOMAIN_span,
	NUMALENS_DOMAIN_groups,
	NUMALENS_DOMAIN_group_flags,
};

#undef DOMAIN_NUMBER
#undef DOMAIN_COUNTER

#define NUMALENS_NR_IDLE_TYPES	3

/**
 * struct numalens_domain_value - a copy of one number or one array
 * @nr: how many there are
 * @at: the values; by idle type in the order idle, busy, newidle
 */
struct numalens_domain_value {
	unsigned int nr;
	u64 at[NUMALENS_NR_IDLE_TYPES];
};

#define NUMALENS_DOMAIN_NAME_LEN	16

/**
 * struct numalens_domain_groups - a copy of a domain's balancing groups
 * @nr: how many there are
 * @spans: their CPUs, the CPU's own group first, cpumask_size() apart
 */
struct numalens_domain_groups {
	unsigned int nr;
	void *spans;
};

static inline struct cpumask *
numalens_domain_group_span(const struct numalens_domain_groups *groups,
			   unsigned int group)
{
	return groups->spans + group * cpumask_size();
}

/**
 * struct numalens_domain_chain - what identifies a CPU's domains
 * @depth: how many there are
 * @signature: differs when the kernel has built other domains
 */
struct numalens_domain_chain {
	unsigned int depth;
	u32 signature;
};

int numalens_domain_find_roots(void);
bool numalens_domain_has(enum numalens_domain_member member);
const char *numalens_domain_flag_name(unsigned int bit);

void numalens_domain_chain_get(int cpu, struct numalens_domain_chain *chain);
int numalens_domain_value_get(int cpu, unsigned int index,
			      enum numalens_domain_member member,
			      struct numalens_domain_value *value);
int numalens_domain_name_get(int cpu, unsigned int index,
			     char name[NUMALENS_DOMAIN_NAME_LEN]);
int numalens_domain_span_get(int cpu, unsigned int index,
			     struct cpumask *span);
int numalens_domain_group_flags_get(int cpu, unsigned int index, u32 *flags);
int numalens_domain_groups_get(int cpu, unsigned int index,
			       struct numalens_domain_groups *groups);
void numalens_domain_groups_put(struct numalens_domain_groups *groups);

#endif /* _NUMALENS_SCHED_DOMAIN_H */
