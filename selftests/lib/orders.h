/* SPDX-License-Identifier: GPL-2.0 */
/* Sizes of folios as /proc/PID/pagemap and /proc/kpageflags tell them. */
#ifndef SELFTESTS_ORDERS_H
#define SELFTESTS_ORDERS_H

#include <stdint.h>
#include <sys/types.h>

#include "node.h"

#define ORDERS_MAX	16

/** struct orders - pages by order of their folio, then by node id; not hugetlb's */
struct orders {
	uint64_t pages[ORDERS_MAX][NODES_MAX];
};

/**
 * orders_read - look at every page of a process
 * @pid: which; it should not run
 * @orders: filled in
 *
 * Return: 0, or -errno.
 */
int orders_read(pid_t pid, struct orders *orders);

#endif
