// SPDX-License-Identifier: GPL-2.0
#include "watched.h"

#include <stddef.h>

#include "balancing.h"
#include "lens.h"
#include "puppet.h"

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
