/* SPDX-License-Identifier: GPL-2.0 */
/* A few measurements of one thing: the least and the middle one are shown. */
#ifndef SELFTESTS_SERIES_H
#define SELFTESTS_SERIES_H

#include <stdint.h>

#define SERIES_MAX	32

struct series {
	uint64_t values[SERIES_MAX];
	int nr;
};

/** series_add - one more; ignored when it is full */
void series_add(struct series *series, uint64_t value);

/** series_min - the least, 0 if there is none */
uint64_t series_min(const struct series *series);

/** series_median - the middle one, 0 if there is none */
uint64_t series_median(const struct series *series);

#endif
