// SPDX-License-Identifier: GPL-2.0
/*
 * The settings of a process, and at the root those that a new watch takes over:
 * the same files, told apart by the directory that they are in.
 */
#include "sysfs_setting.h"

#include <linux/capability.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/sysfs.h>

#include "probe.h"
#include "registry.h"
#include "sysfs.h"
#include "sysfs_process.h"
#include "sysfs_root.h"

/**
 * struct setting - one file
 * @attr: its attribute
 * @offset: in struct numalens_settings: of an unsigned int, or of a bool
 * @max: largest value; of an unsigned int only
 * @is_onoff: whether it is a bool
 * @apply: lets a new value take effect in a process, or NULL
 */
struct setting {
	struct kobj_attribute attr;
	size_t offset;
	unsigned int max;
	bool is_onoff;
	int (*apply)(struct numalens_process *process, bool on);
};

static bool is_root(struct kobject *kobj)
{
	return kobj == numalens_root_kobj();
}

static void *member(struct kobject *kobj, const struct setting *setting)
{
	struct numalens_settings *settings = is_root(kobj) ? &numalens_defaults :
					     &numalens_process_of(kobj)->settings;

	return (void *)settings + setting->offset;
}

static ssize_t show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct setting *setting = container_of(attr, struct setting, attr);
	const void *value = member(kobj, setting);

	if (setting->is_onoff)
		return sysfs_emit(buf, "%s\n", READ_ONCE(*(const bool *)value) ? "on" : "off");
	return sysfs_emit(buf, "%u\n", READ_ONCE(*(const unsigned int *)value));
}

static int store_onoff(struct kobject *kobj, const struct setting *setting, const char *buf,
		       size_t count)
{
	bool on;
	int ret = numalens_parse_onoff(buf, count, &on);

	if (ret)
		return ret;
	if (setting->apply && !is_root(kobj))
		return setting->apply(numalens_process_of(kobj), on);
	WRITE_ONCE(*(bool *)member(kobj, setting), on);
	return 0;
}

static int store_uint(struct kobject *kobj, const struct setting *setting, const char *buf,
		      size_t count)
{
	int ret = numalens_parse_uint(buf, count, 0, setting->max, member(kobj, setting));

	if (!ret && setting->apply && !is_root(kobj))
		ret = setting->apply(numalens_process_of(kobj), true);
	return ret;
}

static ssize_t store(struct kobject *kobj, struct kobj_attribute *attr, const char *buf,
		     size_t count)
{
	const struct setting *setting = container_of(attr, struct setting, attr);
	int ret;

	/* Below processes/ it was asked for a right already. */
	if (is_root(kobj) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	ret = setting->is_onoff ? store_onoff(kobj, setting, buf, count) :
				  store_uint(kobj, setting, buf, count);
	return ret ?: count;
}

static int apply_refresh(struct numalens_process *process, bool on)
{
	numalens_process_refresh(process);
	return 0;
}

/*
 * What is read afterwards shall be of after it: from zero, or the last that was counted;
 * with orders of folios, or without.
 * A process that has exited, or is too busy to be scanned now, has got the setting.
 */
static int apply_events(struct numalens_process *process, bool on)
{
	int ret = numalens_process_set_events(process, on);

	if (!ret)
		numalens_process_scan(process);
	return ret;
}

static int apply_folio_orders(struct numalens_process *process, bool on)
{
	WRITE_ONCE(process->settings.folio_orders, on);
	numalens_process_scan(process);
	return 0;
}

#define SETTING(_name, ...)								\
static struct setting _name##_setting = {						\
	.attr = __ATTR(_name, 0600, show, store),					\
	.offset = offsetof(struct numalens_settings, _name),				\
	__VA_ARGS__									\
}

SETTING(refresh_ms, .max = NUMALENS_MAX_REFRESH_MS, .apply = apply_refresh);
SETTING(max_vma_dirs, .max = NUMALENS_MAX_VMA_DIRS);
SETTING(max_thread_dirs, .max = NUMALENS_MAX_THREAD_DIRS);
SETTING(events, .is_onoff = true, .apply = apply_events);
SETTING(folio_orders, .is_onoff = true, .apply = apply_folio_orders);
SETTING(follow_forks, .is_onoff = true);

#undef SETTING

static struct attribute *setting_attrs[] = {
	&refresh_ms_setting.attr.attr,
	&max_vma_dirs_setting.attr.attr,
	&max_thread_dirs_setting.attr.attr,
	&events_setting.attr.attr,
	&folio_orders_setting.attr.attr,
	&follow_forks_setting.attr.attr,
	NULL,
};

static umode_t is_visible(struct kobject *kobj, struct attribute *attr, int i)
{
	return attr != &events_setting.attr.attr || numalens_events_supported() ? attr->mode : 0;
}

const struct attribute_group numalens_setting_group = {
	.attrs = setting_attrs,
	.is_visible = is_visible,
};
