// SPDX-License-Identifier: GPL-2.0
/*
 * processes/<pid>/snapshot: the whole snapshot, for programs.
 *
 * sysfs hands a file out in pieces of a page, and a new snapshot may be
 * published between two of them. So a read from the start pins the snapshot for
 * that open file, until it is read to its end. sysfs does not tell when a file is
 * closed: a pin that its reader left behind goes when another needs its place,
 * or is found to be old.
 */
#include "sysfs_process.h"

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "snapshot.h"

/* A reader that paused for longer begins again. */
#define PIN_TIME	(60 * HZ)

static void unpin(struct numalens_pin *pin)
{
	numalens_snapshot_put(pin->snapshot);
	pin->snapshot = NULL;
	pin->reader = NULL;
}

static struct numalens_pin *find_pin(struct numalens_process *process, const void *reader)
{
	struct numalens_pin *pin;

	lockdep_assert_held(&process->pins_lock);

	for (pin = process->pins; pin < process->pins + NUMALENS_NR_PINS; pin++)
		if (pin->reader == reader)
			return pin;
	return NULL;
}

/* The reader's own, or a free one, or the one that was not used for longest. */
static struct numalens_pin *take_pin(struct numalens_process *process, const void *reader)
{
	struct numalens_pin *pin, *best = find_pin(process, reader);

	for (pin = process->pins; pin < process->pins + NUMALENS_NR_PINS; pin++) {
		if (pin->snapshot && time_after(jiffies, pin->used + PIN_TIME))
			unpin(pin);
		if (!best || (best->reader != reader && best->snapshot &&
			      (!pin->snapshot || time_before(pin->used, best->used))))
			best = pin;
	}
	unpin(best);
	best->reader = reader;
	return best;
}

/* Return: 0 at the end, -ESTALE if the snapshot is no longer kept, or bytes read. */
static ssize_t read_pinned(struct numalens_process *process, const void *reader, char *buf,
			   loff_t pos, size_t count)
{
	struct numalens_pin *pin;
	ssize_t ret;

	lockdep_assert_held(&process->pins_lock);

	if (pos) {
		pin = find_pin(process, reader);
	} else {
		pin = take_pin(process, reader);
		pin->snapshot = numalens_snapshot_get(&process->snapshot);
	}
	if (!pin)
		return -ESTALE;
	if (!pin->snapshot)
		return pos >= pin->end ? 0 : -ESTALE;

	pin->used = jiffies;
	ret = memory_read_from_buffer(buf, count, &pos, pin->snapshot->image,
				      pin->snapshot->header.size);
	if (!ret && count) {
		/* Some readers ask twice whether this is the end. */
		pin->end = pin->snapshot->header.size;
		numalens_snapshot_put(pin->snapshot);
		pin->snapshot = NULL;
	}
	return ret;
}

static ssize_t snapshot_read(struct file *file, struct kobject *kobj,
			     numalens_bin_const struct bin_attribute *attr, char *buf, loff_t pos, size_t count)
{
	struct numalens_process *process = numalens_process_of(kobj);
	ssize_t ret;

	if (!capable(CAP_SYS_PTRACE))
		return -EPERM;

	mutex_lock(&process->pins_lock);
	ret = read_pinned(process, file, buf, pos, count);
	mutex_unlock(&process->pins_lock);
	return ret;
}

numalens_bin_const struct bin_attribute numalens_snapshot_file = {
	.attr = { .name = "snapshot", .mode = 0400 },
	.read = snapshot_read,
};
