// SPDX-License-Identifier: GPL-2.0
/*
 * The files of one scheduling domain. Values are always live: a file asks for
 * the domain that is at this place of the CPU's chain now, and answers ENODEV
 * if there is none, until the directory follows.
 *
 * No lock of sysfs_domain.c may be taken below: it is held while a directory
 * is removed, which waits for the readers of its files.
 */
#include "sysfs_domain_dir.h"

#include <linux/bitops.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "sched_domain.h"
#include "sysfs.h"
#include "sysfs_domain.h"

/*
 * cpu<N>/domain<M> directory
 */

struct domain_attribute {
	struct kobj_attribute attr;
	enum numalens_domain_member member;
};

static struct numalens_domain_dir *dir_alloc(int cpu, unsigned int index)
{
	struct numalens_domain_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return NULL;
	dir->cpu = cpu;
	dir->index = index;
	return dir;
}

static struct numalens_domain_dir *dir_get(struct kobject *kobj)
{
	/* A directory keeps its parent for as long as it has readers. */
	numalens_domain_cpu_check(kobj->parent);
	return container_of(kobj, struct numalens_domain_dir, kobj);
}

static int value_get(struct kobject *kobj, struct kobj_attribute *attr,
		     struct numalens_domain_value *value)
{
	const struct domain_attribute *domain_attr =
		container_of(attr, struct domain_attribute, attr);
	struct numalens_domain_dir *dir = dir_get(kobj);

	return numalens_domain_value_get(dir->cpu, dir->index,
					 domain_attr->member, value);
}

/* A list of CPUs may be too long for one page: rather none than half. */
static ssize_t list_end(char *buf, int len)
{
	if (len >= PAGE_SIZE - 1)
		return -EFBIG;
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t flag_names_emit(char *buf, unsigned long flags)
{
	unsigned int bit;
	int len = 0;

	for_each_set_bit(bit, &flags, BITS_PER_LONG) {
		const char *name = numalens_domain_flag_name(bit);

		if (name)
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "",
					     name);
	}
	return list_end(buf, len);
}

static ssize_t number_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	struct numalens_domain_value value;
	int err = value_get(kobj, attr, &value);
	unsigned int i;
	int len = 0;

	if (err)
		return err;
	for (i = 0; i < value.nr; i++)
		len += sysfs_emit_at(buf, len, "%s%llu", i ? " " : "",
				     value.at[i]);
	return list_end(buf, len);
}

static ssize_t flags_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	struct numalens_domain_value value;

	return value_get(kobj, attr, &value) ?:
	       sysfs_emit(buf, "0x%llx\n", value.at[0]);
}

static ssize_t flag_names_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	struct numalens_domain_value value;

	return value_get(kobj, attr, &value) ?:
	       flag_names_emit(buf, value.at[0]);
}

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct numalens_domain_dir *dir = dir_get(kobj);
	char name[NUMALENS_DOMAIN_NAME_LEN];

	return numalens_domain_name_get(dir->cpu, dir->index, name) ?:
	       sysfs_emit(buf, "%s\n", name);
}

static ssize_t span_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	struct numalens_domain_dir *dir = dir_get(kobj);
	cpumask_var_t span;
	ssize_t len;

	if (!alloc_cpumask_var(&span, GFP_KERNEL))
		return -ENOMEM;
	len = numalens_domain_span_get(dir->cpu, dir->index, span) ?:
	      list_end(buf, sysfs_emit(buf, "%*pbl", cpumask_pr_args(span)));
	free_cpumask_var(span);
	return len;
}

static ssize_t groups_show(struct kobject *kobj, struct kobj_attribute *attr,
			   char *buf)
{
	struct numalens_domain_dir *dir = dir_get(kobj);
	struct numalens_domain_groups groups;
	struct cpumask *span;
	unsigned int i;
	int err, len = 0;

	err = numalens_domain_groups_get(dir->cpu, dir->index, &groups);
	if (err)
		return err;
	for (i = 0; i < groups.nr; i++) {
		span = numalens_domain_group_span(&groups, i);
		len += sysfs_emit_at(buf, len, "%s%*pbl", i ? " " : "",
				     cpumask_pr_args(span));
	}
	numalens_domain_groups_put(&groups);
	return list_end(buf, len);
}

static ssize_t group_flags_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	struct numalens_domain_dir *dir = dir_get(kobj);
	u32 flags;

	return numalens_domain_group_flags_get(dir->cpu, dir->index, &flags) ?:
	       sysfs_emit(buf, "0x%x\n", flags);
}

static ssize_t group_flag_names_show(struct kobject *kobj,
				     struct kobj_attribute *attr, char *buf)
{
	struct numalens_domain_dir *dir = dir_get(kobj);
	u32 flags;

	return numalens_domain_group_flags_get(dir->cpu, dir->index, &flags) ?:
	       flag_names_emit(buf, flags);
}

static ssize_t idle_types_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "idle busy newidle\n");
}

static void dir_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct numalens_domain_dir, kobj));
	numalens_kobj_released();
}

#define DOMAIN_ATTR(_name, _show, _member)				\
	{ .attr = __ATTR(_name, 0444, _show, NULL),			\
	  .member = NUMALENS_DOMAIN_##_member }
#define DOMAIN_NUMBER(_name)						\
	[NUMALENS_DOMAIN_##_name] = DOMAIN_ATTR(_name, number_show, _name)
#define DOMAIN_COUNTER(_name)	DOMAIN_NUMBER(_name)

static struct domain_attribute name_attr =
	DOMAIN_ATTR(name, name_show, name);
static struct domain_attribute flags_attr =
	DOMAIN_ATTR(flags, flags_show, flags);
static struct domain_attribute flag_names_attr =
	DOMAIN_ATTR(flag_names, flag_names_show, flags);
static struct domain_attribute span_attr =
	DOMAIN_ATTR(span, span_show, span);
static struct domain_attribute groups_attr =
	DOMAIN_ATTR(groups, groups_show, groups);
static struct domain_attribute group_flags_attr =
	DOMAIN_ATTR(group_flags, group_flags_show, group_flags);
static struct domain_attribute group_flag_names_attr =
	DOMAIN_ATTR(group_flag_names, group_flag_names_show, group_flags);
static struct domain_attribute idle_types_attr =
	DOMAIN_ATTR(idle_types, idle_types_show, lb_count);
static struct domain_attribute number_attrs[] = {
#include "domain_numbers.h"
#include "domain_counters.h"
};

#undef DOMAIN_COUNTER
#undef DOMAIN_NUMBER
#undef DOMAIN_ATTR

#define DOMAIN_NUMBER(_name)	(&number_attrs[NUMALENS_DOMAIN_##_name].attr.attr)
#define DOMAIN_COUNTER(_name)	DOMAIN_NUMBER(_name)

static struct attribute *domain_attrs[] = {
	&name_attr.attr.attr,
	&flags_attr.attr.attr,
	&flag_names_attr.attr.attr,
	&span_attr.attr.attr,
	&groups_attr.attr.attr,
	&group_flags_attr.attr.attr,
	&group_flag_names_attr.attr.attr,
#include "domain_numbers.h"
	NULL
};

static struct attribute *stats_attrs[] = {
	&idle_types_attr.attr.attr,
#include "domain_counters.h"
	NULL
};

#undef DOMAIN_COUNTER
#undef DOMAIN_NUMBER

static umode_t attr_is_visible(struct kobject *kobj, struct attribute *attr,
			       int index)
{
	const struct domain_attribute *domain_attr =
		container_of(attr, struct domain_attribute, attr.attr);

	return numalens_domain_has(domain_attr->member) ? attr->mode : 0;
}

static const struct attribute_group domain_group = {
	.attrs = domain_attrs,
	.is_visible = attr_is_visible,
};

static const struct attribute_group stats_group = {
	.name = "stats",
	.attrs = stats_attrs,
	.is_visible = attr_is_visible,
};

static const struct attribute_group *domain_groups[] = {
	&domain_group,
	NULL
};

static const struct attribute_group *domain_and_stats_groups[] = {
	&domain_group,
	&stats_group,
	NULL
};

static const struct kobj_type domain_ktype = {
	.release = dir_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = domain_groups,
};

static const struct kobj_type domain_and_stats_ktype = {
	.release = dir_release,
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = domain_and_stats_groups,
};

/**
 * numalens_domain_dir_add() - add the directory of a domain
 * @parent: the directory of its CPU
 * @cpu: the CPU
 * @index: the domain's place in the CPU's chain, and the directory's number
 *
 * Return: the directory, for numalens_domain_dir_rm(), or an ERR_PTR().
 */
struct numalens_domain_dir *numalens_domain_dir_add(struct kobject *parent,
						    int cpu, unsigned int index)
{
	struct numalens_domain_dir *dir = dir_alloc(cpu, index);
	const struct kobj_type *ktype;
	int err;

	if (!dir)
		return ERR_PTR(-ENOMEM);
	ktype = numalens_domain_has(NUMALENS_DOMAIN_lb_count) ?
		&domain_and_stats_ktype : &domain_ktype;
	numalens_kobj_init(&dir->kobj, ktype);
	err = kobject_add(&dir->kobj, parent, "domain%u", index);
	if (err) {
		kobject_put(&dir->kobj);
		return ERR_PTR(err);
	}
	return dir;
}

/**
 * numalens_domain_dir_rm() - remove the directory of a domain
 * @dir: the directory, on no list any more
 *
 * Waits for the readers of its files.
 */
void numalens_domain_dir_rm(struct numalens_domain_dir *dir)
{
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}
