/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_MEMPOLICY_H
#define _NUMALENS_COMPAT_LINUX_MEMPOLICY_H

#include_next <linux/mempolicy.h>

#include <linux/mm.h>

/*
 * "mempolicy: fix migrate_pages(2) syscall return nr_failed", the same series'
 * "mempolicy: alloc_pages_mpol() for NUMA policy without vma" (v6.7): the
 * operation also tells the index for interleaving. Which of the two a kernel
 * has is a property of the member's type.
 */
typedef struct mempolicy *(*numalens_get_policy_2)(struct vm_area_struct *vma, unsigned long addr);

#define numalens_compat_get_policy(vma, addr)						\
({											\
	pgoff_t __maybe_unused __ilx;							\
											\
	__builtin_choose_expr(								\
		__same_type(((struct vm_operations_struct *)0)->get_policy,		\
			    numalens_get_policy_2),					\
		((numalens_get_policy_2)(void *)(vma)->vm_ops->get_policy)((vma), (addr)),	\
		((struct mempolicy *(*)(struct vm_area_struct *, unsigned long,		\
					pgoff_t *))(void *)(vma)->vm_ops->get_policy)	\
			((vma), (addr), &__ilx));					\
})

#endif
