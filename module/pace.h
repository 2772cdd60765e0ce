/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PACE_H
#define _NUMALENS_PACE_H

#include <linux/types.h>

/**
 * struct numalens_pace - background work that has yet to be accounted for
 * @since_ns: when it began, CLOCK_MONOTONIC
 */
struct numalens_pace {
	u64 since_ns;
};

unsigned int numalens_pace_limit(void);
void numalens_pace_set_limit(unsigned int bp);

void numalens_pace_begin(struct numalens_pace *pace);
unsigned long numalens_pace_charge(struct numalens_pace *pace);

#endif
