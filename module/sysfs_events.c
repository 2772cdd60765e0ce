// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/first_touch, hint_faults, migrations, task_moves and vma_skips.
 *
 * Each file is a way to print the cells of a set of events.
 */
#include "sysfs_events.h"

#include <linux/kobject.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "event_names.h"
#include "probe_trace.h"
#include "snapshot.h"
#include "sysfs.h"
#include "sysfs_process.h"

typedef void (*add_fn)(const struct numalens_cell *cell, void *arg);

/* Of all records of the scope if @index is U32_MAX. */
static void add_cells(const struct numalens_event_set *set, add_fn add, void *arg)
{
	bool all = set->index == U32_MAX;
	u32 i = numalens_snapshot_first_cell(set->snapshot, set->scope, all ? 0 : set->index);

	for (; i < set->snapshot->header.nr_cells; i++) {
		const struct numalens_cell *cell = numalens_snapshot_cell(set->snapshot, i);

		if (cell->scope != set->scope || (!all && cell->index != set->index))
			break;
		if (set->events & BIT_ULL(cell->event))
			add(cell, arg);
	}
}

/**
 * struct matrix - sums by row and column
 * @nr: rows and columns
 * @counts: [@nr][@nr]
 */
struct matrix {
	u32 nr;
	u64 *counts;
};

static void add_to_matrix(const struct numalens_cell *cell, void *arg)
{
	struct matrix *matrix = arg;

	matrix->counts[cell->row * matrix->nr + cell->column] += cell->count;
}

static void add_to_sum(const struct numalens_cell *cell, void *arg)
{
	*(u64 *)arg += cell->count;
}

static void add_local(const struct numalens_cell *cell, void *arg)
{
	if (cell->row == cell->column)
		add_to_sum(cell, arg);
}

static void add_remote(const struct numalens_cell *cell, void *arg)
{
	if (cell->row != cell->column)
		add_to_sum(cell, arg);
}

static u64 sum_of(const struct numalens_event_set *set, add_fn add)
{
	u64 sum = 0;

	add_cells(set, add, &sum);
	return sum;
}

/**
 * numalens_emit_events - print the matrix of a set of events, all together
 * @set: the set
 * @buf: a page, from show()
 *
 * Return: characters printed, -EFBIG or -ENOMEM.
 */
ssize_t numalens_emit_events(const struct numalens_event_set *set, char *buf)
{
	struct matrix matrix = { .nr = set->snapshot->header.nr_nodes };
	ssize_t len;

	matrix.counts = kcalloc(matrix.nr * matrix.nr, sizeof(*matrix.counts), GFP_KERNEL);
	if (!matrix.counts)
		return -ENOMEM;
	add_cells(set, add_to_matrix, &matrix);
	len = numalens_emit_matrix(buf, matrix.counts, matrix.nr);
	kfree(matrix.counts);
	return len;
}

/**
 * numalens_emit_nr_events - print how many there are of a set of events
 * @set: the set
 * @buf: a page, from show()
 *
 * Return: characters printed.
 */
ssize_t numalens_emit_nr_events(const struct numalens_event_set *set, char *buf)
{
	return sysfs_emit(buf, "%llu\n", sum_of(set, add_to_sum));
}

static ssize_t emit_local(const struct numalens_event_set *set, char *buf)
{
	return sysfs_emit(buf, "%llu\n", sum_of(set, add_local));
}

static ssize_t emit_remote(const struct numalens_event_set *set, char *buf)
{
	return sysfs_emit(buf, "%llu\n", sum_of(set, add_remote));
}

static ssize_t emit_no_vma(const struct numalens_event_set *set, char *buf)
{
	const struct numalens_event_set vmas = {
		.snapshot = set->snapshot,
		.scope = NUMALENS_SCOPE_VMA,
		.index = U32_MAX,
		.events = set->events,
	};
	u64 all = sum_of(set, add_to_sum), known = sum_of(&vmas, add_to_sum);

	return sysfs_emit(buf, "%llu\n", all > known ? all - known : 0);
}

/**
 * struct event_file - one file
 * @attr: its attribute
 * @events: bit by event
 * @emit: prints them
 */
struct event_file {
	struct kobj_attribute attr;
	u64 events;
	ssize_t (*emit)(const struct numalens_event_set *set, char *buf);
};

static ssize_t show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct event_file *file = container_of(attr, struct event_file, attr);
	struct numalens_process *process = numalens_process_of(kobj);
	struct numalens_snapshot *snapshot = numalens_snapshot_get(&process->snapshot);
	const struct numalens_event_set set = {
		.snapshot = snapshot,
		.scope = NUMALENS_SCOPE_PROCESS,
		.events = file->events,
	};
	ssize_t len = file->emit(&set, buf);

	numalens_snapshot_put(snapshot);
	return len;
}

#define FILE(_dir, _name, _events, _emit)						\
	static struct event_file _dir##_##_name = {					\
		.attr = __ATTR(_name, 0400, show, NULL),				\
		.events = (_events),							\
		.emit = (_emit),							\
	};

#define MATRIX(_dir, _name, _events)	FILE(_dir, _name, _events, numalens_emit_events)
#define NUMBER(_dir, _name, _events)	FILE(_dir, _name, _events, numalens_emit_nr_events)
#define LOCAL(_dir, _name, _events)	FILE(_dir, _name, _events, emit_local)
#define REMOTE(_dir, _name, _events)	FILE(_dir, _name, _events, emit_remote)
#define NO_VMA(_dir, _name, _events)	FILE(_dir, _name, _events, emit_no_vma)

#define ATTR(_dir, _name)	(&_dir##_##_name.attr.attr)

#define GROUP(_dir)									\
	static const struct attribute_group _dir##_group = {				\
		.name = #_dir,								\
		.attrs = _dir##_attrs,							\
	}

/*
 * first_touch directory
 */

MATRIX(first_touch, matrix, NUMALENS_TOUCHES)
LOCAL(first_touch, local, NUMALENS_TOUCHES)
REMOTE(first_touch, remote, NUMALENS_TOUCHES)
MATRIX(first_touch, anon, BIT_ULL(NUMALENS_TOUCH_ANON))
MATRIX(first_touch, thp, BIT_ULL(NUMALENS_TOUCH_THP))
MATRIX(first_touch, hugetlb, BIT_ULL(NUMALENS_TOUCH_HUGETLB))
MATRIX(first_touch, shmem, BIT_ULL(NUMALENS_TOUCH_SHMEM))
MATRIX(first_touch, cow, BIT_ULL(NUMALENS_TOUCH_COW))
MATRIX(first_touch, file, BIT_ULL(NUMALENS_TOUCH_FILE))
NO_VMA(first_touch, no_vma, NUMALENS_TOUCHES)

static struct attribute *first_touch_attrs[] = {
	ATTR(first_touch, matrix),
	ATTR(first_touch, local),
	ATTR(first_touch, remote),
	ATTR(first_touch, anon),
	ATTR(first_touch, thp),
	ATTR(first_touch, hugetlb),
	ATTR(first_touch, shmem),
	ATTR(first_touch, cow),
	ATTR(first_touch, file),
	ATTR(first_touch, no_vma),
	NULL,
};
GROUP(first_touch);

/*
 * hint_faults directory
 */

MATRIX(hint_faults, matrix, BIT_ULL(NUMALENS_HINT_FAULTS))
LOCAL(hint_faults, local, BIT_ULL(NUMALENS_HINT_FAULTS))
REMOTE(hint_faults, remote, BIT_ULL(NUMALENS_HINT_FAULTS))
NUMBER(hint_faults, shared, BIT_ULL(NUMALENS_HINT_SHARED))
NUMBER(hint_faults, migrated, BIT_ULL(NUMALENS_HINT_MIGRATED))
NUMBER(hint_faults, failed, BIT_ULL(NUMALENS_HINT_FAILED))
NO_VMA(hint_faults, no_vma, BIT_ULL(NUMALENS_HINT_FAULTS))

static struct attribute *hint_faults_attrs[] = {
	ATTR(hint_faults, matrix),
	ATTR(hint_faults, local),
	ATTR(hint_faults, remote),
	ATTR(hint_faults, shared),
	ATTR(hint_faults, migrated),
	ATTR(hint_faults, failed),
	ATTR(hint_faults, no_vma),
	NULL,
};
GROUP(hint_faults);

/*
 * migrations directory
 */

#define REASON_FILES(_reason, _name)							\
	MATRIX(migrations, _name, BIT_ULL(NUMALENS_MIGRATE_##_reason))			\
	NUMBER(migrations, _name##_failed, BIT_ULL(NUMALENS_FAILED_##_reason))

MATRIX(migrations, matrix, NUMALENS_MIGRATIONS)
NUMBER(migrations, failed, NUMALENS_FAILURES)
NO_VMA(migrations, no_vma, NUMALENS_MIGRATIONS)
NUMALENS_EACH_REASON(REASON_FILES)

static ssize_t emit_caller_pid(const struct numalens_event_set *set, char *buf)
{
	return sysfs_emit(buf, "%u\n", set->snapshot->header.caller_pid);
}

static ssize_t emit_caller_comm(const struct numalens_event_set *set, char *buf)
{
	return sysfs_emit(buf, "%s\n", set->snapshot->header.caller_comm);
}

static ssize_t emit_caller_reason(const struct numalens_event_set *set, char *buf)
{
#define REASON_NAME(_reason, _name)							\
	[NUMALENS_MIGRATE_##_reason] = #_name,
	static const char * const names[NUMALENS_NR_EVENTS] = { NUMALENS_EACH_REASON(REASON_NAME) };
#undef REASON_NAME
	const struct numalens_snapshot_header *header = &set->snapshot->header;
	const char *name = header->caller_pid ? names[header->caller_event] : NULL;

	return sysfs_emit(buf, "%s\n", name ?: "none");
}

FILE(migrations, caller_pid, 0, emit_caller_pid)
FILE(migrations, caller_comm, 0, emit_caller_comm)
FILE(migrations, caller_reason, 0, emit_caller_reason)

#define REASON_ATTRS(_reason, _name)							\
	ATTR(migrations, _name), ATTR(migrations, _name##_failed),

static struct attribute *migrations_attrs[] = {
	ATTR(migrations, matrix),
	ATTR(migrations, failed),
	ATTR(migrations, no_vma),
	ATTR(migrations, caller_pid),
	ATTR(migrations, caller_comm),
	ATTR(migrations, caller_reason),
	NUMALENS_EACH_REASON(REASON_ATTRS)
	NULL,
};
GROUP(migrations);

/*
 * task_moves directory
 */

MATRIX(task_moves, matrix, NUMALENS_MOVES)
#define MOVE_FILE(_event, _name)	MATRIX(task_moves, _name, BIT_ULL(NUMALENS_MOVE_##_event))
NUMALENS_EACH_MOVE(MOVE_FILE)

#define MOVE_ATTR(_event, _name)	ATTR(task_moves, _name),

static struct attribute *task_moves_attrs[] = {
	ATTR(task_moves, matrix),
	NUMALENS_EACH_MOVE(MOVE_ATTR)
	NULL,
};
GROUP(task_moves);

/*
 * vma_skips directory
 */

NUMBER(vma_skips, all, NUMALENS_SKIPS)
#define SKIP_FILE(_event, _name)	NUMBER(vma_skips, _name, BIT_ULL(NUMALENS_SKIP_##_event))
NUMALENS_EACH_SKIP(SKIP_FILE)

#define SKIP_ATTR(_event, _name)	ATTR(vma_skips, _name),

static struct attribute *vma_skips_attrs[] = {
	ATTR(vma_skips, all),
	NUMALENS_EACH_SKIP(SKIP_ATTR)
	NULL,
};
GROUP(vma_skips);

static const struct attribute_group *event_groups[] = {
	&first_touch_group,
	&hint_faults_group,
	&migrations_group,
	&task_moves_group,
	NULL,
};

/**
 * numalens_event_groups_add - make the directories of what this kernel tells
 * @kobj: the process's directory
 *
 * They go with it.
 *
 * Return: 0 or an errno.
 */
int numalens_event_groups_add(struct kobject *kobj)
{
	int ret = sysfs_create_groups(kobj, event_groups);

	if (!ret && numalens_probe_trace_tells_skips())
		ret = sysfs_create_group(kobj, &vma_skips_group);
	return ret;
}
