/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QEMU_CPU_H
#define NUMALENS_QEMU_CPU_H

#include <stddef.h>

struct numalens_qemu;
struct numalens_qemu_option;
struct numalens_smp;

void numalens_qemu_cpu_smp(struct numalens_smp *smp, const struct numalens_qemu_option *option);
void numalens_qemu_cpu_cells(struct numalens_qemu *qemu,
			     const struct numalens_qemu_option *numa_cpus, size_t nr);

#endif /* NUMALENS_QEMU_CPU_H */
