// SPDX-License-Identifier: GPL-2.0
#include "swap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <unistd.h>

#include "text.h"

#define SIZE	(64UL << 20)

static int zram = -1;
static char device[32];

static int has_swap(void)
{
	char *text = text_read("/proc/meminfo", NULL);
	uint64_t kb = 0;

	if (text)
		text_field(text, "SwapFree", &kb);
	free(text);
	return kb > 32 * 1024;
}

static int zram_add(void)
{
	uint64_t id;
	char path[64], size[32];
	int ret;

	if (access("/sys/class/zram-control", F_OK) &&
	    system("modprobe zram num_devices=0 2>/dev/null"))
		return -ENODEV;
	ret = text_number("/sys/class/zram-control/hot_add", &id);
	if (ret)
		return ret;
	zram = id;
	snprintf(device, sizeof(device), "/dev/zram%d", zram);
	snprintf(path, sizeof(path), "/sys/block/zram%d/disksize", zram);
	snprintf(size, sizeof(size), "%lu", SIZE);
	return text_puts(path, size);
}

/* What mkswap(8) writes: union swap_header of the kernel. */
static int swap_format(void)
{
	size_t page = getpagesize();
	uint32_t info[3] = { 1, SIZE / page - 1, 0 };
	char *head = calloc(1, page);
	int ret;

	memcpy(head + 1024, info, sizeof(info));
	memcpy(head + page - 10, "SWAPSPACE2", 10);
	ret = text_write(device, head, page);
	free(head);
	return ret;
}

int swap_begin(void)
{
	int ret;

	if (has_swap())
		return 0;
	ret = zram_add();
	ret = ret ?: swap_format();
	if (!ret && swapon(device, 0))
		ret = -errno;
	if (ret)
		swap_end();
	return ret;
}

void swap_end(void)
{
	char text[16], path[64];

	if (zram < 0)
		return;
	swapoff(device);
	snprintf(path, sizeof(path), "/sys/block/zram%d/reset", zram);
	text_puts(path, "1");
	snprintf(text, sizeof(text), "%d", zram);
	text_puts("/sys/class/zram-control/hot_remove", text);
	zram = -1;
}
