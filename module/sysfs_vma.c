// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/vmas/<start>-<end>: directories for the largest VMAs.
 *
 * A directory holds no values of its own: its files find their record in the
 * published snapshot. One whose VMA is gone says ENOENT until it is removed,
 * moments later.
 */
#include "sysfs_vma.h"

#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string_helpers.h>
#include <linux/sysfs.h>

#include "process.h"
#include "snapshot.h"
#include "sysfs.h"

/*
 * vmas/<start>-<end> directory
 */

/**
 * struct vma_dir - one directory
 * @kobj: its kobject
 * @sibling: in the process's vma_dirs
 * @process: whose; the directory goes first
 * @start: first address
 * @end: first address behind it
 */
struct vma_dir {
	struct kobject kobj;
	struct list_head sibling;
	struct numalens_process *process;
	u64 start;
	u64 end;
};

static const struct kobj_type vma_ktype;

static struct vma_dir *vma_dir_alloc(struct numalens_process *process, u64 start, u64 end)
{
	struct vma_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return NULL;
	numalens_kobj_init(&dir->kobj, &vma_ktype);
	dir->process = process;
	dir->start = start;
	dir->end = end;
	return dir;
}

typedef ssize_t (*emit_fn)(const struct numalens_snapshot *snapshot,
			   const struct numalens_vma *vma, char *buf);

static ssize_t show_vma(struct kobject *kobj, char *buf, emit_fn emit)
{
	struct vma_dir *dir = container_of(kobj, struct vma_dir, kobj);
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

#undef NAME
#undef ROW
#undef VALUE
#undef FILE

static void vma_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct vma_dir, kobj));
	numalens_kobj_released();
}

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
ATTRIBUTE_GROUPS(vma);

static const struct kobj_type vma_ktype = {
	.release = vma_release,
	.sysfs_ops = &numalens_process_sysfs_ops,
	.default_groups = vma_groups,
};

/*
 * Which VMAs get a directory: the largest by resident pages, the lower address
 * first among equals. A heap of their record numbers has the smallest on top.
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

static bool is_smaller(const struct numalens_snapshot *snapshot, u32 a, u32 b)
{
	u64 pages_a = resident(snapshot, a), pages_b = resident(snapshot, b);

	return pages_a != pages_b ? pages_a < pages_b : a > b;
}

static void sift_down(const struct numalens_snapshot *snapshot, u32 *heap, u32 nr, u32 at)
{
	for (;;) {
		u32 child = 2 * at + 1;

		if (child >= nr)
			return;
		if (child + 1 < nr && is_smaller(snapshot, heap[child + 1], heap[child]))
			child++;
		if (!is_smaller(snapshot, heap[child], heap[at]))
			return;
		swap(heap[child], heap[at]);
		at = child;
	}
}

static int compare_u32(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : 1;
}

static void choose(const struct numalens_snapshot *snapshot, u32 *chosen, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		chosen[i] = i;
	if (!nr || nr == snapshot->header.nr_vmas)
		return;

	for (i = nr / 2; i-- > 0;)
		sift_down(snapshot, chosen, nr, i);
	for (i = nr; i < snapshot->header.nr_vmas; i++)
		if (is_smaller(snapshot, chosen[0], i)) {
			chosen[0] = i;
			sift_down(snapshot, chosen, nr, 0);
		}
	sort(chosen, nr, sizeof(*chosen), compare_u32, NULL);
}

/*
 * vmas directory
 */

/* Return: the directory, or NULL without memory: then the VMA is left out. */
static struct vma_dir *vma_dir_add(struct numalens_process *process,
				   const struct numalens_vma *vma)
{
	struct vma_dir *dir = vma_dir_alloc(process, vma->start, vma->end);
	char name[40];

	if (!dir)
		return NULL;
	snprintf(name, sizeof(name), "%08llx-%08llx", vma->start, vma->end);
	if (numalens_kobj_add(&dir->kobj, process->vmas_kobj, name)) {
		kobject_put(&dir->kobj);
		return NULL;
	}
	return dir;
}

static void vma_dir_remove(struct vma_dir *dir)
{
	list_del(&dir->sibling);
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}

/* Both are ascending: what only one of them has is removed, or added. */
static u32 merge(struct numalens_process *process, const struct numalens_snapshot *snapshot,
		 const u32 *chosen, u32 nr)
{
	struct vma_dir *dir, *next, *new;
	u32 i = 0, nr_dirs = 0;

	list_for_each_entry_safe(dir, next, &process->vma_dirs, sibling) {
		const struct numalens_vma *vma = NULL;

		for (; i < nr; i++) {
			vma = numalens_snapshot_vma(snapshot, chosen[i]);
			if (vma->start >= dir->start)
				break;
		}
		if (i == nr || vma->start != dir->start || vma->end != dir->end)
			vma_dir_remove(dir);
	}

	dir = list_first_entry(&process->vma_dirs, struct vma_dir, sibling);
	for (i = 0; i < nr; i++) {
		const struct numalens_vma *vma = numalens_snapshot_vma(snapshot, chosen[i]);

		if (!list_entry_is_head(dir, &process->vma_dirs, sibling) &&
		    dir->start == vma->start) {
			dir = list_next_entry(dir, sibling);
			nr_dirs++;
			continue;
		}
		new = vma_dir_add(process, vma);
		if (!new)
			continue;
		list_add_tail(&new->sibling, &dir->sibling);
		nr_dirs++;
	}
	return nr_dirs;
}

/**
 * numalens_vma_dirs_update - let the directories follow the snapshot
 * @process: the process; nothing is done before its directory is made
 *
 * Without memory fewer directories are made; the next update tries again.
 *
 * Context: may sleep, waits for readers of what is removed; the scan lock.
 */
void numalens_vma_dirs_update(struct numalens_process *process)
{
	struct numalens_snapshot *snapshot;
	u32 *chosen, nr, nr_dirs = 0;

	lockdep_assert_held(&process->scan_lock);

	if (!process->vmas_kobj)
		return;
	snapshot = rcu_dereference_protected(process->snapshot,
					     lockdep_is_held(&process->scan_lock));
	nr = min(snapshot->header.nr_vmas, READ_ONCE(process->settings.max_vma_dirs));
	chosen = kvmalloc_array(nr, sizeof(*chosen), GFP_KERNEL);
	if (!chosen)
		nr = 0;
	choose(snapshot, chosen, nr);
	nr_dirs = merge(process, snapshot, chosen, nr);
	WRITE_ONCE(process->nr_vmas_left_out, snapshot->header.nr_vmas - nr_dirs);
	kvfree(chosen);
}

/**
 * numalens_vma_dirs_remove - remove them all, and wait for readers
 * @process: stopped, so that no scan makes new ones
 */
void numalens_vma_dirs_remove(struct numalens_process *process)
{
	struct vma_dir *dir, *next;

	list_for_each_entry_safe(dir, next, &process->vma_dirs, sibling)
		vma_dir_remove(dir);
}
