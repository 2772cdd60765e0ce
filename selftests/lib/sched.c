// SPDX-License-Identifier: GPL-2.0
#include "sched.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proc.h"
#include "text.h"

#define TASKS_MAX	1024

static char *sched_text(pid_t pid, pid_t tid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/sched", pid, tid);
	return text_read(path, NULL);
}

/* "numa_faults node=0 task_private=1 task_shared=2 group_private=..." */
static void faults_take(const char *text, struct sched *sched)
{
	unsigned long long private, shared;
	int nid;

	while ((text = strstr(text, "numa_faults node="))) {
		if (sscanf(text, "numa_faults node=%d task_private=%llu task_shared=%llu",
			   &nid, &private, &shared) == 3 && nid < NODES_MAX)
			sched->numa_faults[nid] = private + shared;
		text++;
	}
}

int sched_read(pid_t pid, pid_t tid, struct sched *sched)
{
	char *text = sched_text(pid, tid);
	uint64_t preferred;
	int ret;

	memset(sched, 0, sizeof(*sched));
	if (!text)
		return -errno;
	ret = text_field(text, "mm->numa_scan_seq", &sched->scan_seq) ||
	      text_field(text, "numa_pages_migrated",
			 &sched->numa_pages_migrated) ||
	      text_field(text, "total_numa_faults", &sched->total_numa_faults);
	/* -1 is no number to text_field() */
	sched->preferred_nid = -1;
	if (!text_field(text, "numa_preferred_nid", &preferred))
		sched->preferred_nid = preferred;
	faults_take(text, sched);
	free(text);
	return ret ? -EPROTO : 0;
}

uint64_t sched_sum(pid_t pid, const char *key)
{
	pid_t tids[TASKS_MAX];
	int i, nr = proc_tasks(pid, tids, TASKS_MAX);
	uint64_t value, sum = 0;

	for (i = 0; i < nr; i++) {
		char *text = sched_text(pid, tids[i]);

		if (text && !text_field(text, key, &value))
			sum += value;
		free(text);
	}
	return sum;
}
