// SPDX-License-Identifier: GPL-2.0
#include "small.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int small_pages(void *addr, size_t len)
{
	if (!madvise(addr, len, MADV_NOHUGEPAGE))
		return 0;
	return access("/sys/kernel/mm/transparent_hugepage", F_OK) ? 0 : -errno;
}
