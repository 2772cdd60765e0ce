/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_REMEDY_TUNE_H
#define NUMALENS_REMEDY_TUNE_H

#include <stddef.h>

struct numalens_tune;

char *numalens_remedy_tune_virsh(const struct numalens_tune *tune, const char *command);
char *numalens_remedy_tune_pin(const struct numalens_tune *tune, size_t vcpu, const char *cpus);

#endif /* NUMALENS_REMEDY_TUNE_H */
