// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>: the files beside its groups and vmas/.
 */
#include "sysfs_process.h"

#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "probe.h"
#include "snapshot.h"
#include "sysfs.h"
#include "sysfs_root.h"
#include "sysfs_setting.h"
#include "sysfs_thread.h"
#include "sysfs_vma.h"

/*
 * processes/<pid> directory: what the last snapshot says
 */

#define SNAPSHOT_FILE(_name, _format, ...)						\
static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{											\
	struct numalens_process *process = numalens_process_of(kobj);			\
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);	\
	const struct numalens_snapshot_header *header = &snapshot->header;		\
	ssize_t len = sysfs_emit(buf, _format "\n", __VA_ARGS__);			\
											\
	numalens_snapshot_put(snapshot);						\
	return len;									\
}											\
static struct kobj_attribute _name##_attr = __ATTR_RO_MODE(_name, 0400)

SNAPSHOT_FILE(comm, "%s", header->comm);
SNAPSHOT_FILE(generation, "%llu", header->generation);
SNAPSHOT_FILE(snapshot_ns, "%llu", header->snapshot_ns);
SNAPSHOT_FILE(walk_ns, "%llu", header->walk_ns);
SNAPSHOT_FILE(walk_pages, "%llu", header->walk_pages);
SNAPSHOT_FILE(lock_hold_max_ns, "%llu", header->lock_hold_max_ns);
SNAPSHOT_FILE(nr_vmas, "%u", header->nr_vmas);
SNAPSHOT_FILE(nr_threads, "%u", header->nr_threads);
SNAPSHOT_FILE(events_since_ns, "%llu", header->events_ns);
SNAPSHOT_FILE(policy, "%s", numalens_snapshot_string(snapshot, header->policy));
SNAPSHOT_FILE(mems_allowed, "%s", numalens_snapshot_string(snapshot, header->mems_allowed));

#undef SNAPSHOT_FILE

static ssize_t nodes_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	struct numalens_process *process = numalens_process_of(kobj);
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);
	ssize_t len = numalens_emit_nids(buf, numalens_snapshot_nids(snapshot),
					 snapshot->header.nr_nodes);

	numalens_snapshot_put(snapshot);
	return len;
}

/*
 * processes/<pid> directory: the process now
 */

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	bool exited = numalens_process_exited(numalens_process_of(kobj));

	return sysfs_emit(buf, "%s\n", exited ? "exited" : "running");
}

static ssize_t nr_vmas_left_out_show(struct kobject *kobj, struct kobj_attribute *attr,
				     char *buf)
{
	struct numalens_process *process = numalens_process_of(kobj);

	return sysfs_emit(buf, "%u\n", READ_ONCE(process->nr_vmas_left_out));
}

static ssize_t nr_threads_left_out_show(struct kobject *kobj, struct kobj_attribute *attr,
					char *buf)
{
	struct numalens_process *process = numalens_process_of(kobj);

	return sysfs_emit(buf, "%u\n", READ_ONCE(process->nr_threads_left_out));
}

static ssize_t parent_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", numalens_process_of(kobj)->parent);
}

static ssize_t scan_store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
			  size_t count)
{
	unsigned int one;
	int ret;

	ret = numalens_parse_uint(buf, count, 1, 1, &one) ?:
	      numalens_process_scan(numalens_process_of(kobj));
	return ret ?: count;
}

/*
 * processes/<pid> directory: release and attributes
 */

static void process_release(struct kobject *kobj)
{
	numalens_process_free(numalens_process_of(kobj));
	numalens_kobj_released();
}

static struct kobj_attribute nodes_attr = __ATTR_RO_MODE(nodes, 0400);
static struct kobj_attribute state_attr = __ATTR_RO_MODE(state, 0400);
static struct kobj_attribute nr_vmas_left_out_attr = __ATTR_RO_MODE(nr_vmas_left_out, 0400);
static struct kobj_attribute nr_threads_left_out_attr = __ATTR_RO_MODE(nr_threads_left_out, 0400);
static struct kobj_attribute parent_attr = __ATTR_RO_MODE(parent, 0400);
static struct kobj_attribute scan_attr = __ATTR(scan, 0200, NULL, scan_store);

static struct attribute *process_attrs[] = {
	&comm_attr.attr,
	&state_attr.attr,
	&scan_attr.attr,
	&generation_attr.attr,
	&nodes_attr.attr,
	&snapshot_ns_attr.attr,
	&walk_ns_attr.attr,
	&walk_pages_attr.attr,
	&lock_hold_max_ns_attr.attr,
	&nr_vmas_attr.attr,
	&nr_vmas_left_out_attr.attr,
	&nr_threads_attr.attr,
	&nr_threads_left_out_attr.attr,
	&parent_attr.attr,
	&events_since_ns_attr.attr,
	&policy_attr.attr,
	&mems_allowed_attr.attr,
	NULL,
};

static numalens_bin_const struct bin_attribute *numalens_bin_const process_bin_attrs[] = {
	&numalens_snapshot_file,
	NULL,
};

static umode_t is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return attr != &events_since_ns_attr.attr || numalens_events_supported() ? attr->mode : 0;
}

static const struct attribute_group process_group = {
	.attrs = process_attrs,
	.is_visible = is_visible,
	.bin_attrs = process_bin_attrs,
};

static const struct attribute_group *process_groups[] = {
	&process_group,
	&numalens_setting_group,
	&numalens_placement_group,
	&numalens_folios_group,
	&numalens_cpu_group,
#ifdef CONFIG_NUMA_BALANCING
	&numalens_balancing_group,
#endif
	NULL,
};

static const struct kobj_type process_ktype = {
	.release = process_release,
	.sysfs_ops = &numalens_process_sysfs_ops,
	.default_groups = process_groups,
};

/**
 * numalens_process_sysfs_init - let kobject_put() free the process
 * @process: from numalens_process_alloc()
 */
void numalens_process_sysfs_init(struct numalens_process *process)
{
	numalens_kobj_init(&process->kobj, &process_ktype);
}

/**
 * numalens_process_sysfs_add - make its directory
 * @process: scanned once, so that no file is without a value
 *
 * Context: the registry lock, under which the directory is removed too.
 * Return: 0 or an errno; numalens_process_sysfs_remove() undoes either.
 */
int numalens_process_sysfs_add(struct numalens_process *process)
{
	char name[16];
	int ret;

	snprintf(name, sizeof(name), "%d", process->nr);
	mutex_lock(&process->scan_lock);
	ret = numalens_kobj_add(&process->kobj, numalens_processes_kobj(), name);
	if (!ret && numalens_events_supported())
		ret = numalens_event_groups_add(&process->kobj);
	if (!ret) {
		/* Addresses are secrets, and these directories are named after them. */
		process->vmas_kobj = numalens_dir_add("vmas", &process->kobj, 0500);
		process->threads_kobj = numalens_dir_add("threads", &process->kobj, 0500);
		ret = process->vmas_kobj && process->threads_kobj ? 0 : -ENOMEM;
	}
	if (!ret) {
		numalens_vma_dirs_update(process);
		numalens_thread_dirs_update(process);
	}
	mutex_unlock(&process->scan_lock);

	if (!ret)
		numalens_process_refresh(process);
	return ret;
}

/**
 * numalens_process_sysfs_remove - remove its directory, and wait for readers
 * @process: stopped; its directory need not have been made
 */
void numalens_process_sysfs_remove(struct numalens_process *process)
{
	numalens_thread_dirs_remove(process);
	numalens_dir_remove(process->threads_kobj);
	numalens_vma_dirs_remove(process);
	numalens_dir_remove(process->vmas_kobj);
	if (process->kobj.state_in_sysfs)
		kobject_del(&process->kobj);
}

/**
 * numalens_process_sysfs_is_added - whether the directory is to be seen
 * @process: the process
 *
 * Context: the registry lock.
 */
bool numalens_process_sysfs_is_added(const struct numalens_process *process)
{
	return process->vmas_kobj;
}
