/* SPDX-License-Identifier: GPL-2.0 */
/* NUMA balancing, off or in haste. Left as found when the program ends. */
#ifndef SELFTESTS_BALANCING_H
#define SELFTESTS_BALANCING_H

#include <stdint.h>

/* bounds of a thread's scan period while it is hasty */
#define BALANCING_HASTY_MIN_MS	100
#define BALANCING_HASTY_MAX_MS	200

/** balancing_off - no new hinting entries from here on; 0, or -errno */
int balancing_off(void);

/** balancing_hasty - on, and scanning as often as it may; 0, or -errno */
int balancing_hasty(void);

/** balancing_hasty_as - the same in a mode of kernel.numa_balancing */
int balancing_hasty_as(const char *mode);

/** vmstat_counter - a counter of /proc/vmstat */
uint64_t vmstat_counter(const char *name);

#endif
