/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PACE_H
#define _NUMALENS_PACE_H

#include <linux/types.h>

unsigned int numalens_pace_limit(void);
void numalens_pace_set_limit(unsigned int bp);
unsigned long numalens_pace_charge(u64 ns);

#endif
