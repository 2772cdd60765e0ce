// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/placement, processes/<pid>/folios and processes/<pid>/cpu.
 */
#include "sysfs_process.h"

#include <linux/build_bug.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "page_table.h"
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
 * folios directory
 */

/**
 * struct order_file - one file
 * @attr: its attribute
 * @order: of the folios whose pages it tells of
 */
struct order_file {
	struct kobj_attribute attr;
	u32 order;
};

static ssize_t order_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct order_file *file = container_of(attr, struct order_file, attr);
	struct numalens_process *process = numalens_process_of(kobj);
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);
	ssize_t len = -ENODATA;

	if (file->order < snapshot->header.nr_orders)
		len = numalens_emit_row(buf, numalens_snapshot_order(snapshot, file->order),
					snapshot->header.nr_nodes);
	numalens_snapshot_put(snapshot);
	return len;
}

/* With pages of 64 KiB, 13 is the order of what a PMD maps. */
#define EACH_ORDER(X)	X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)

#define ORDER_FILE(_order)								\
	static struct order_file order##_order##_file = {				\
		.attr = __ATTR(order##_order, 0400, order_show, NULL),			\
		.order = (_order),							\
	};
EACH_ORDER(ORDER_FILE)

static_assert(NUMALENS_NR_ORDERS <= 14);

#define ORDER_ATTR(_order)	&order##_order##_file.attr.attr,
static struct attribute *folios_attrs[] = {
	EACH_ORDER(ORDER_ATTR)
	NULL,
};

static umode_t folios_is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return i < NUMALENS_NR_ORDERS ? attr->mode : 0;
}

const struct attribute_group numalens_folios_group = {
	.name = "folios",
	.attrs = folios_attrs,
	.is_visible = folios_is_visible,
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
