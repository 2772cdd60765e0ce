// SPDX-License-Identifier: GPL-2.0
/*
 * Hooks at the entry of functions of the kernel, by name: what tells of first
 * touches, hinting faults and migrations has no tracepoint that knows page, VMA and
 * address together.
 *
 * A function that the kernel lacks takes with it what only it tells of: that is said
 * once in the log, and counted nowhere.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "probe_entry.h"

#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "compat/hooked.h"
#include "callback.h"
#include "probe_direct.h"
#include "first_touch.h"
#include "hint_fault.h"
#include "migration.h"
#include "vma_tally.h"

/* With a page-table lock held all of that is done, but on real-time kernels not for ever. */
static __always_inline bool enter_locked(void)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return numalens_callback_enter();
	rcu_lock_acquire(&rcu_lock_map);
	return false;
}

static __always_inline void leave_locked(bool entered)
{
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return numalens_callback_leave(entered);
	rcu_lock_release(&rcu_lock_map);
}

/* Where something is expected to be there already, the page comes back from swap. */
static __always_inline void shmem_added(struct folio *folio, struct address_space *mapping,
					pgoff_t index, void *expected)
{
	if (!expected)
		numalens_first_touch_shared(folio, mapping, index, false);
}

/* A callback has the arguments of the kernel's function, see mm/ and kernel/sched/fair.c. */
#define ARG(_type, _n)	((_type)a##_n)

#define HOOK(_name, _enter, _body, _leave)						\
void notrace numalens_on_##_name(unsigned long a0, unsigned long a1, unsigned long a2,	\
				 unsigned long a3, unsigned long a4);			\
void notrace numalens_on_##_name(unsigned long a0, unsigned long a1, unsigned long a2,	\
				 unsigned long a3, unsigned long a4)			\
{											\
	bool entered = _enter();							\
											\
	_body;										\
	_leave(entered);								\
}

#define FREE(_name, _body)							\
	HOOK(_name, numalens_callback_enter, _body, numalens_callback_leave)
/* Called with a page-table lock held. */
#define LOCKED(_name, _body)	HOOK(_name, enter_locked, _body, leave_locked)

FREE(wp_page_copy,
	numalens_first_touch_copy(ARG(struct vm_fault *, 0), !!ARG(struct vm_fault *, 0)->page))
FREE(do_wp_page,
	numalens_first_touch_copy(ARG(struct vm_fault *, 0),
				  numalens_copies_page(ARG(struct vm_fault *, 0))))
LOCKED(folio_add_new_anon_rmap,
	numalens_first_touch_folio(ARG(struct folio *, 0), ARG(struct vm_area_struct *, 1),
				   ARG(unsigned long, 2)))
LOCKED(page_add_new_anon_rmap,
	numalens_first_touch_anon(ARG(struct page *, 0), ARG(struct vm_area_struct *, 1),
				 ARG(unsigned long, 2)))
LOCKED(hugetlb_add_new_anon_rmap,
	numalens_first_touch_hugetlb(ARG(struct page *, 0), ARG(struct vm_area_struct *, 1),
				    ARG(unsigned long, 2)))
LOCKED(hugepage_add_new_anon_rmap,
	numalens_first_touch_hugetlb(ARG(struct page *, 0), ARG(struct vm_area_struct *, 1),
				    ARG(unsigned long, 2)))
FREE(shmem_fault,
	numalens_first_touch_file_fault(ARG(struct vm_fault *, 0)->vma,
					ARG(struct vm_fault *, 0)->address))
FREE(hugetlb_fault,
	numalens_first_touch_file_fault(ARG(struct vm_area_struct *, 1), ARG(unsigned long, 2)))
FREE(shmem_add_to_page_cache,
	shmem_added(ARG(struct folio *, 0), ARG(struct address_space *, 1), ARG(pgoff_t, 2),
		    ARG(void *, 3)))
FREE(hugetlb_add_to_page_cache,
	numalens_first_touch_shared(page_folio(ARG(struct page *, 0)),
				    ARG(struct address_space *, 1),
				    numalens_hugetlb_index(ARG(pgoff_t, 2), ARG(struct page *, 0)),
				    true))
LOCKED(mpol_misplaced,
	numalens_hint_fault_begin(ARG(struct page *, 0), numalens_misplaced_vma(a1),
				 ARG(unsigned long, 2)))
FREE(task_numa_fault,
	numalens_hint_fault_end(ARG(int, 1), ARG(int, 2), ARG(int, 3)))
FREE(remove_migration_pte,
	numalens_migration_mapping(ARG(struct folio *, 0), ARG(struct vm_area_struct *, 1),
				ARG(unsigned long, 2), numalens_migrated_folio(a3)))
FREE(NUMALENS_UNMAPS,
	numalens_vma_unmapped(NUMALENS_UNMAPPED_VMA(a0, a2), NUMALENS_UNMAPPED_START(a0, a3),
			      NUMALENS_UNMAPPED_END(a0, a4)))
FREE(copy_vma,
	numalens_vma_moved(*ARG(struct vm_area_struct **, 0), ARG(unsigned long, 1),
			ARG(pgoff_t, 3)))

#undef LOCKED
#undef FREE
#undef HOOK
#undef ARG

/*
 * Those that matter: of a VMA, their second argument; of the thread that runs; and where
 * there is something to tell. With a page-table lock held, what is to be done is called at
 * once; lockdep is told by none.
 */
NUMALENS_DIRECT_VMA(folio_add_new_anon_rmap, "numalens_first_touch_folio", 4)
NUMALENS_DIRECT_VMA(page_add_new_anon_rmap, "numalens_first_touch_anon", 3)
NUMALENS_DIRECT_CURRENT(mpol_misplaced, "numalens_hint_fault_begin_at")
NUMALENS_DIRECT_VMA(remove_migration_pte, "numalens_on_remove_migration_pte", 4)
NUMALENS_DIRECT_FLAGS(task_numa_fault, "numalens_on_task_numa_fault", 4, NUMALENS_HINT_TELLS,
		      hint_fault)

/**
 * struct hook - one function
 * @name: of the function
 * @tells: what it tells of
 * @callback: called with its first arguments
 * @direct: called by the function itself, by the short way; NULL where there is none
 * @addr: where the function is; 0 if there is none, or nobody asked yet
 * @is_named: there is such a function, and its filter names it: nothing told where it is
 * @ops: for the short way, and for one that has but a name
 * @is_direct: whether @direct is armed
 * @is_own: whether its own @ops are, with by_name()
 * @missed: that it can't be hooked was said
 * @or_next: where there is no such function, the next hook is in its place; else that is
 *           left out
 */
struct hook {
	const char *name;
	const char *tells;
	void (*callback)(unsigned long a0, unsigned long a1, unsigned long a2, unsigned long a3,
			 unsigned long a4);
	void (*direct)(void);
	unsigned long addr;
	bool is_named;
	struct ftrace_ops ops;
	bool is_direct;
	bool is_own;
	bool missed;
	bool or_next;
};

/*
 * By their newest names first; the older are hooked where there are no newer. And
 * wp_page_copy() is a part of do_wp_page() where the compiler made it so.
 */
static struct hook hooks[] = {
#define HOOK(_name, _tells, ...)	\
	{ __stringify(_name), _tells, CONCATENATE(numalens_on_, _name), ##__VA_ARGS__ }
#define DIRECT(_name, _tells, ...)	HOOK(_name, _tells, NUMALENS_DIRECT(_name), ##__VA_ARGS__)
#define OR_NEXT				.or_next = true
	HOOK(wp_page_copy, "copies among first touches", OR_NEXT),
	HOOK(do_wp_page, "copies among first touches"),
	HOOK(NUMALENS_UNMAPS, "VMAs that go"),
	HOOK(copy_vma, "VMAs that are moved"),
	HOOK(shmem_fault, "VMAs of shared pages"),
	HOOK(shmem_add_to_page_cache, "first touches of shared pages"),
	HOOK(hugetlb_add_new_anon_rmap, "first touches of private hugetlb pages", OR_NEXT),
	HOOK(hugepage_add_new_anon_rmap, "first touches of private hugetlb pages"),
	HOOK(hugetlb_fault, "VMAs of shared hugetlb pages"),
	HOOK(hugetlb_add_to_page_cache, "first touches of shared hugetlb pages"),
	DIRECT(folio_add_new_anon_rmap, "first touches of anonymous pages", OR_NEXT),
	DIRECT(page_add_new_anon_rmap, "first touches of anonymous pages"),
	DIRECT(mpol_misplaced, "where hinting faults find their pages"),
	DIRECT(task_numa_fault, "what hinting faults move"),
	DIRECT(remove_migration_pte, "migrations"),
#undef OR_NEXT
#undef DIRECT
#undef HOOK
};

/* What lies between a function's address and its call of ftrace, at the most. */
#define MAX_OFFSET	32

static __always_inline void call(const struct hook *hook, struct ftrace_regs *fregs)
{
	hook->callback(ftrace_regs_get_argument(fregs, 0), ftrace_regs_get_argument(fregs, 1),
		       ftrace_regs_get_argument(fregs, 2), ftrace_regs_get_argument(fregs, 3),
		       ftrace_regs_get_argument(fregs, 4));
}

/*
 * For all that go the long way: arming and disarming takes as long for one function as
 * for ten.
 */
static void notrace by_ftrace(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			      struct ftrace_regs *fregs)
{
	const struct hook *hook;

	for (hook = hooks; hook < hooks + ARRAY_SIZE(hooks); hook++)
		if (ip - hook->addr < MAX_OFFSET)
			return call(hook, fregs);
}

/* And where it is not known which function is where: each takes as long. */
static void notrace by_name(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
			    struct ftrace_regs *fregs)
{
	call(container_of(ops, struct hook, ops), fregs);
}

/* Permanent: else kernel.ftrace_enabled=0 would silence all of them, without a word. */
#define FLAGS	(FTRACE_OPS_FL_PERMANENT | NUMALENS_FTRACE_FL_ARGS)

static struct ftrace_ops shared = {
	.func = by_ftrace,
	.flags = FLAGS,
};

static bool shared_is_armed;
static bool is_located;

/*
 * Which functions there are. ftrace finds them by name, but compares each name with those
 * of all functions, which takes a good part of a second, and does not tell where it is.
 */
static void name_them(void)
{
	struct hook *hook;

	for (hook = hooks; hook < hooks + ARRAY_SIZE(hooks); hook++)
		hook->is_named = !ftrace_set_filter(&hook->ops, (unsigned char *)hook->name,
						    strlen(hook->name), 1);
	is_located = true;
}

/*
 * Where the functions are. A probe that is never armed has the address, and they all go
 * together.
 */
static int locate(void)
{
	struct kprobe *probes = kcalloc(ARRAY_SIZE(hooks), sizeof(*probes), GFP_KERNEL);
	struct kprobe *found[ARRAY_SIZE(hooks)];
	unsigned int i, nr = 0;
	int err, ret = probes ? 0 : -ENOMEM;

	for (i = 0; !ret && i < ARRAY_SIZE(hooks); i++) {
		probes[i].symbol_name = hooks[i].name;
		probes[i].flags = KPROBE_FLAG_DISABLED;
		err = register_kprobe(&probes[i]);
		if (err == -ENOMEM)
			ret = err;
		if (err)
			continue;
		hooks[i].addr = (unsigned long)probes[i].addr;
		found[nr++] = &probes[i];
	}
	if (nr)
		unregister_kprobes(found, nr);
	kfree(probes);
	/* Without memory it is not known which there are: all are looked for the next time. */
	for (i = 0; ret && i < ARRAY_SIZE(hooks); i++)
		hooks[i].addr = 0;
	is_located = !ret;
	return ret;
}

/* The short way is one to a function: who is there first, a BPF program perhaps, has it. */
static bool arm_direct(struct hook *hook)
{
	if (!hook->direct ||
	    (!hook->is_named && ftrace_set_filter_ip(&hook->ops, hook->addr, 0, 1)))
		return false;
	hook->is_direct = !numalens_direct_register(&hook->ops, hook->direct);
	return hook->is_direct;
}

static int arm_named(struct hook *hook)
{
	int ret;

	/* What the short way left in it, if that was armed before, is not for this one. */
	hook->ops.flags = (hook->ops.flags & FTRACE_OPS_FL_INITIALIZED) | FLAGS;
	hook->ops.trampoline = 0;
	hook->ops.func = by_name;
	ret = register_ftrace_function(&hook->ops);
	hook->is_own = !ret;
	if (ret)
		hook->ops.func = NULL;
	return ret;
}

static bool is_there(const struct hook *hook)
{
	return hook->addr || hook->is_named;
}

/* Of two names for the same there is one to hook, and none to miss. */
static bool is_needless(const struct hook *hook)
{
	return (hook->or_next && !is_there(hook)) ||
	       (hook > hooks && hook[-1].or_next && is_there(&hook[-1]));
}

/* Return: an errno if the function can't be hooked. */
static int arm(struct hook *hook, bool *is_first)
{
	int ret = -ENOENT;

	if (is_there(hook) && arm_direct(hook))
		return 0;
	if (hook->is_named) {
		ret = arm_named(hook);
	} else if (hook->addr) {
		ret = ftrace_set_filter_ip(&shared, hook->addr, 0, *is_first);
		*is_first &= !!ret;
	}
	if (ret && !hook->missed)
		pr_warn("no hook at %s() (%d): %s are not counted\n", hook->name, ret,
			hook->tells);
	hook->missed |= ret;
	return ret;
}

/**
 * numalens_probe_entry_arm - hook what there is
 *
 * Context: may sleep, for a tenth of a second.
 * Return: 0, or an errno with nothing hooked.
 */
int numalens_probe_entry_arm(void)
{
	bool is_first = true;
	unsigned int i, nr = 0;
	int ret = 0;

	if (!IS_ENABLED(CONFIG_KPROBES) && !is_located)
		name_them();
	if (!is_located)
		ret = locate();
	if (ret)
		return ret;
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		nr += !is_needless(&hooks[i]) && !arm(&hooks[i], &is_first);
	if (!nr)
		return -ENOENT;
	/* A filter that names no function is one for all of them. */
	if (!is_first) {
		ret = register_ftrace_function(&shared);
		shared_is_armed = !ret;
	}
	if (ret)
		numalens_probe_entry_disarm();
	return ret;
}

/**
 * numalens_probe_entry_disarm - unhook it, and wait for callbacks in flight
 *
 * Context: may sleep, long.
 */
void numalens_probe_entry_disarm(void)
{
	unsigned int i;

	for (i = ARRAY_SIZE(hooks); i-- > 0;) {
		if (hooks[i].is_direct)
			numalens_direct_unregister(&hooks[i].ops, hooks[i].direct);
		if (hooks[i].is_own) {
			unregister_ftrace_function(&hooks[i].ops);
			/* else the short way can't be armed the next time */
			hooks[i].ops.func = NULL;
		}
		hooks[i].is_direct = hooks[i].is_own = false;
	}
	if (shared_is_armed)
		unregister_ftrace_function(&shared);
	shared_is_armed = false;
}

/**
 * numalens_probe_entry_exit - forget what was looked up
 *
 * Context: nothing is hooked.
 */
void numalens_probe_entry_exit(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		ftrace_free_filter(&hooks[i].ops);
	ftrace_free_filter(&shared);
}
