/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU time as the scheduler's own trace event has it: the sum of
 * sched_stat_runtime of all threads with one name, to their last switch.
 */
#ifndef SELFTESTS_CPUTRACE_H
#define SELFTESTS_CPUTRACE_H

#include <stdint.h>

/** cputrace_begin - count from here, where the kernel can */
void cputrace_begin(const char *comm);

/** cputrace_end - stop; nanoseconds counted, 0 where the kernel can't */
uint64_t cputrace_end(void);

#endif
