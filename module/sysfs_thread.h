/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_SYSFS_THREAD_H
#define _NUMALENS_SYSFS_THREAD_H

struct numalens_process;

void numalens_thread_dirs_update(struct numalens_process *process);
void numalens_thread_dirs_remove(struct numalens_process *process);

#endif
