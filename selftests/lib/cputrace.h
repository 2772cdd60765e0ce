/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CPU time by node as the scheduler's own trace event has it: a histogram of
 * sched_stat_runtime by CPU, of all threads with one name.
 */
#ifndef SELFTESTS_CPUTRACE_H
#define SELFTESTS_CPUTRACE_H

#include <stdbool.h>
#include <stdint.h>

/** cputrace_begin - count from here; false where the kernel has no such thing */
bool cputrace_begin(const char *comm);

/** cputrace_read - nanoseconds so far, by node id; false if it can't be read */
bool cputrace_read(uint64_t *by_nid);

/** cputrace_end - stop counting */
void cputrace_end(void);

#endif
