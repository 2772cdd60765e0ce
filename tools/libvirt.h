/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_LIBVIRT_H
#define NUMALENS_LIBVIRT_H

struct numalens_tune;

int numalens_libvirt_ask(struct numalens_tune *tune, const char *name, const char *uri);

#endif /* NUMALENS_LIBVIRT_H */
