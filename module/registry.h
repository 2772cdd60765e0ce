/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_REGISTRY_H
#define _NUMALENS_REGISTRY_H

#include <linux/types.h>

#include "process.h"

/* What a new watch takes over; each is read and written singly, no lock. */
extern struct numalens_settings numalens_defaults;
extern unsigned int numalens_max_watched;

int numalens_registry_watch(pid_t nr);
int numalens_registry_unwatch(pid_t nr);
unsigned int numalens_registry_nr_watched(void);

bool numalens_registry_reserve(void);
void numalens_registry_release(void);
void numalens_registry_miss(void);
unsigned int numalens_registry_nr_missed(void);
void numalens_registry_adopt(struct numalens_process *process);

void numalens_registry_close(void);
void numalens_registry_exit(void);

#endif
