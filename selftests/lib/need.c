// SPDX-License-Identifier: GPL-2.0
#include "need.h"

#include <unistd.h>

#include "case.h"
#include "lens.h"
#include "node.h"

void need_events(int nodes)
{
	need(nodes);
	if (access(LENS_ROOT "/events", F_OK))
		skip_all("numalens counts no events here");
}

void need_two(int *first, int *last)
{
	int cpus[NODES_MAX], mems[NODES_MAX], nr = 0;
	int nr_cpus = nodes_with_cpu(cpus, NODES_MAX);
	int nr_mems = nodes_with_memory(mems, NODES_MAX);
	int i, j;

	for (i = 0; i < nr_cpus; i++) {
		for (j = 0; j < nr_mems && mems[j] != cpus[i]; j++)
			;
		if (j == nr_mems)
			continue;
		if (!nr++)
			*first = cpus[i];
		*last = cpus[i];
	}
	if (nr < 2)
		skip_all("needs two nodes with CPUs and memory");
}
