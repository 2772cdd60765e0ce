// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/threads/<tid>: directories for the threads with the most CPU time.
 */
#include "sysfs_thread.h"

#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "probe.h"
#include "process.h"
#include "snapshot.h"
#include "sysfs.h"
#include "sysfs_dirs.h"
#include "sysfs_events.h"

/*
 * threads/<tid> directory
 */

typedef ssize_t (*emit_fn)(const struct numalens_snapshot *snapshot,
			   const struct numalens_thread *thread, u64 arg, char *buf);

/**
 * struct thread_file - one file
 * @attr: its attribute
 * @emit: prints it
 * @arg: for @emit: an offset in struct numalens_thread, an array, or events
 */
struct thread_file {
	struct kobj_attribute attr;
	emit_fn emit;
	u64 arg;
};

static ssize_t show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct thread_file *file = container_of(attr, struct thread_file, attr);
	struct numalens_dir *dir = numalens_dir_of(kobj);
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&dir->process->snapshot);
	const struct numalens_thread *thread;
	ssize_t len = -ENOENT;

	thread = numalens_snapshot_find_thread(snapshot, dir->start);
	if (thread)
		len = file->emit(snapshot, thread, file->arg, buf);
	numalens_snapshot_put(snapshot);
	return len;
}

static ssize_t emit_comm(const struct numalens_snapshot *snapshot,
			 const struct numalens_thread *thread, u64 arg, char *buf)
{
	return sysfs_emit(buf, "%s\n", thread->comm);
}

static ssize_t emit_u32(const struct numalens_snapshot *snapshot,
			const struct numalens_thread *thread, u64 offset, char *buf)
{
	return sysfs_emit(buf, "%u\n", *(const u32 *)((const void *)thread + offset));
}

static ssize_t emit_u64(const struct numalens_snapshot *snapshot,
			const struct numalens_thread *thread, u64 offset, char *buf)
{
	return sysfs_emit(buf, "%llu\n", *(const u64 *)((const void *)thread + offset));
}

/* NUMALENS_NO_NODE is -1. */
static ssize_t emit_nid(const struct numalens_snapshot *snapshot,
			const struct numalens_thread *thread, u64 offset, char *buf)
{
	return sysfs_emit(buf, "%d\n", *(const int *)((const void *)thread + offset));
}

static ssize_t emit_string(const struct numalens_snapshot *snapshot,
			   const struct numalens_thread *thread, u64 offset, char *buf)
{
	u32 string = *(const u32 *)((const void *)thread + offset);

	return sysfs_emit(buf, "%s\n", numalens_snapshot_string(snapshot, string));
}

static ssize_t emit_row(const struct numalens_snapshot *snapshot,
			const struct numalens_thread *thread, u64 array, char *buf)
{
	return numalens_emit_row(buf, numalens_thread_array(&snapshot->header, thread, array),
				 snapshot->header.nr_nodes);
}

static struct numalens_event_set set_of(const struct numalens_snapshot *snapshot,
					const struct numalens_thread *thread, u64 events)
{
	return (struct numalens_event_set){
		.snapshot = snapshot,
		.scope = NUMALENS_SCOPE_THREAD,
		.index = numalens_snapshot_thread_index(snapshot, thread),
		.events = events,
	};
}

static ssize_t emit_matrix(const struct numalens_snapshot *snapshot,
			   const struct numalens_thread *thread, u64 events, char *buf)
{
	struct numalens_event_set set = set_of(snapshot, thread, events);

	return numalens_emit_events(&set, buf);
}

static ssize_t emit_number(const struct numalens_snapshot *snapshot,
			   const struct numalens_thread *thread, u64 events, char *buf)
{
	struct numalens_event_set set = set_of(snapshot, thread, events);

	return numalens_emit_nr_events(&set, buf);
}

#define FILE(_name, _emit, _arg)							\
static struct thread_file _name##_file = {						\
	.attr = __ATTR(_name, 0400, show, NULL),					\
	.emit = emit_##_emit,								\
	.arg = (_arg),									\
}

#define VALUE(_name, _emit)	FILE(_name, _emit, offsetof(struct numalens_thread, _name))

FILE(comm, comm, 0);
VALUE(cpu, u32);
VALUE(nid, u32);
VALUE(policy, string);
VALUE(allowed_cpus, string);
VALUE(allowed_nodes, string);
FILE(time_ns, row, NUMALENS_THREAD_TIME_NS);
VALUE(preferred_nid, nid);
VALUE(scan_period_ms, u32);
VALUE(numa_pages_migrated, u64);
VALUE(total_numa_faults, u64);
FILE(numa_faults, row, NUMALENS_THREAD_NUMA_FAULTS);
FILE(first_touch, matrix, NUMALENS_TOUCHES);
FILE(hint_faults, matrix, BIT_ULL(NUMALENS_HINT_FAULTS));
FILE(hint_shared, number, BIT_ULL(NUMALENS_HINT_SHARED));
FILE(hint_migrated, number, BIT_ULL(NUMALENS_HINT_MIGRATED));
FILE(hint_failed, number, BIT_ULL(NUMALENS_HINT_FAILED));
FILE(task_moves, matrix, NUMALENS_MOVES);

#undef VALUE
#undef FILE

static struct attribute *thread_attrs[] = {
	&comm_file.attr.attr,
	&cpu_file.attr.attr,
	&nid_file.attr.attr,
	&policy_file.attr.attr,
	&allowed_cpus_file.attr.attr,
	&allowed_nodes_file.attr.attr,
	&time_ns_file.attr.attr,
	NULL,
};

static const struct attribute_group thread_group = {
	.attrs = thread_attrs,
};

static struct attribute *balancing_attrs[] = {
	&preferred_nid_file.attr.attr,
	&scan_period_ms_file.attr.attr,
	&numa_faults_file.attr.attr,
	&numa_pages_migrated_file.attr.attr,
	&total_numa_faults_file.attr.attr,
	NULL,
};

static umode_t balancing_is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return IS_ENABLED(CONFIG_NUMA_BALANCING) ? attr->mode : 0;
}

static const struct attribute_group balancing_group = {
	.attrs = balancing_attrs,
	.is_visible = balancing_is_visible,
};

static struct attribute *event_attrs[] = {
	&first_touch_file.attr.attr,
	&hint_faults_file.attr.attr,
	&hint_shared_file.attr.attr,
	&hint_migrated_file.attr.attr,
	&hint_failed_file.attr.attr,
	&task_moves_file.attr.attr,
	NULL,
};

static umode_t event_is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return numalens_events_supported() ? attr->mode : 0;
}

static const struct attribute_group event_group = {
	.attrs = event_attrs,
	.is_visible = event_is_visible,
};

static const struct attribute_group *thread_groups[] = {
	&thread_group,
	&balancing_group,
	&event_group,
	NULL,
};

static const struct kobj_type thread_ktype = {
	.release = numalens_dir_release,
	.sysfs_ops = &numalens_process_sysfs_ops,
	.default_groups = thread_groups,
};

/*
 * threads directory
 */

static u64 time_of(const struct numalens_snapshot *snapshot, u32 i)
{
	const struct numalens_thread *thread = numalens_snapshot_thread(snapshot, i);
	const u64 *time_ns = numalens_thread_array(&snapshot->header, thread,
						   NUMALENS_THREAD_TIME_NS);
	u64 sum = 0;
	u32 column;

	for (column = 0; column < snapshot->header.nr_nodes; column++)
		sum += time_ns[column];
	return sum;
}

static void identify(const struct numalens_snapshot *snapshot, u32 i, u64 *start, u64 *end)
{
	*start = numalens_snapshot_thread(snapshot, i)->tid;
	*end = 0;
}

static void name(const struct numalens_dir *dir, char *name)
{
	snprintf(name, NUMALENS_DIR_NAME_LEN, "%llu", dir->start);
}

static const struct numalens_dir_kind thread_dirs = {
	.ktype = &thread_ktype,
	.identify = identify,
	.name = name,
	.value = time_of,
};

/**
 * numalens_thread_dirs_update - let the directories follow the snapshot
 * @process: the process; nothing is done before its directory is made
 *
 * Context: may sleep, waits for readers of what is removed; the scan lock.
 */
void numalens_thread_dirs_update(struct numalens_process *process)
{
	const struct numalens_snapshot *snapshot;
	u32 left_out;

	lockdep_assert_held(&process->scan_lock);

	if (!process->threads_kobj)
		return;
	snapshot = rcu_dereference_protected(process->snapshot,
					     lockdep_is_held(&process->scan_lock));
	left_out = numalens_dirs_update(&thread_dirs, process, process->threads_kobj,
					&process->thread_dirs, snapshot->header.nr_threads,
					READ_ONCE(process->settings.max_thread_dirs));
	WRITE_ONCE(process->nr_threads_left_out, left_out);
}

/**
 * numalens_thread_dirs_remove - remove them all, and wait for readers
 * @process: stopped, so that no scan makes new ones
 */
void numalens_thread_dirs_remove(struct numalens_process *process)
{
	numalens_dirs_remove(&process->thread_dirs);
}
