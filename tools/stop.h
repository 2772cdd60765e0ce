/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_STOP_H
#define NUMALENS_STOP_H

#include <stdbool.h>
#include <stdint.h>

void numalens_stop_arm(void);
bool numalens_stop_came(void);
bool numalens_stop_wait(uint64_t ns);

#endif /* NUMALENS_STOP_H */
