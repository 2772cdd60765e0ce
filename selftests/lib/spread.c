// SPDX-License-Identifier: GPL-2.0
#include "spread.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

struct spread spread_of(double *values, size_t nr)
{
	qsort(values, nr, sizeof(*values), ascending);
	return (struct spread){
		.min = values[0],
		.low = values[(nr - 1) / 4],
		.median = values[nr / 2],
		.high = values[(nr - 1) - (nr - 1) / 4],
		.max = values[nr - 1],
	};
}
