/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_DEVUSE_H
#define NUMALENS_DEVUSE_H

#include <stddef.h>

struct numalens_pcis;

/**
 * struct numalens_devuse - what else a process uses
 * @others: devices that are no PCI devices, nor on top of any: "/dev/vhost-net", "tap0"
 * @nr_others: their count
 */
struct numalens_devuse {
	char **others;
	size_t nr_others;
};

int numalens_devuse_find(struct numalens_devuse *devuse, struct numalens_pcis *pcis,
			 unsigned int pid);
void numalens_devuse_free(struct numalens_devuse *devuse);

#endif /* NUMALENS_DEVUSE_H */
