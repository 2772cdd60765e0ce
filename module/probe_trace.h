/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROBE_TRACE_H
#define _NUMALENS_PROBE_TRACE_H

#include <linux/types.h>

/**
 * enum numalens_probe_set - tracepoints that are armed together
 * @NUMALENS_PROBE_THREADS: what tells of threads, while anything is watched
 * @NUMALENS_PROBE_EVENTS: what events are counted by, while some are
 */
enum numalens_probe_set {
	NUMALENS_PROBE_THREADS,
	NUMALENS_PROBE_EVENTS,
};

int numalens_probe_trace_arm(enum numalens_probe_set set);
void numalens_probe_trace_disarm(enum numalens_probe_set set);
int numalens_probe_trace_init(void);
bool numalens_probe_trace_tells_skips(void);

#endif
