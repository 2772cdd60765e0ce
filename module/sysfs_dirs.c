// SPDX-License-Identifier: GPL-2.0
/*
 * Directories for the records of a snapshot: those of VMAs and those of threads.
 *
 * A directory holds no values of its own: its files find their record in the
 * published snapshot. One whose record is gone says ENOENT until it is removed,
 * moments later.
 */
#include "sysfs_dirs.h"

#include <linux/mm.h>
#include <linux/slab.h>

#include "process.h"
#include "snapshot.h"
#include "sysfs.h"

/* Return: the directory, or NULL without memory: then the record is left out. */
static struct numalens_dir *dir_add(const struct numalens_dir_kind *kind,
				    struct numalens_process *process, struct kobject *parent,
				    u64 start, u64 end)
{
	struct numalens_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);
	char name[NUMALENS_DIR_NAME_LEN];

	if (!dir)
		return NULL;
	numalens_kobj_init(&dir->kobj, kind->ktype);
	dir->process = process;
	dir->start = start;
	dir->end = end;
	kind->name(dir, name);
	if (numalens_kobj_add(&dir->kobj, parent, name)) {
		kobject_put(&dir->kobj);
		return NULL;
	}
	return dir;
}

static void dir_remove(struct numalens_dir *dir)
{
	list_del(&dir->sibling);
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}

/* Both are ascending: directories that no record among the chosen has any more go. */
static void remove_others(const struct numalens_dir_kind *kind,
			  const struct numalens_snapshot *snapshot, struct list_head *dirs,
			  const u32 *chosen, u32 nr)
{
	struct numalens_dir *dir, *next;
	u64 start = 0, end = 0;
	u32 i = 0;

	list_for_each_entry_safe(dir, next, dirs, sibling) {
		for (; i < nr; i++) {
			kind->identify(snapshot, chosen[i], &start, &end);
			if (start >= dir->start)
				break;
		}
		if (i == nr || start != dir->start || end != dir->end)
			dir_remove(dir);
	}
}

/* Return: how many of the chosen have a directory. */
static u32 add_missing(const struct numalens_dir_kind *kind, struct numalens_process *process,
		       const struct numalens_snapshot *snapshot, struct kobject *parent,
		       struct list_head *dirs, const u32 *chosen, u32 nr)
{
	struct numalens_dir *dir = list_first_entry(dirs, struct numalens_dir, sibling), *new;
	u32 i, nr_dirs = 0;
	u64 start, end;

	for (i = 0; i < nr; i++) {
		kind->identify(snapshot, chosen[i], &start, &end);
		if (!list_entry_is_head(dir, dirs, sibling) && dir->start == start) {
			dir = list_next_entry(dir, sibling);
			nr_dirs++;
			continue;
		}
		new = dir_add(kind, process, parent, start, end);
		if (!new)
			continue;
		list_add_tail(&new->sibling, &dir->sibling);
		nr_dirs++;
	}
	return nr_dirs;
}

/**
 * numalens_dirs_update - let directories follow the published snapshot
 * @kind: of VMAs, or of threads
 * @process: the process, with a snapshot
 * @parent: the directory that they are in
 * @dirs: list of those that there are, ascending
 * @nr_records: of the kind, in the snapshot
 * @max: directories that there may be
 *
 * Without memory fewer directories are made; the next update tries again.
 *
 * Context: may sleep, waits for readers of what is removed; the scan lock.
 * Return: records without a directory.
 */
u32 numalens_dirs_update(const struct numalens_dir_kind *kind, struct numalens_process *process,
			 struct kobject *parent, struct list_head *dirs, u32 nr_records, u32 max)
{
	const struct numalens_snapshot *snapshot;
	u32 *chosen, nr = min(nr_records, max), nr_dirs;

	snapshot = rcu_dereference_protected(process->snapshot,
					     lockdep_is_held(&process->scan_lock));
	chosen = kvmalloc_array(nr, sizeof(*chosen), GFP_KERNEL);
	if (!chosen)
		nr = 0;
	numalens_choose(snapshot, kind->value, nr_records, chosen, nr);
	remove_others(kind, snapshot, dirs, chosen, nr);
	nr_dirs = add_missing(kind, process, snapshot, parent, dirs, chosen, nr);
	kvfree(chosen);
	return nr_records - nr_dirs;
}

/**
 * numalens_dirs_remove - remove them all, and wait for readers
 * @dirs: list of them; no scan makes new ones
 */
void numalens_dirs_remove(struct list_head *dirs)
{
	struct numalens_dir *dir, *next;

	list_for_each_entry_safe(dir, next, dirs, sibling)
		dir_remove(dir);
}

/**
 * numalens_dir_release - release() of every kind
 * @kobj: a directory's
 */
void numalens_dir_release(struct kobject *kobj)
{
	kfree(numalens_dir_of(kobj));
	numalens_kobj_released();
}
