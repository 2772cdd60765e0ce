/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_CLOCK_H
#define NUMALENS_CLOCK_H

#include <stdint.h>

uint64_t numalens_clock_ns(void);
char *numalens_clock_date(int64_t seconds);

#endif /* NUMALENS_CLOCK_H */
