// SPDX-License-Identifier: GPL-2.0
#include "cputrace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

#define EVENT	"/sys/kernel/tracing/events/sched/sched_stat_runtime/"

static char trigger[128];

void cputrace_begin(const char *comm)
{
	cputrace_end();
	snprintf(trigger, sizeof(trigger),
		 "hist:keys=common_cpu:vals=runtime if comm == \"%s\"", comm);
	if (text_puts(EVENT "trigger", trigger))
		trigger[0] = '\0';
}

/* "{ common_cpu:          2 } hitcount:        12  runtime:    1234567" */
static uint64_t hist_sum(void)
{
	static const char key[] = "runtime:";
	char *text = text_read(EVENT "hist", NULL);
	const char *at = text;
	uint64_t sum = 0;

	while (at && (at = strstr(at, key))) {
		at += sizeof(key) - 1;
		sum += strtoull(at, NULL, 10);
	}
	free(text);
	return sum;
}

uint64_t cputrace_end(void)
{
	char text[sizeof(trigger) + 1];
	uint64_t sum;

	if (!trigger[0])
		return 0;
	sum = hist_sum();
	snprintf(text, sizeof(text), "!%s", trigger);
	text_puts(EVENT "trigger", text);
	trigger[0] = '\0';
	return sum;
}
