// SPDX-License-Identifier: GPL-2.0
#include "series.h"

#include <stdlib.h>

void series_add(struct series *series, uint64_t value)
{
	if (series->nr < SERIES_MAX)
		series->values[series->nr++] = value;
}

static int by_value(const void *one, const void *two)
{
	const uint64_t *a = one, *b = two;

	return *a < *b ? -1 : *a > *b;
}

static uint64_t ranked(const struct series *series, int rank)
{
	struct series sorted = *series;

	if (!series->nr)
		return 0;
	qsort(sorted.values, sorted.nr, sizeof(sorted.values[0]), by_value);
	return sorted.values[rank];
}

uint64_t series_min(const struct series *series)
{
	return ranked(series, 0);
}

uint64_t series_median(const struct series *series)
{
	return ranked(series, series->nr / 2);
}
