/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_SMALL_H
#define SELFTESTS_SMALL_H

#include <stddef.h>

/** small_pages - no transparent huge pages there, as where the kernel has none; 0, or -errno */
int small_pages(void *addr, size_t len);

#endif
