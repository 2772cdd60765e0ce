/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _BENCH_LINUX_KREF_H
#define _BENCH_LINUX_KREF_H

struct kref {
	int refcount;
};

#endif
