/* SPDX-License-Identifier: GPL-2.0 */
/* Median and quartiles of what was measured several times. */
#ifndef SELFTESTS_SPREAD_H
#define SELFTESTS_SPREAD_H

#include <stddef.h>

/**
 * struct spread - how values lie
 * @min: the least
 * @low: the lower quartile
 * @median: the median
 * @high: the upper quartile
 * @max: the most
 */
struct spread {
	double min, low, median, high, max;
};

/**
 * spread_of - of values, which are sorted by that
 * @values: the values
 * @nr: how many; with none all is 0
 *
 * Between two values, what lies between is taken in proportion.
 *
 * Return: how they lie.
 */
struct spread spread_of(double *values, size_t nr);

/** spread_put - bench_put() of a spread */
void spread_put(const char *bench, const char *name, const char *metric, struct spread spread);

#endif
