/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_QEMU_FIND_H
#define NUMALENS_QEMU_FIND_H

int numalens_qemu_find(const char *uuid, const char *name, unsigned int *pid);

#endif /* NUMALENS_QEMU_FIND_H */
