/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROBE_H
#define _NUMALENS_PROBE_H

#include <linux/types.h>

int numalens_probe_arm(void);
void numalens_probe_disarm(void);

bool numalens_events_supported(void);
int numalens_probe_events_get(void);
void numalens_probe_events_hold(void);
void numalens_probe_events_put(void);
u64 numalens_probe_events_ns(void);

int numalens_probe_init(void);
void numalens_probe_sync(void);
void numalens_probe_exit(void);

#endif
