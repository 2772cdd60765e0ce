// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduling domains of every CPU, as the scheduler has them now.
 *
 * struct sched_domain is public, its roots are not: rq->sd is reached from one
 * runqueue that a tracepoint has shown (probe_rq.c), since runqueues are one
 * per-CPU variable, and from the offset of sd in the kernel's BTF. From there
 * on it is ->parent, under RCU: the scheduler frees domains by call_rcu(),
 * and their groups with them.
 *
 * What is asked for is copied by value inside of the RCU section, so that the
 * caller prints it with nothing held.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "sched_domain.h"

#include <linux/err.h>
#include <linux/jhash.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched/topology.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "btf.h"
#include "probe_rq.h"

/* Immutable once numalens_domain_find_roots() has succeeded. */
static struct {
	struct rq *rq;
	int cpu;
	u32 sd;
} root;

static struct numalens_btf_member members[NUMALENS_NR_DOMAIN_MEMBERS];

static struct {
	bool has_spans;
	bool has_flags;
	u32 next;
	u32 cpumask;
	u32 flags;
} group_at;

#define DOMAIN_NUMBER(member)	#member
#define DOMAIN_COUNTER(member)	#member
static const char * const member_names[] = {
	"flags",
	"name",
#include "domain_numbers.h"
#include "domain_counters.h"
};

#undef DOMAIN_NUMBER
#undef DOMAIN_COUNTER

#define SD_FLAG(name, meta_flags)	#name,
static const char * const flag_names[] = {
#include <linux/sched/sd_flags.h>
};

#undef SD_FLAG

/*
 * Their order has changed once, and the busy one was renamed: but newly idle
 * has always been the last of the three.
 */
static const u8 idle_types[NUMALENS_NR_IDLE_TYPES] = {
	CPU_IDLE,
	CPU_NEWLY_IDLE - 1 - CPU_IDLE,
	CPU_NEWLY_IDLE,
};

static void *rq_of(int cpu)
{
	return (void *)root.rq + per_cpu_offset(cpu) - per_cpu_offset(root.cpu);
}

/* rq->cpu vouches for the address, the offsets and the arithmetic at once. */
static int roots_derive(struct rq *rq, u32 cpu_at)
{
	int cpu, id;

	if (copy_from_kernel_nofault(&id, (void *)rq + cpu_at, sizeof(id)) ||
	    id < 0 || id >= nr_cpu_ids || !cpu_possible(id))
		return -EINVAL;
	root.rq = rq;
	root.cpu = id;
	for_each_possible_cpu(cpu)
		if (copy_from_kernel_nofault(&id, rq_of(cpu) + cpu_at,
					     sizeof(id)) || id != cpu)
			return -EINVAL;
	return 0;
}

static int roots_find(struct numalens_btf *btf)
{
	struct numalens_btf_member cpu, sd;
	struct rq *rq;

	if (numalens_btf_member(btf, "rq", "cpu", &cpu) ||
	    numalens_btf_member(btf, "rq", "sd", &sd) ||
	    cpu.size != sizeof(int) || sd.size != sizeof(void *)) {
		pr_info("no sched_domains: rq->cpu or rq->sd is not in the kernel's BTF\n");
		return -ENOENT;
	}

	rq = numalens_probe_rq();
	if (IS_ERR(rq)) {
		pr_info("no sched_domains: no runqueue seen (error %ld)\n",
			PTR_ERR(rq));
		return PTR_ERR(rq);
	}

	root.sd = sd.offset;
	if (roots_derive(rq, cpu.offset)) {
		pr_info("no sched_domains: the runqueues are not where they should be\n");
		return -EINVAL;
	}
	return 0;
}

/*
 * The headers' struct sched_domain must be the running kernel's: fields come
 * and go even between point releases that share one module directory.
 */
static int layout_check(struct numalens_btf *btf)
{
	static const struct {
		const char *name;
		int offset;
	} used[] = {
		{ "parent", offsetof(struct sched_domain, parent) },
		{ "groups", offsetof(struct sched_domain, groups) },
		{ "flags", offsetof(struct sched_domain, flags) },
		{ "level", offsetof(struct sched_domain, level) },
	};
	int i, size = numalens_btf_struct_size(btf, "sched_domain");
	bool is_same = size == sizeof(struct sched_domain);

	for (i = 0; i < ARRAY_SIZE(used); i++)
		if (numalens_btf_member_offset(btf, "sched_domain",
					       used[i].name) != used[i].offset)
			is_same = false;
	if (is_same)
		return 0;
	pr_info("no sched_domains: built for a kernel with another struct sched_domain\n");
	return -EINVAL;
}

static void members_find(struct numalens_btf *btf)
{
	struct numalens_btf_member *member;
	int i;

	for (i = 0; i < NUMALENS_NR_DOMAIN_MEMBERS; i++) {
		member = &members[i];
		if (numalens_btf_member(btf, "sched_domain", member_names[i],
					member) || !member->nr ||
		    (member->nr != 1 && member->nr != NUMALENS_NR_IDLE_TYPES))
			member->size = 0;
		else
			member->size /= member->nr;
		if (member->size != sizeof(u32) && member->size != sizeof(u64))
			member->size = 0;
	}
	if (members[NUMALENS_DOMAIN_name].size != sizeof(char *))
		members[NUMALENS_DOMAIN_name].size = 0;
}

static void group_members_find(struct numalens_btf *btf)
{
	int next = numalens_btf_member_offset(btf, "sched_group", "next");
	int cpumask = numalens_btf_member_offset(btf, "sched_group", "cpumask");
	int flags = numalens_btf_member_offset(btf, "sched_group", "flags");

	if (next >= 0 && cpumask >= 0) {
		group_at.has_spans = true;
		group_at.next = next;
		group_at.cpumask = cpumask;
	}
	if (flags >= 0) {
		group_at.has_flags = true;
		group_at.flags = flags;
	}
}

/**
 * numalens_domain_find_roots() - find out where the domains hang
 *
 * Says why if it can't. Takes some milliseconds, and memory for the kernel's
 * BTF while it runs. Everything else below wants this to have succeeded.
 *
 * Return: 0 or a negative errno.
 */
int numalens_domain_find_roots(void)
{
	struct numalens_btf *btf;
	int err;

	BUILD_BUG_ON(ARRAY_SIZE(member_names) != NUMALENS_NR_DOMAIN_MEMBERS);
	BUILD_BUG_ON(CPU_MAX_IDLE_TYPES != NUMALENS_NR_IDLE_TYPES);
	BUILD_BUG_ON(CPU_NEWLY_IDLE + 1 != CPU_MAX_IDLE_TYPES);

	err = numalens_btf_open(&btf);
	if (err) {
		pr_info("no sched_domains: the kernel's BTF can't be had (error %d)\n",
			err);
		return err;
	}
	err = layout_check(btf);
	if (!err)
		err = roots_find(btf);
	if (!err) {
		members_find(btf);
		group_members_find(btf);
	}
	numalens_btf_close(btf);
	return err;
}

/**
 * numalens_domain_has() - can the running kernel tell this?
 * @member: what
 */
bool numalens_domain_has(enum numalens_domain_member member)
{
	switch (member) {
	case NUMALENS_DOMAIN_span:
		return true;
	case NUMALENS_DOMAIN_groups:
		return group_at.has_spans;
	case NUMALENS_DOMAIN_group_flags:
		return group_at.has_flags;
	default:
		return members[member].size;
	}
}

/**
 * numalens_domain_flag_name() - the kernel's name of a domain flag
 * @bit: the flag's bit number
 *
 * Return: "SD_…", or NULL if the kernel has no such flag.
 */
const char *numalens_domain_flag_name(unsigned int bit)
{
	return bit < ARRAY_SIZE(flag_names) ? flag_names[bit] : NULL;
}

static struct sched_domain *domain_base(int cpu)
{
	return rcu_dereference(*(struct sched_domain __rcu **)
			       (rq_of(cpu) + root.sd));
}

static struct sched_domain *domain_at(int cpu, unsigned int index)
{
	struct sched_domain *sd = domain_base(cpu);

	while (sd && index--)
		sd = rcu_dereference(sd->parent);
	return sd;
}

/**
 * numalens_domain_chain_get() - identify what a CPU has now
 * @cpu: a possible CPU
 * @chain: filled in; all 0 for a CPU without domains
 */
void numalens_domain_chain_get(int cpu, struct numalens_domain_chain *chain)
{
	struct sched_domain *sd;

	chain->depth = 0;
	chain->signature = 0;
	rcu_read_lock();
	for (sd = domain_base(cpu); sd; sd = rcu_dereference(sd->parent)) {
		unsigned long id[] = { (unsigned long)sd, sd->flags, sd->level };

		chain->signature = jhash(id, sizeof(id), chain->signature);
		chain->signature = jhash(sched_domain_span(sd), cpumask_size(),
					 chain->signature);
		chain->depth++;
	}
	rcu_read_unlock();
}

static void value_copy(const void *from,
		       const struct numalens_btf_member *member,
		       struct numalens_domain_value *value)
{
	unsigned int i, type;

	value->nr = member->nr;
	for (i = 0; i < member->nr; i++) {
		type = member->nr == 1 ? 0 : idle_types[i];
		if (member->size == sizeof(u64))
			value->at[i] = READ_ONCE(((const u64 *)from)[type]);
		else
			value->at[i] = READ_ONCE(((const u32 *)from)[type]);
	}
}

/**
 * numalens_domain_value_get() - copy a number or an array of numbers
 * @cpu: a possible CPU
 * @index: the domain's place in the CPU's chain, 0 for the smallest
 * @member: which; numalens_domain_has() it
 * @value: filled in on success
 *
 * Return: 0, or -ENODEV if the CPU has no such domain (any more).
 */
int numalens_domain_value_get(int cpu, unsigned int index,
			      enum numalens_domain_member member,
			      struct numalens_domain_value *value)
{
	struct sched_domain *sd;

	rcu_read_lock();
	sd = domain_at(cpu, index);
	if (sd)
		value_copy((void *)sd + members[member].offset,
			   &members[member], value);
	rcu_read_unlock();
	return sd ? 0 : -ENODEV;
}

/**
 * numalens_domain_name_get() - copy the name of a domain's topology level
 * @cpu: a possible CPU
 * @index: the domain's place in the CPU's chain
 * @name: filled in on success
 *
 * Return: as numalens_domain_value_get().
 */
int numalens_domain_name_get(int cpu, unsigned int index,
			     char name[NUMALENS_DOMAIN_NAME_LEN])
{
	const char *from;
	struct sched_domain *sd;

	rcu_read_lock();
	sd = domain_at(cpu, index);
	if (sd) {
		from = *(const char **)((void *)sd +
					members[NUMALENS_DOMAIN_name].offset);
		strscpy(name, from ?: "", NUMALENS_DOMAIN_NAME_LEN);
	}
	rcu_read_unlock();
	return sd ? 0 : -ENODEV;
}

/**
 * numalens_domain_span_get() - copy the CPUs that a domain spans
 * @cpu: a possible CPU
 * @index: the domain's place in the CPU's chain
 * @span: filled in on success
 *
 * Return: as numalens_domain_value_get().
 */
int numalens_domain_span_get(int cpu, unsigned int index, struct cpumask *span)
{
	struct sched_domain *sd;

	rcu_read_lock();
	sd = domain_at(cpu, index);
	if (sd)
		cpumask_copy(span, sched_domain_span(sd));
	rcu_read_unlock();
	return sd ? 0 : -ENODEV;
}

/**
 * numalens_domain_group_flags_get() - copy the flags of a CPU's own group
 * @cpu: a possible CPU
 * @index: the domain's place in the CPU's chain
 * @flags: filled in on success
 *
 * Return: as numalens_domain_value_get().
 */
int numalens_domain_group_flags_get(int cpu, unsigned int index, u32 *flags)
{
	struct sched_domain *sd;
	void *group;

	rcu_read_lock();
	sd = domain_at(cpu, index);
	if (sd) {
		group = sd->groups;
		*flags = group ? READ_ONCE(*(u32 *)(group + group_at.flags)) : 0;
	}
	rcu_read_unlock();
	return sd ? 0 : -ENODEV;
}

/* How many groups there are, of which the first @room spans are copied. */
static int groups_copy(int cpu, unsigned int index, unsigned int room,
		       struct numalens_domain_groups *groups)
{
	struct sched_domain *sd = domain_at(cpu, index);
	void *first, *group;
	int nr = 0;

	if (!sd)
		return -ENODEV;
	first = sd->groups;
	/* No ring has more groups than there are CPUs: a damaged one ends. */
	for (group = first; group && nr < nr_cpu_ids; ) {
		if (nr < room)
			cpumask_copy(numalens_domain_group_span(groups, nr),
				     group + group_at.cpumask);
		nr++;
		group = READ_ONCE(*(void **)(group + group_at.next));
		if (group == first)
			break;
	}
	return nr;
}

/**
 * numalens_domain_groups_get() - copy the CPUs of a domain's groups
 * @cpu: a possible CPU
 * @index: the domain's place in the CPU's chain
 * @groups: filled in on success, for numalens_domain_groups_put()
 *
 * Return: as numalens_domain_value_get(), or -ENOMEM.
 */
int numalens_domain_groups_get(int cpu, unsigned int index,
			       struct numalens_domain_groups *groups)
{
	unsigned int room = 0;
	int nr;

	groups->spans = NULL;
	for (;;) {
		rcu_read_lock();
		nr = groups_copy(cpu, index, room, groups);
		rcu_read_unlock();
		if (nr <= (int)room)
			break;
		/* Only now known, or rebuilt into more of them meanwhile. */
		kvfree(groups->spans);
		room = nr;
		groups->spans = kvcalloc(room, cpumask_size(), GFP_KERNEL);
		if (!groups->spans)
			return -ENOMEM;
	}
	if (nr < 0) {
		kvfree(groups->spans);
		return nr;
	}
	groups->nr = nr;
	return 0;
}

/**
 * numalens_domain_groups_put() - release numalens_domain_groups_get()'s copy
 * @groups: the copy
 */
void numalens_domain_groups_put(struct numalens_domain_groups *groups)
{
	kvfree(groups->spans);
}
