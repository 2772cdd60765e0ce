// SPDX-License-Identifier: GPL-2.0
#include "watched.h"

#include <stddef.h>
#include <unistd.h>

#include "balancing.h"
#include "lens.h"
#include "proc.h"
#include "puppet.h"

pid_t watched_sleeper(void)
{
	pid_t pid = proc_fork();

	if (!pid)
		for (;;)
			pause();
	return lens_watch(pid) ? 0 : pid;
}

struct puppet *watched_start(const int *nids, int nr)
{
	struct puppet *puppet = puppet_start(nids, nr);

	return puppet && !lens_watch(puppet_pid(puppet)) ? puppet : NULL;
}

struct puppet *watched_alone(const int *nids, int nr)
{
	lens_set("refresh_ms", 0);
	balancing_off();
	return watched_start(nids, nr);
}
