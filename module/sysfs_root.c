// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/numalens: the files at the root.
 */
#include "sysfs_root.h"

#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/limits.h>
#include <linux/nodemask.h>
#include <linux/sysfs.h>

#include "pace.h"
#include "registry.h"
#include "sysfs.h"
#include "sysfs_setting.h"
#include "uapi/numalens.h"

#define MAX_WATCHED	(1024 * 1024)

static struct kobject *root;
static struct kobject *processes;

struct kobject *numalens_root_kobj(void)
{
	return root;
}

struct kobject *numalens_processes_kobj(void)
{
	return processes;
}

/*
 * Root directory: facts
 */

static ssize_t abi_version_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", NUMALENS_ABI_VERSION);
}

static ssize_t nodes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	ssize_t len = 0;
	int nid;

	for_each_online_node(nid)
		len += sysfs_emit_at(buf, len, "%s%d", len ? " " : "", nid);
	return len + sysfs_emit_at(buf, len, "\n");
}

static ssize_t nr_watched_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", numalens_registry_nr_watched());
}

static ssize_t nr_missed_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", numalens_registry_nr_missed());
}

/*
 * Root directory: commands
 */

/* 0 is no process's number: not out of bounds, but not a number of that kind. */
static int parse_nr(const char *buf, size_t count, unsigned int *nr)
{
	return numalens_parse_uint(buf, count, 0, INT_MAX, nr) ?: (*nr ? 0 : -EINVAL);
}

static ssize_t watch_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			   size_t count)
{
	unsigned int nr;
	int ret;

	if (!capable(CAP_SYS_PTRACE))
		return -EPERM;
	ret = parse_nr(buf, count, &nr) ?: numalens_registry_watch(nr);
	return ret ?: count;
}

static ssize_t unwatch_store(struct kobject *kobj, struct kobj_attribute *attr,
			     const char *buf, size_t count)
{
	unsigned int nr;
	int ret;

	if (!capable(CAP_SYS_PTRACE))
		return -EPERM;
	ret = parse_nr(buf, count, &nr) ?: numalens_registry_unwatch(nr);
	return ret ?: count;
}

/*
 * Root directory: limits; sysfs_setting.c has the settings
 */

static ssize_t set(const char *buf, size_t count, unsigned int min, unsigned int max,
		   unsigned int *value)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return numalens_parse_uint(buf, count, min, max, value) ?: count;
}

static ssize_t max_watched_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(numalens_max_watched));
}

static ssize_t max_watched_store(struct kobject *kobj, struct kobj_attribute *attr,
				 const char *buf, size_t count)
{
	return set(buf, count, 0, MAX_WATCHED, &numalens_max_watched);
}

static ssize_t cpu_limit_bp_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", numalens_pace_limit());
}

static ssize_t cpu_limit_bp_store(struct kobject *kobj, struct kobj_attribute *attr,
				  const char *buf, size_t count)
{
	unsigned int bp;
	ssize_t ret = set(buf, count, 1, 10000, &bp);

	if (ret > 0)
		numalens_pace_set_limit(bp);
	return ret;
}

/*
 * Root directory: attributes
 */

static struct kobj_attribute abi_version_attr = __ATTR_RO_MODE(abi_version, 0444);
static struct kobj_attribute nodes_attr = __ATTR_RO_MODE(nodes, 0444);
static struct kobj_attribute nr_watched_attr = __ATTR_RO_MODE(nr_watched, 0444);
static struct kobj_attribute nr_missed_attr = __ATTR_RO_MODE(nr_missed, 0444);
static struct kobj_attribute watch_attr = __ATTR(watch, 0200, NULL, watch_store);
static struct kobj_attribute unwatch_attr = __ATTR(unwatch, 0200, NULL, unwatch_store);
static struct kobj_attribute max_watched_attr = __ATTR_RW_MODE(max_watched, 0600);
static struct kobj_attribute cpu_limit_bp_attr = __ATTR_RW_MODE(cpu_limit_bp, 0600);

static struct attribute *root_attrs[] = {
	&abi_version_attr.attr,
	&nodes_attr.attr,
	&nr_watched_attr.attr,
	&nr_missed_attr.attr,
	&watch_attr.attr,
	&unwatch_attr.attr,
	&max_watched_attr.attr,
	&cpu_limit_bp_attr.attr,
	NULL,
};

static const struct attribute_group root_group = {
	.attrs = root_attrs,
};

static const struct attribute_group *root_groups[] = {
	&numalens_setting_group,
	&root_group,
	NULL,
};

/**
 * numalens_root_init - make the root directory and processes/
 *
 * The files come last: with the first of them, watching may begin.
 *
 * Return: 0 or an errno, with nothing left behind.
 */
int numalens_root_init(void)
{
	int ret = -ENOMEM;

	root = numalens_dir_add("numalens", kernel_kobj, 0755);
	if (!root)
		return ret;
	processes = numalens_dir_add("processes", root, 0755);
	if (!processes)
		goto remove_root;
	ret = sysfs_create_groups(root, root_groups);
	if (ret)
		goto remove_processes;
	return 0;

remove_processes:
	numalens_dir_remove(processes);
remove_root:
	numalens_dir_remove(root);
	return ret;
}

/**
 * numalens_root_close - remove the files, and wait for who uses them
 */
void numalens_root_close(void)
{
	sysfs_remove_groups(root, root_groups);
}

void numalens_root_exit(void)
{
	numalens_dir_remove(processes);
	numalens_dir_remove(root);
}
