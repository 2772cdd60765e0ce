// SPDX-License-Identifier: GPL-2.0
#include "spread.h"

#include <stdlib.h>

#include "bench_out.h"

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double quantile(const double *values, size_t nr, double q)
{
	double at = q * (nr - 1);
	size_t below = at;

	if (below + 1 >= nr)
		return values[nr - 1];
	return values[below] + (at - below) * (values[below + 1] - values[below]);
}

struct spread spread_of(double *values, size_t nr)
{
	struct spread spread = { 0 };

	if (!nr)
		return spread;
	qsort(values, nr, sizeof(*values), ascending);
	spread.min = values[0];
	spread.low = quantile(values, nr, 0.25);
	spread.median = quantile(values, nr, 0.5);
	spread.high = quantile(values, nr, 0.75);
	spread.max = values[nr - 1];
	return spread;
}

void spread_put(const char *bench, const char *name, const char *metric, struct spread spread)
{
	bench_put(bench, name, metric, spread.median, spread.low, spread.high);
}
