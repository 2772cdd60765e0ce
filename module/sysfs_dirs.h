/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_DIRS_H
#define _NUMALENS_SYSFS_DIRS_H

#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/types.h>

#include "choose.h"

struct numalens_process;
struct numalens_snapshot;

/**
 * struct numalens_dir - the directory of one record of the snapshot
 * @kobj: its kobject
 * @sibling: in a list of the process's
 * @process: whose; the directory goes first
 * @start: first address of a VMA, id of a thread
 * @end: first address behind a VMA, 0 of a thread
 */
struct numalens_dir {
	struct kobject kobj;
	struct list_head sibling;
	struct numalens_process *process;
	u64 start;
	u64 end;
};

/**
 * struct numalens_dir_kind - directories of VMAs, or of threads
 * @ktype: their files
 * @identify: sets @start and @end from a record; ascending, as records are
 * @name: writes the name of a directory, NUMALENS_DIR_NAME_LEN bytes at most
 * @value: the records with the largest get a directory
 */
struct numalens_dir_kind {
	const struct kobj_type *ktype;
	void (*identify)(const struct numalens_snapshot *snapshot, u32 i, u64 *start, u64 *end);
	void (*name)(const struct numalens_dir *dir, char *name);
	numalens_value_fn value;
};

#define NUMALENS_DIR_NAME_LEN	40

static inline struct numalens_dir *numalens_dir_of(struct kobject *kobj)
{
	return container_of(kobj, struct numalens_dir, kobj);
}

u32 numalens_dirs_update(const struct numalens_dir_kind *kind, struct numalens_process *process,
			 struct kobject *parent, struct list_head *dirs, u32 nr_records, u32 max);
void numalens_dirs_remove(struct list_head *dirs);
void numalens_dir_release(struct kobject *kobj);

#endif
