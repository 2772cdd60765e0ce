// SPDX-License-Identifier: GPL-2.0
/*
 * A module that commits the bug it is asked for, once, when it is loaded: the
 * kernel's checkers must tell. See seeded-bugs.
 */
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timer.h>

/* One may be missed: a stale pointer to it, on a stack, is a pointer to it. */
#define LEAKS	8
#define RACE_MS	10000

static char *bug;
module_param(bug, charp, 0);
MODULE_PARM_DESC(bug, "the name of the bug to commit");

static DEFINE_MUTEX(lock_a);
static DEFINE_MUTEX(lock_b);
static int __rcu *shared;
static unsigned long raced;

static void leak(void)
{
	void *object;
	int i;

	for (i = 0; i < LEAKS; i++) {
		object = kmalloc(200, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(object);
	}
}

static void sleep_in_atomic(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

static void bare_rcu(void)
{
	OPTIMIZER_HIDE_VAR(bug);
	if (rcu_dereference(shared))
		pr_info("seeded: there is something\n");
}

static void lock_order(void)
{
	mutex_lock(&lock_a);
	mutex_lock(&lock_b);
	mutex_unlock(&lock_b);
	mutex_unlock(&lock_a);
	mutex_lock(&lock_b);
	mutex_lock(&lock_a);
	mutex_unlock(&lock_a);
	mutex_unlock(&lock_b);
}

static void fire(struct timer_list *timer)
{
}

static void free_active(void)
{
	struct timer_list *timer = kzalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, fire, 0);
	mod_timer(timer, jiffies + 3600 * HZ);
	kfree(timer);
}

static void use_after_free(void)
{
	int *object = kmalloc(200, GFP_KERNEL);

	kfree(object);
	OPTIMIZER_HIDE_VAR(object);
	if (object)
		READ_ONCE(object[10]);
}

static void shift(void)
{
	int by = 40, one = 1;

	OPTIMIZER_HIDE_VAR(by);
	one <<= by;
	OPTIMIZER_HIDE_VAR(one);
}

static int add(void *unused)
{
	while (!kthread_should_stop()) {
		raced++;
		cond_resched();
	}
	return 0;
}

/* Each on a CPU of its own: where both take turns there is no race. */
static void race(void)
{
	struct task_struct *racers[2];
	unsigned int cpu;
	int nr = 0;

	for_each_online_cpu(cpu) {
		if (nr == ARRAY_SIZE(racers))
			break;
		racers[nr] = kthread_create(add, NULL, "seeded");
		if (IS_ERR(racers[nr]))
			break;
		kthread_bind(racers[nr], cpu);
		wake_up_process(racers[nr++]);
	}
	msleep(RACE_MS);
	while (nr)
		kthread_stop(racers[--nr]);
}

static const struct {
	const char *name;
	void (*commit)(void);
} bugs[] = {
	{ "leak", leak },
	{ "sleep_in_atomic", sleep_in_atomic },
	{ "bare_rcu", bare_rcu },
	{ "lock_order", lock_order },
	{ "free_active", free_active },
	{ "shift", shift },
	{ "race", race },
	{ "use_after_free", use_after_free },
};

static int __init seeded_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (bug && !strcmp(bug, bugs[i].name)) {
			bugs[i].commit();
			return 0;
		}
	}
	return -EINVAL;
}
module_init(seeded_init);

static void __exit seeded_exit(void)
{
}
module_exit(seeded_exit);

MODULE_DESCRIPTION("Bugs, for those who look for them");
MODULE_LICENSE("GPL");
