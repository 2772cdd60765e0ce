// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/vmas/<start>-<end>: directories for the largest VMAs.
 */
#include "sysfs_vma.h"

#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/string_helpers.h>
#include <linux/sysfs.h>

#include "probe.h"
#include "probe_trace.h"
#include "process.h"
#include "snapshot.h"
#include "sysfs.h"
#include "sysfs_dirs.h"
#include "sysfs_events.h"

/*
 * vmas/<start>-<end> directory
 */

typedef ssize_t (*emit_fn)(const struct numalens_snapshot *snapshot,
			   const struct numalens_vma *vma, char *buf);

static ssize_t show_vma(struct kobject *kobj, char *buf, emit_fn emit)
{
	struct numalens_dir *dir = numalens_dir_of(kobj);
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&dir->process->snapshot);
	const struct numalens_vma *vma;
	ssize_t len = -ENOENT;

	vma = numalens_snapshot_find_vma(snapshot, dir->start, dir->end);
	if (vma)
		len = emit(snapshot, vma, buf);
	numalens_snapshot_put(snapshot);
	return len;
}

#define FILE(_name)									\
static ssize_t _name##_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)	\
{											\
	return show_vma(kobj, buf, emit_##_name);					\
}											\
static struct kobj_attribute _name##_attr = __ATTR_RO_MODE(_name, 0400)

#define VALUE(_name)									\
static ssize_t emit_##_name(const struct numalens_snapshot *snapshot,			\
			    const struct numalens_vma *vma, char *buf)			\
{											\
	return sysfs_emit(buf, "%llu\n", vma->_name);					\
}											\
FILE(_name)

#define ROW(_name, _array)								\
static ssize_t emit_##_name(const struct numalens_snapshot *snapshot,			\
			    const struct numalens_vma *vma, char *buf)			\
{											\
	return numalens_emit_row(buf, numalens_vma_array(&snapshot->header, vma, _array),	\
				 snapshot->header.nr_nodes);				\
}											\
FILE(_name)

#define EMIT_EVENTS(_name, _events, _emit)						\
static ssize_t emit_##_name(const struct numalens_snapshot *snapshot,			\
			    const struct numalens_vma *vma, char *buf)			\
{											\
	const struct numalens_event_set set = {						\
		.snapshot = snapshot,							\
		.scope = NUMALENS_SCOPE_VMA,						\
		.index = numalens_snapshot_vma_index(snapshot, vma),			\
		.events = (_events),							\
	};										\
											\
	return _emit(&set, buf);							\
}											\
FILE(_name)

#define EVENTS(_name, _events)		EMIT_EVENTS(_name, _events, numalens_emit_events)
#define NR_EVENTS(_name, _events)	EMIT_EVENTS(_name, _events, numalens_emit_nr_events)

#define NAME(_name, _value, ...)							\
static ssize_t emit_##_name(const struct numalens_snapshot *snapshot,			\
			    const struct numalens_vma *vma, char *buf)			\
{											\
	static const char * const names[] = { __VA_ARGS__ };				\
											\
	return sysfs_emit(buf, "%s\n", names[_value]);					\
}											\
FILE(_name)

static ssize_t emit_perms(const struct numalens_snapshot *snapshot,
			  const struct numalens_vma *vma, char *buf)
{
	return sysfs_emit(buf, "%c%c%c%c\n",
			  vma->perms & NUMALENS_PERM_READ ? 'r' : '-',
			  vma->perms & NUMALENS_PERM_WRITE ? 'w' : '-',
			  vma->perms & NUMALENS_PERM_EXEC ? 'x' : '-',
			  vma->perms & NUMALENS_PERM_SHARED ? 's' : 'p');
}
FILE(perms);

/* A newline in a file's name is written as /proc/PID/maps writes it. */
static ssize_t emit_path(const struct numalens_snapshot *snapshot,
			 const struct numalens_vma *vma, char *buf)
{
	const char *path = numalens_snapshot_string(snapshot, vma->path);
	int len;

	len = string_escape_mem(path, strlen(path), buf, PAGE_SIZE - 2, ESCAPE_OCTAL,
				"\n");
	len = min_t(int, len, PAGE_SIZE - 2);
	return len + sysfs_emit_at(buf, len, "\n");
}
FILE(path);

static ssize_t emit_policy(const struct numalens_snapshot *snapshot,
			   const struct numalens_vma *vma, char *buf)
{
	return sysfs_emit(buf, "%s\n", numalens_snapshot_string(snapshot, vma->policy));
}
FILE(policy);

/* In the order of enum numalens_policy_source and enum numalens_vma_kind. */
NAME(policy_source, vma->policy_source, "system", "task", "shared", "vma");
NAME(kind, vma->kind, "anon", "file", "shmem", "hugetlb", "special");
ROW(pages, NUMALENS_VMA_PAGES);
ROW(anon, NUMALENS_VMA_ANON);
ROW(thp, NUMALENS_VMA_THP);
VALUE(page_size);
VALUE(zero);
VALUE(swap);
VALUE(migrating);
VALUE(untouched);
VALUE(remote_pages);
EVENTS(first_touch, NUMALENS_TOUCHES);
EVENTS(hint_faults, BIT_ULL(NUMALENS_HINT_FAULTS));
EVENTS(migrations, NUMALENS_MIGRATIONS);
NR_EVENTS(vma_skips, NUMALENS_SKIPS);

#undef NAME
#undef NR_EVENTS
#undef EVENTS
#undef EMIT_EVENTS
#undef ROW
#undef VALUE
#undef FILE

static struct attribute *vma_attrs[] = {
	&perms_attr.attr,
	&path_attr.attr,
	&policy_attr.attr,
	&policy_source_attr.attr,
	&kind_attr.attr,
	&page_size_attr.attr,
	&pages_attr.attr,
	&anon_attr.attr,
	&thp_attr.attr,
	&zero_attr.attr,
	&swap_attr.attr,
	&migrating_attr.attr,
	&untouched_attr.attr,
	&remote_pages_attr.attr,
	NULL,
};

static const struct attribute_group vma_group = {
	.attrs = vma_attrs,
};

static struct attribute *event_attrs[] = {
	&first_touch_attr.attr,
	&hint_faults_attr.attr,
	&migrations_attr.attr,
	&vma_skips_attr.attr,
	NULL,
};

static umode_t event_is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	if (attr == &vma_skips_attr.attr && !numalens_probe_trace_tells_skips())
		return 0;
	return numalens_events_supported() ? attr->mode : 0;
}

static const struct attribute_group event_group = {
	.attrs = event_attrs,
	.is_visible = event_is_visible,
};

static const struct attribute_group *vma_groups[] = {
	&vma_group,
	&event_group,
	NULL,
};

static const struct kobj_type vma_ktype = {
	.release = numalens_dir_release,
	.sysfs_ops = &numalens_process_sysfs_ops,
	.default_groups = vma_groups,
};

/*
 * vmas directory: the largest by resident pages
 */

static u64 resident(const struct numalens_snapshot *snapshot, u32 i)
{
	const struct numalens_vma *vma = numalens_snapshot_vma(snapshot, i);
	const u64 *pages = numalens_vma_array(&snapshot->header, vma, NUMALENS_VMA_PAGES);
	u64 sum = 0;
	u32 column;

	for (column = 0; column < snapshot->header.nr_nodes; column++)
		sum += pages[column];
	return sum;
}

static void identify(const struct numalens_snapshot *snapshot, u32 i, u64 *start, u64 *end)
{
	const struct numalens_vma *vma = numalens_snapshot_vma(snapshot, i);

	*start = vma->start;
	*end = vma->end;
}

static void name(const struct numalens_dir *dir, char *name)
{
	snprintf(name, NUMALENS_DIR_NAME_LEN, "%08llx-%08llx", dir->start, dir->end);
}

static const struct numalens_dir_kind vma_dirs = {
	.ktype = &vma_ktype,
	.identify = identify,
	.name = name,
	.value = resident,
};

/**
 * numalens_vma_dirs_update - let the directories follow the snapshot
 * @process: the process; nothing is done before its directory is made
 *
 * Context: may sleep, waits for readers of what is removed; the scan lock.
 */
void numalens_vma_dirs_update(struct numalens_process *process)
{
	const struct numalens_snapshot *snapshot;
	u32 left_out;

	lockdep_assert_held(&process->scan_lock);

	if (!process->vmas_kobj)
		return;
	snapshot = rcu_dereference_protected(process->snapshot,
					     lockdep_is_held(&process->scan_lock));
	left_out = numalens_dirs_update(&vma_dirs, process, process->vmas_kobj,
					&process->vma_dirs, snapshot->header.nr_vmas,
					READ_ONCE(process->settings.max_vma_dirs));
	WRITE_ONCE(process->nr_vmas_left_out, left_out);
}

/**
 * numalens_vma_dirs_remove - remove them all, and wait for readers
 * @process: stopped, so that no scan makes new ones
 */
void numalens_vma_dirs_remove(struct numalens_process *process)
{
	numalens_dirs_remove(&process->vma_dirs);
}
