// SPDX-License-Identifier: GPL-2.0
#include "tiers.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "balancing.h"
#include "case.h"
#include "need.h"
#include "node.h"
#include "text.h"

#define TIERING		"/sys/devices/virtual/memory_tiering"
#define DEMOTION	"/sys/kernel/mm/numa/demotion_enabled"

/* The nodes of a tier that have memory; their number. */
static int tier_nodes(const char *name, int *nids)
{
	int mems[NODES_MAX], nr_mems = nodes_with_memory(mems, NODES_MAX);
	int ids[NODES_MAX], nr_ids, i, j, nr = 0;
	char path[320], *text;

	snprintf(path, sizeof(path), TIERING "/%s/nodelist", name);
	text = text_read(path, NULL);
	if (!text)
		return 0;
	nr_ids = id_list_parse(text_chomp(text), ids, NODES_MAX);
	free(text);
	for (i = 0; i < nr_ids; i++)
		for (j = 0; j < nr_mems; j++)
			if (ids[i] == mems[j])
				nids[nr++] = ids[i];
	return nr;
}

/* The first node of the slowest tier; the number of tiers that have memory. */
static int slowest(int *nid)
{
	DIR *dir = opendir(TIERING);
	struct dirent *entry;
	int nr = 0, most = -1;

	while (dir && (entry = readdir(dir))) {
		int nids[NODES_MAX], tier;

		if (sscanf(entry->d_name, "memory_tier%d", &tier) != 1 ||
		    !tier_nodes(entry->d_name, nids))
			continue;
		nr++;
		if (tier > most)
			*nid = nids[0];
		most = tier > most ? tier : most;
	}
	if (dir)
		closedir(dir);
	return nr;
}

void need_tiers(struct tiers *tiers)
{
	int cpus[NODES_MAX], nr_cpus = nodes_with_cpu(cpus, NODES_MAX);
	int i, nr = slowest(&tiers->slow);

	if (!nr)
		skip_all("the kernel has no memory tiers");
	if (nr == 1)
		skip_all("this kernel puts all memory of this machine into the same tier");
	for (i = 0; i < nr_cpus; i++)
		if (cpus[i] == tiers->slow)
			skip_all("the nodes of the slowest tier have CPUs");
	need_two(&tiers->fast, &tiers->other);
}

static char found[16];

static void put_back(void)
{
	text_puts(DEMOTION, found);
}

int demotion_set(bool on)
{
	char *text;

	if (!*found) {
		text = text_read(DEMOTION, NULL);
		if (!text)
			return -errno;
		snprintf(found, sizeof(found), "%s", text);
		free(text);
		atexit(put_back);
	}
	return text_puts(DEMOTION, on ? "1" : "0");
}

/* CPUs keep small counts of a node to themselves for a while. */
static void vmstat_refresh(void)
{
	text_puts("/proc/sys/vm/stat_refresh", "1");
}

uint64_t demoted_pages(void)
{
	uint64_t value, sum = 0;
	char *text, *line;

	vmstat_refresh();
	text = text_read("/proc/vmstat", NULL);
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (sscanf(line, "pgdemote_%*s %" SCNu64, &value) == 1)
			sum += value;
	}
	free(text);
	return sum;
}

uint64_t promoted_pages(void)
{
	vmstat_refresh();
	return vmstat_counter("pgpromote_success ");
}
