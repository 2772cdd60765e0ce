// SPDX-License-Identifier: GPL-2.0
#include "balancing.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "array.h"
#include "text.h"

#define DEBUG	"/sys/kernel/debug/sched/numa_balancing/"
#define TEXT(number)	TEXT_OF(number)
#define TEXT_OF(number)	#number

static struct {
	const char *path;
	const char *hasty;
	uint64_t found;
	bool changed;
} knobs[] = {
	{ "/proc/sys/kernel/numa_balancing", "1", 0, false },
	{ DEBUG "scan_delay_ms", "0", 0, false },
	{ DEBUG "scan_period_min_ms", TEXT(BALANCING_HASTY_MIN_MS), 0, false },
	{ DEBUG "scan_period_max_ms", TEXT(BALANCING_HASTY_MAX_MS), 0, false },
};

#define NR_KNOBS	ARRAY_SIZE(knobs)

static void put_back(void)
{
	char text[24];
	size_t i;

	for (i = 0; i < NR_KNOBS; i++) {
		if (!knobs[i].changed)
			continue;
		snprintf(text, sizeof(text), "%llu",
			 (unsigned long long)knobs[i].found);
		text_puts(knobs[i].path, text);
		knobs[i].changed = false;
	}
}

static int turn(size_t i, const char *value)
{
	static bool registered;
	int ret;

	if (!registered)
		registered = !atexit(put_back);
	if (!knobs[i].changed) {
		ret = text_number(knobs[i].path, &knobs[i].found);
		if (ret)
			return ret;
	}
	knobs[i].changed = true;
	return text_puts(knobs[i].path, value);
}

int balancing_off(void)
{
	return turn(0, "0");
}

int balancing_hasty_as(const char *mode)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < NR_KNOBS && !ret; i++)
		ret = turn(i, i ? knobs[i].hasty : mode);
	return ret;
}

int balancing_hasty(void)
{
	return balancing_hasty_as(knobs[0].hasty);
}

uint64_t vmstat_counter(const char *name)
{
	char *text = text_read("/proc/vmstat", NULL);
	uint64_t value = 0;

	if (text)
		text_field(text, name, &value);
	free(text);
	return value;
}
