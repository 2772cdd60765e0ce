// SPDX-License-Identifier: GPL-2.0
/*
 * Times: the clock that the module uses, and dates.
 */
#include "clock.h"

#include <time.h>

#include "alloc.h"

/**
 * numalens_clock_ns() - what time is it, by the module's clock?
 *
 * Return: CLOCK_MONOTONIC, nanoseconds.
 */
uint64_t numalens_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/**
 * numalens_clock_date() - write a date
 * @seconds: since 1970
 *
 * Return: "2026-11-29 16:00:00 UTC"; free() it.
 */
char *numalens_clock_date(int64_t seconds)
{
	time_t at = seconds;
	char text[64];
	struct tm tm;

	if (!gmtime_r(&at, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm))
		return numalens_strdup("?");
	return numalens_strdup(text);
}
