/* SPDX-License-Identifier: GPL-2.0 */
/* What many rounds of a measurement say. */
#ifndef SELFTESTS_SPREAD_H
#define SELFTESTS_SPREAD_H

#include <stddef.h>

/**
 * struct spread - how values lie
 * @min: the least
 * @low: a quarter is not above it
 * @median: half is not
 * @high: three quarters are not
 * @max: the most
 */
struct spread {
	double min, low, median, high, max;
};

/**
 * spread_of - sort values and say how they lie
 * @values: at least one
 * @nr: how many
 */
struct spread spread_of(double *values, size_t nr);

#endif
