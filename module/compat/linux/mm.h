/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_MM_H
#define _NUMALENS_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>

/* "mm: Rename GUP_GET_PTE_LOW_HIGH, pmdp_get_lockless()" (v6.2) */
#ifndef pmdp_get_lockless
#ifndef CONFIG_GUP_GET_PXX_LOW_HIGH
#define pmdp_get_lockless(pmdp)	READ_ONCE(*(pmdp))
#endif
#endif

/* "mm: remove devmap related functions and page table bits" (v6.17): they are as others now */
#ifndef NUMALENS_HAVE_PMD_DEVMAP
#define pmd_devmap(pmd)		false
#endif

#endif
