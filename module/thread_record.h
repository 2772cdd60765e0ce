/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_THREAD_RECORD_H
#define _NUMALENS_THREAD_RECORD_H

#include <linux/cpumask.h>
#include <linux/types.h>

struct numalens_scan;

u32 numalens_nodes_string(struct numalens_scan *scan, const struct cpumask *cpus);
int numalens_thread_records(struct numalens_scan *scan);

#endif
