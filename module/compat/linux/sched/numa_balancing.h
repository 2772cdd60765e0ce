/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_SCHED_NUMA_BALANCING_H
#define _NUMALENS_COMPAT_LINUX_SCHED_NUMA_BALANCING_H

/*
 * Not declared by the header that has it in arguments since "sched/numa,
 * mm: make numa migrate functions to take a folio" (v6.7).
 */
struct folio;

#include_next <linux/sched/numa_balancing.h>

#endif
