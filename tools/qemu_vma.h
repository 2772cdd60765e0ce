/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QEMU_VMA_H
#define NUMALENS_QEMU_VMA_H

struct numalens_qemu;
struct numalens_snapshot;

void numalens_qemu_vma_find(struct numalens_qemu *qemu, const struct numalens_snapshot *snapshot);

#endif /* NUMALENS_QEMU_VMA_H */
