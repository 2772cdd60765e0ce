// SPDX-License-Identifier: GPL-2.0
#include "soak.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "lens.h"
#include "text.h"

struct soak *soak_alloc(void)
{
	struct soak *soak = mmap(NULL, sizeof(*soak), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return soak == MAP_FAILED ? NULL : soak;
}

void soak_did(struct soak *soak, enum soak_part part, uint64_t nr)
{
	__atomic_add_fetch(&soak->done[part], nr, __ATOMIC_RELAXED);
	__atomic_store_n(&soak->ended_ns[part], now_ns(), __ATOMIC_RELAXED);
}

int soak_watch(struct soak *soak, pid_t pid)
{
	int ret = soak->nr_own < SOAK_OWN ? lens_watch(pid) : -ENOSPC;

	if (!ret)
		soak->own[soak->nr_own++] = pid;
	return ret;
}
