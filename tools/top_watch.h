/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_TOP_WATCH_H
#define NUMALENS_TOP_WATCH_H

struct numalens_top;
struct numalens_top_process;

int numalens_top_watch(struct numalens_top *top);
void numalens_top_unwatch(struct numalens_top_process *process);
void numalens_top_disown(struct numalens_top_process *process);

#endif /* NUMALENS_TOP_WATCH_H */
