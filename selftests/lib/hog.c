// SPDX-License-Identifier: GPL-2.0
#include "hog.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "node.h"
#include "text.h"

#define HUGE_KB		2048
#define SPARED		64

static int full = -1;

uint64_t node_free_pages(int nid)
{
	char path[64], key[32];
	uint64_t kb = 0;
	char *text;

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/meminfo",
		 nid);
	snprintf(key, sizeof(key), "Node %d MemFree", nid);
	text = text_read(path, NULL);
	if (text)
		text_field(text, key, &kb);
	free(text);
	return kb * 1024 / getpagesize();
}

unsigned int hog_fill(int nid)
{
	unsigned int nr = node_free_pages(nid) * getpagesize() / 1024 / HUGE_KB;
	static int registered;

	if (!registered)
		registered = !atexit(hog_release);
	full = nid;
	/* the last ones would have the kernel look for them for minutes */
	return node_hugepages(nid, HUGE_KB, nr > SPARED ? nr - SPARED : 0);
}

void hog_release(void)
{
	if (full >= 0)
		node_hugepages(full, HUGE_KB, 0);
	full = -1;
}
