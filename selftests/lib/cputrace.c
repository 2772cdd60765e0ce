// SPDX-License-Identifier: GPL-2.0
#include "cputrace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"
#include "text.h"

#define EVENT	"/sys/kernel/tracing/events/sched/sched_stat_runtime/"

static char trigger[128];

bool cputrace_begin(const char *comm)
{
	cputrace_end();
	snprintf(trigger, sizeof(trigger),
		 "hist:keys=common_cpu:vals=runtime if comm == \"%s\"", comm);
	if (!text_puts(EVENT "trigger", trigger))
		return true;
	trigger[0] = '\0';
	return false;
}

/* "{ common_cpu:          2 } hitcount:        12  runtime:    1234567" */
bool cputrace_read(uint64_t *by_nid)
{
	char *text = text_read(EVENT "hist", NULL);
	char *line, *save;

	memset(by_nid, 0, NODES_MAX * sizeof(*by_nid));
	if (!text)
		return false;
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		uint64_t hits, ns;
		int cpu, nid;

		if (sscanf(line, "{ common_cpu: %d } hitcount: %" SCNu64
			   " runtime: %" SCNu64, &cpu, &hits, &ns) != 3)
			continue;
		nid = node_of_cpu(cpu);
		if (nid >= 0)
			by_nid[nid] += ns;
	}
	free(text);
	return true;
}

void cputrace_end(void)
{
	char text[sizeof(trigger) + 1];

	if (!trigger[0])
		return;
	snprintf(text, sizeof(text), "!%s", trigger);
	text_puts(EVENT "trigger", text);
	trigger[0] = '\0';
}
