// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/balancing: what NUMA balancing knows of the process.
 */
#include "sysfs_process.h"

#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "snapshot.h"
#include "sysfs.h"

static u64 pages_migrated(const struct numalens_snapshot *snapshot)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < snapshot->header.nr_threads; i++)
		sum += numalens_snapshot_thread(snapshot, i)->numa_pages_migrated;
	return sum;
}

static u64 total_faults(const struct numalens_snapshot *snapshot)
{
	u64 sum = 0;
	u32 i;

	for (i = 0; i < snapshot->header.nr_threads; i++)
		sum += numalens_snapshot_thread(snapshot, i)->total_numa_faults;
	return sum;
}

static ssize_t emit_faults(const struct numalens_snapshot *snapshot, char *buf)
{
	const struct numalens_snapshot_header *header = &snapshot->header;
	u64 *sums = kcalloc(header->nr_nodes, sizeof(*sums), GFP_KERNEL);
	ssize_t len;
	u32 i, column;

	if (!sums)
		return -ENOMEM;
	for (i = 0; i < header->nr_threads; i++) {
		const u64 *row = numalens_thread_array(header,
						       numalens_snapshot_thread(snapshot, i),
						       NUMALENS_THREAD_NUMA_FAULTS);

		for (column = 0; column < header->nr_nodes; column++)
			sums[column] += row[column];
	}
	len = numalens_emit_row(buf, sums, header->nr_nodes);
	kfree(sums);
	return len;
}

#define FILE(_name, _emit)								\
static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{											\
	struct numalens_process *process = numalens_process_of(kobj);			\
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);	\
	ssize_t len = _emit;								\
											\
	numalens_snapshot_put(snapshot);						\
	return len;									\
}											\
static struct kobj_attribute _name##_attr = __ATTR_RO_MODE(_name, 0400)

/* NUMALENS_NO_NODE is -1. */
FILE(preferred_nid, sysfs_emit(buf, "%d\n", (int)snapshot->header.preferred_nid));
FILE(scan_period_ms, sysfs_emit(buf, "%u\n", snapshot->header.scan_period_ms));
FILE(scan_seq, sysfs_emit(buf, "%llu\n", snapshot->header.scan_seq));
FILE(numa_faults, emit_faults(snapshot, buf));
FILE(numa_pages_migrated, sysfs_emit(buf, "%llu\n", pages_migrated(snapshot)));
FILE(total_numa_faults, sysfs_emit(buf, "%llu\n", total_faults(snapshot)));

static struct attribute *balancing_attrs[] = {
	&preferred_nid_attr.attr,
	&scan_period_ms_attr.attr,
	&scan_seq_attr.attr,
	&numa_faults_attr.attr,
	&numa_pages_migrated_attr.attr,
	&total_numa_faults_attr.attr,
	NULL,
};

const struct attribute_group numalens_balancing_group = {
	.name = "balancing",
	.attrs = balancing_attrs,
};
