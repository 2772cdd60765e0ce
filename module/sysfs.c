// SPDX-License-Identifier: GPL-2.0
/*
 * What the directories share: who may, how rows are printed, when all are gone.
 */
#include "sysfs.h"

#include <linux/atomic.h>
#include <linux/capability.h>
#include <linux/completion.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/sysfs.h>

/* Kobjects whose release is still to come, and one for the module, which must outlive them. */
static atomic_t nr_kobjs = ATOMIC_INIT(1);
static DECLARE_COMPLETION(all_released);

/**
 * numalens_kobj_init - initialise a kobject whose release is in this module
 * @kobj: the kobject
 * @ktype: its type; release() ends with numalens_kobj_released()
 */
void numalens_kobj_init(struct kobject *kobj, const struct kobj_type *ktype)
{
	atomic_inc(&nr_kobjs);
	kobject_init(kobj, ktype);
}

/**
 * numalens_kobj_add - make its directory
 * @kobj: initialised
 * @parent: the directory to make it in
 * @name: its name
 *
 * Return: 0 or an errno; then the caller drops its reference.
 */
int numalens_kobj_add(struct kobject *kobj, struct kobject *parent, const char *name)
{
	return kobject_add(kobj, parent, "%s", name);
}

/**
 * numalens_kobj_released - the end of every release()
 */
void numalens_kobj_released(void)
{
	if (atomic_dec_and_test(&nr_kobjs))
		complete(&all_released);
}

/**
 * numalens_kobj_wait - wait for every release(), before the module goes
 *
 * By a completion, which whoever completes it no longer touches when the waiter
 * goes on.
 */
void numalens_kobj_wait(void)
{
	numalens_kobj_released();
	wait_for_completion(&all_released);
}

/**
 * numalens_dir_add - make a directory that holds only directories
 * @name: its name
 * @parent: the directory to make it in
 * @mode: who may list it; names of directories can be secrets
 *
 * Return: the directory, or NULL.
 */
struct kobject *numalens_dir_add(const char *name, struct kobject *parent, umode_t mode)
{
	struct kobject *dir = kobject_create_and_add(name, parent);
	const struct attribute self = { .name = name };

	/* A directory is found like a file, by its name in the parent. */
	if (dir && sysfs_chmod_file(parent, &self, mode)) {
		numalens_dir_remove(dir);
		return NULL;
	}
	return dir;
}

/**
 * numalens_dir_remove - undo numalens_dir_add()
 * @dir: the directory, or NULL
 */
void numalens_dir_remove(struct kobject *dir)
{
	kobject_del(dir);
	kobject_put(dir);
}

/*
 * Modes keep other users out; this keeps out a uid 0 without the right, as in
 * most containers, where sysfs is visible.
 */
static ssize_t process_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	if (!kattr->show)
		return -EIO;
	return capable(CAP_SYS_PTRACE) ? kattr->show(kobj, kattr, buf) : -EPERM;
}

static ssize_t process_store(struct kobject *kobj, struct attribute *attr, const char *buf,
			     size_t count)
{
	struct kobj_attribute *kattr = container_of(attr, struct kobj_attribute, attr);

	if (!kattr->store)
		return -EIO;
	return capable(CAP_SYS_PTRACE) ? kattr->store(kobj, kattr, buf, count) : -EPERM;
}

const struct sysfs_ops numalens_process_sysfs_ops = {
	.show = process_show,
	.store = process_store,
};

/**
 * numalens_emit_row - print one value a node
 * @buf: a page, from show()
 * @row: values
 * @nr: how many
 *
 * Return: characters printed.
 */
ssize_t numalens_emit_row(char *buf, const u64 *row, unsigned int nr)
{
	ssize_t len = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		len += sysfs_emit_at(buf, len, "%s%llu", i ? " " : "", row[i]);
	return len + sysfs_emit_at(buf, len, "\n");
}

/**
 * numalens_emit_matrix - print a line for each row
 * @buf: a page, from show()
 * @matrix: [nr][nr]
 * @nr: rows and columns
 *
 * Return: characters printed; -EFBIG if a page does not hold them all.
 */
ssize_t numalens_emit_matrix(char *buf, const u64 *matrix, unsigned int nr)
{
	ssize_t len = 0;
	unsigned int i;

	for (i = 0; i < nr * nr; i++)
		len += sysfs_emit_at(buf, len, "%llu%c", matrix[i], (i + 1) % nr ? ' ' : '\n');
	/* What did not fit has been cut off without a word. */
	return len < PAGE_SIZE - 1 ? len : -EFBIG;
}

/**
 * numalens_emit_nids - print the order of the columns
 * @buf: a page, from show()
 * @nids: node ids
 * @nr: how many
 *
 * Return: characters printed.
 */
ssize_t numalens_emit_nids(char *buf, const u32 *nids, unsigned int nr)
{
	ssize_t len = 0;
	unsigned int i;

	for (i = 0; i < nr; i++)
		len += sysfs_emit_at(buf, len, "%s%u", i ? " " : "", nids[i]);
	return len + sysfs_emit_at(buf, len, "\n");
}

/**
 * numalens_parse_uint - read a setting
 * @buf: what was written, with a NUL behind it
 * @count: its length
 * @min: smallest value allowed
 * @max: largest value allowed
 * @value: set if all is well
 *
 * Return: 0; -EINVAL not a number, or a negative one; -ERANGE out of bounds.
 */
int numalens_parse_uint(const char *buf, size_t count, unsigned int min, unsigned int max,
			unsigned int *value)
{
	unsigned int parsed;
	int ret;

	/* What follows a NUL would be dropped without a word. */
	ret = strlen(buf) == count ? kstrtouint(buf, 10, &parsed) : -EINVAL;
	if (ret)
		return ret;
	if (parsed < min || parsed > max)
		return -ERANGE;
	WRITE_ONCE(*value, parsed);
	return 0;
}

/**
 * numalens_parse_onoff - read a setting that is on or off
 * @buf: what was written, with a NUL behind it
 * @count: its length
 * @on: set if all is well
 *
 * Return: 0 or -EINVAL.
 */
int numalens_parse_onoff(const char *buf, size_t count, bool *on)
{
	if (strlen(buf) != count)
		return -EINVAL;
	if (sysfs_streq(buf, "on"))
		*on = true;
	else if (sysfs_streq(buf, "off"))
		*on = false;
	else
		return -EINVAL;
	return 0;
}
