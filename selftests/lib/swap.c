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

static int has_swap(size_t size)
{
	char *text = text_read("/proc/meminfo", NULL);
	uint64_t kb = 0;

	if (text)
		text_field(text, "SwapFree", &kb);
	free(text);
	return kb * 1024 > size / 2;
}

static int zram_add(size_t size)
{
	uint64_t id;
	char path[64], text[32];
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
	snprintf(text, sizeof(text), "%zu", size);
	return text_puts(path, text);
}

/* What mkswap(8) writes: union swap_header of the kernel. */
static int swap_format(size_t size)
{
	size_t page = getpagesize();
	uint32_t info[3] = { 1, size / page - 1, 0 };
	char *head = calloc(1, page);
	int ret;

	memcpy(head + 1024, info, sizeof(info));
	memcpy(head + page - 10, "SWAPSPACE2", 10);
	ret = text_write(device, head, page);
	free(head);
	return ret;
}

int swap_begin_of(size_t size)
{
	int ret;

	if (has_swap(size))
		return 0;
	ret = zram_add(size);
	ret = ret ?: swap_format(size);
	if (!ret && swapon(device, 0))
		ret = -errno;
	if (ret)
		swap_end();
	return ret;
}

int swap_begin(void)
{
	return swap_begin_of(SIZE);
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
