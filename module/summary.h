/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SUMMARY_H
#define _NUMALENS_SUMMARY_H

struct numalens_process;
struct numalens_scan;
struct numalens_snapshot;
struct task_struct;

void numalens_summary_of_task(struct numalens_scan *scan, struct task_struct *task);
int numalens_summary_of_process(struct numalens_scan *scan);
struct numalens_snapshot *numalens_summary_of_exited(struct numalens_process *process,
						     const struct numalens_snapshot *last);

#endif
