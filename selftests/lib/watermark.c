// SPDX-License-Identifier: GPL-2.0
#include "watermark.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "node.h"
#include "text.h"

#define MIN_FREE	"/proc/sys/vm/min_free_kbytes"
#define HUGE_KB		2048
/*
 * In percent of memory: the low and the high watermark lie a fourth and a half
 * of the lowest above it, at 75 and 90.
 */
#define MIN		60
#define FREE		82

static uint64_t found;
static int hogged = -1;

static uint64_t node_kb(int nid, const char *key)
{
	char path[64], name[32];
	uint64_t kb = 0;
	char *text;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo",
		 nid);
	snprintf(name, sizeof(name), "Node %d %s:", nid, key);
	text = text_read(path, NULL);
	if (text)
		text_field(text, name, &kb);
	free(text);
	return kb;
}

static int min_free_set(uint64_t kb)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, kb);
	return text_puts(MIN_FREE, text);
}

int watermark_above(int nid)
{
	uint64_t target = node_kb(nid, "MemTotal") * FREE / 100;
	uint64_t all = 0, is = node_kb(nid, "MemFree");
	int ids[NODES_MAX];
	int i, nr = nodes_with_memory(ids, NODES_MAX);
	static bool registered;
	int ret = text_number(MIN_FREE, &found);

	if (ret)
		return ret;
	if (!registered)
		registered = !atexit(watermark_back);
	hogged = nid;
	if (is > target)
		node_hugepages(nid, HUGE_KB, (is - target) / HUGE_KB);
	for (i = 0; i < nr; i++)
		all += node_kb(ids[i], "MemTotal");
	return min_free_set(all * MIN / 100);
}

void watermark_back(void)
{
	if (hogged < 0)
		return;
	min_free_set(found);
	node_hugepages(hogged, HUGE_KB, 0);
	hogged = -1;
}
