// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/numalens/sched_domains: a directory for every online CPU, one
 * below it for each of its domains, smallest first.
 *
 * Values are always live: a file asks for the domain that is at this place of
 * the CPU's chain now. Only which directories there are can lag behind, since
 * the scheduler tells nobody when a cpuset made it rebuild the domains. So the
 * tree is made to agree some time after a CPU came or went, whenever a reader
 * finds out that it doesn't, and at once for whoever reads `generation`.
 *
 * Locks: tree_lock > cpus_read_lock > RCU. Removing a directory waits for the
 * readers of its files, and happens under tree_lock: nothing that is shown
 * below sched_domains/cpu<N>/ may take it.
 */
#include "sysfs_domain.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/workqueue.h>

#include "sched_domain.h"
#include "sysfs.h"
#include "sysfs_domain_dir.h"

/* A cpuset rebuilds the domains a while after a CPU has come or gone. */
#define AGREE_DELAY	(HZ / 10)
/* What has just changed may go on changing. */
#define AGREE_AGAIN	HZ

/* Protects everything down to @cpu_dirs, and what is in the directories. */
static DEFINE_MUTEX(tree_lock);
static bool is_stopped;
static unsigned long generation;
/* By CPU; NULL for one that is not online. */
static struct cpu_dir **cpu_dirs;

static struct kobject *domains_kobj;
static int cpuhp_state;
static void agree_work_fn(struct work_struct *work);
static DECLARE_DELAYED_WORK(agree_work, agree_work_fn);

/*
 * cpu<N> directory
 */

struct cpu_dir {
	struct kobject kobj;
	int cpu;
	struct list_head domains;
	struct numalens_domain_chain chain;
};

static struct cpu_dir *cpu_dir_alloc(int cpu)
{
	struct cpu_dir *dir = kzalloc(sizeof(*dir), GFP_KERNEL);

	if (!dir)
		return NULL;
	dir->cpu = cpu;
	INIT_LIST_HEAD(&dir->domains);
	return dir;
}

static void cpu_dir_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct cpu_dir, kobj));
	numalens_kobj_released();
}

static const struct kobj_type cpu_ktype = {
	.release = cpu_dir_release,
	.sysfs_ops = &kobj_sysfs_ops,
};

/* What there was no memory for is made later. */
static void agree_later(void)
{
	schedule_delayed_work(&agree_work, AGREE_AGAIN);
}

static int cpu_dir_add(int cpu)
{
	struct cpu_dir *dir = cpu_dir_alloc(cpu);
	int err;

	if (!dir)
		return -ENOMEM;
	numalens_kobj_init(&dir->kobj, &cpu_ktype);
	err = kobject_add(&dir->kobj, domains_kobj, "cpu%d", cpu);
	if (err) {
		kobject_put(&dir->kobj);
		return err;
	}
	cpu_dirs[cpu] = dir;
	return 0;
}

static void last_domain_rm(struct cpu_dir *dir)
{
	struct numalens_domain_dir *last =
		list_last_entry(&dir->domains, struct numalens_domain_dir, node);

	list_del(&last->node);
	numalens_domain_dir_rm(last);
	dir->chain.depth--;
}

static int next_domain_add(struct cpu_dir *dir)
{
	struct numalens_domain_dir *next =
		numalens_domain_dir_add(&dir->kobj, dir->cpu, dir->chain.depth);

	if (IS_ERR(next))
		return PTR_ERR(next);
	list_add_tail(&next->node, &dir->domains);
	dir->chain.depth++;
	return 0;
}

static void cpu_dir_rm(int cpu)
{
	struct cpu_dir *dir = cpu_dirs[cpu];

	while (dir->chain.depth)
		last_domain_rm(dir);
	cpu_dirs[cpu] = NULL;
	kobject_del(&dir->kobj);
	kobject_put(&dir->kobj);
}

/* Keep the directories of places that the new chain has as well. */
static bool cpu_dir_agree(struct cpu_dir *dir)
{
	struct numalens_domain_chain chain;

	numalens_domain_chain_get(dir->cpu, &chain);
	if (chain.signature == dir->chain.signature)
		return false;

	while (dir->chain.depth > chain.depth)
		last_domain_rm(dir);
	while (dir->chain.depth < chain.depth)
		if (next_domain_add(dir)) {
			agree_later();
			return false;
		}
	WRITE_ONCE(dir->chain.signature, chain.signature);
	return true;
}

/**
 * numalens_domain_cpu_check() - ask for directories that agree if these don't
 * @kobj: a cpu<N> directory
 */
void numalens_domain_cpu_check(struct kobject *kobj)
{
	struct cpu_dir *dir = container_of(kobj, struct cpu_dir, kobj);
	struct numalens_domain_chain chain;

	numalens_domain_chain_get(dir->cpu, &chain);
	if (chain.signature != READ_ONCE(dir->chain.signature))
		schedule_delayed_work(&agree_work, AGREE_DELAY);
}

/*
 * sched_domains directory
 */

static void tree_agree_locked(void)
{
	bool is_changed = false;
	int cpu;

	lockdep_assert_held(&tree_lock);
	if (is_stopped)
		return;

	cpus_read_lock();
	for_each_possible_cpu(cpu) {
		if (cpu_dirs[cpu] && !cpu_online(cpu)) {
			cpu_dir_rm(cpu);
			is_changed = true;
		} else if (!cpu_dirs[cpu] && cpu_online(cpu)) {
			if (cpu_dir_add(cpu))
				agree_later();
			else
				is_changed = true;
		}
		if (cpu_dirs[cpu])
			is_changed |= cpu_dir_agree(cpu_dirs[cpu]);
	}
	cpus_read_unlock();

	if (is_changed) {
		generation++;
		schedule_delayed_work(&agree_work, AGREE_AGAIN);
	}
}

static void tree_rm(void)
{
	int cpu;

	mutex_lock(&tree_lock);
	is_stopped = true;
	for_each_possible_cpu(cpu)
		if (cpu_dirs[cpu])
			cpu_dir_rm(cpu);
	mutex_unlock(&tree_lock);
}

static void agree_work_fn(struct work_struct *work)
{
	mutex_lock(&tree_lock);
	tree_agree_locked();
	mutex_unlock(&tree_lock);
}

/* Called before a CPU goes, too: the work waits until it is gone. */
static int cpu_changed(unsigned int cpu)
{
	schedule_delayed_work(&agree_work, AGREE_DELAY);
	return 0;
}

static ssize_t generation_show(struct kobject *kobj,
			       struct kobj_attribute *attr, char *buf)
{
	unsigned long now;

	mutex_lock(&tree_lock);
	tree_agree_locked();
	now = generation;
	mutex_unlock(&tree_lock);
	return sysfs_emit(buf, "%lu\n", now);
}

static struct kobj_attribute generation_attr = __ATTR_RO(generation);

/**
 * numalens_domain_init() - show the scheduling domains
 * @root: /sys/kernel/numalens
 *
 * Return: 0, also where the kernel can't give the domains, which is said once
 * and leaves the directory out; or a negative errno.
 */
int numalens_domain_init(struct kobject *root)
{
	int err = numalens_domain_find_roots();

	if (err)
		return err == -ENOMEM ? err : 0;

	err = -ENOMEM;
	cpu_dirs = kcalloc(nr_cpu_ids, sizeof(*cpu_dirs), GFP_KERNEL);
	if (!cpu_dirs)
		return -ENOMEM;
	domains_kobj = kobject_create_and_add("sched_domains", root);
	if (!domains_kobj)
		goto free_cpu_dirs;
	err = sysfs_create_file(domains_kobj, &generation_attr.attr);
	if (err)
		goto remove_domains;
	err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "numalens/domain",
					cpu_changed, cpu_changed);
	if (err < 0)
		goto remove_domains;
	cpuhp_state = err;

	agree_work_fn(NULL);
	return 0;

remove_domains:
	/* At once: the release may come when this module is gone. */
	numalens_dir_remove(domains_kobj);
	domains_kobj = NULL;
free_cpu_dirs:
	kfree(cpu_dirs);
	return err;
}

/**
 * numalens_domain_exit() - undo numalens_domain_init()
 *
 * Waits for whoever is reading; numalens_kobj_wait() has to follow.
 */
void numalens_domain_exit(void)
{
	if (!domains_kobj)
		return;

	cpuhp_remove_state_nocalls(cpuhp_state);
	tree_rm();
	kobject_del(domains_kobj);
	/* Nobody is left who could queue it again. */
	cancel_delayed_work_sync(&agree_work);
	kobject_put(domains_kobj);
	kfree(cpu_dirs);
}
