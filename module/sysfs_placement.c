// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/placement and processes/<pid>/cpu.
 */
#include "sysfs_process.h"

#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "snapshot.h"
#include "sysfs.h"

static ssize_t show_total(struct kobject *kobj, enum numalens_total row, char *buf)
{
	struct numalens_process *process = numalens_process_of(kobj);
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);
	ssize_t len = numalens_emit_row(buf, numalens_snapshot_total(snapshot, row),
					snapshot->header.nr_nodes);

	numalens_snapshot_put(snapshot);
	return len;
}

#define ROW(_name, _row)								\
static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{											\
	return show_total(kobj, _row, buf);						\
}											\
static struct kobj_attribute _name##_attr = __ATTR_RO_MODE(_name, 0400)

#define VALUE(_name, _format, _value)							\
static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{											\
	struct numalens_process *process = numalens_process_of(kobj);			\
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);	\
	ssize_t len = sysfs_emit(buf, _format "\n", _value);				\
											\
	numalens_snapshot_put(snapshot);						\
	return len;									\
}											\
static struct kobj_attribute _name##_attr = __ATTR_RO_MODE(_name, 0400)

/*
 * placement directory
 */

ROW(pages, NUMALENS_TOTAL_PAGES);
ROW(anon, NUMALENS_TOTAL_ANON);
ROW(file, NUMALENS_TOTAL_FILE);
ROW(shmem, NUMALENS_TOTAL_SHMEM);
ROW(hugetlb, NUMALENS_TOTAL_HUGETLB);
ROW(thp, NUMALENS_TOTAL_THP);
VALUE(zero, "%llu", snapshot->header.zero);
VALUE(swap, "%llu", snapshot->header.swap);
VALUE(migrating, "%llu", snapshot->header.migrating);
VALUE(untouched, "%llu", snapshot->header.untouched);
VALUE(remote_pages, "%llu", snapshot->header.remote_pages);
VALUE(remote_bp, "%u", snapshot->header.remote_bp);
VALUE(mean_distance, "%u", snapshot->header.mean_distance);

static struct attribute *placement_attrs[] = {
	&pages_attr.attr,
	&anon_attr.attr,
	&file_attr.attr,
	&shmem_attr.attr,
	&hugetlb_attr.attr,
	&thp_attr.attr,
	&zero_attr.attr,
	&swap_attr.attr,
	&migrating_attr.attr,
	&untouched_attr.attr,
	&remote_pages_attr.attr,
	&remote_bp_attr.attr,
	&mean_distance_attr.attr,
	NULL,
};

const struct attribute_group numalens_placement_group = {
	.name = "placement",
	.attrs = placement_attrs,
};

/*
 * cpu directory
 */

ROW(time_ns, NUMALENS_TOTAL_TIME_NS);
ROW(threads, NUMALENS_TOTAL_THREADS);
ROW(home_bp, NUMALENS_TOTAL_HOME_BP);
VALUE(allowed_nodes, "%s", numalens_snapshot_string(snapshot, snapshot->header.allowed_nodes));

static struct attribute *cpu_attrs[] = {
	&time_ns_attr.attr,
	&threads_attr.attr,
	&home_bp_attr.attr,
	&allowed_nodes_attr.attr,
	NULL,
};

const struct attribute_group numalens_cpu_group = {
	.name = "cpu",
	.attrs = cpu_attrs,
};
