/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_COMPAT_LINUX_WORKQUEUE_H
#define _NUMALENS_COMPAT_LINUX_WORKQUEUE_H

#include_next <linux/workqueue.h>

/*
 * "workqueue: Add system_percpu_wq and system_dfl_wq" (v6.17): the same queue by another name,
 * and later kernels warn of the old one.
 */
#ifndef NUMALENS_HAVE_DFL_WQ
#define system_dfl_wq	system_unbound_wq
#endif

#endif
