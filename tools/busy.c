// SPDX-License-Identifier: GPL-2.0
/*
 * How many CPUs have work, by /proc/stat (proc(5)).
 */
#include "busy.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

#define WINDOW_US	500000
#define NR_FIELDS	8	/* up to steal: those behind it are counted in user and nice */
#define IDLE		3
#define IOWAIT		4

/* Times of all CPUs, in turn. */
struct times {
	uint64_t (*cpus)[NR_FIELDS];
	size_t nr;
};

static int times_read(struct times *times)
{
	struct numalens_dir dir;
	char *text, *rest, *line;
	int ret;

	times->cpus = NULL;
	times->nr = 0;
	numalens_dir_set(&dir, "proc");
	ret = numalens_dir_read(&dir, "stat", &text);
	rest = text;
	while (!ret && (line = strsep(&rest, "\n"))) {
		uint64_t t[NR_FIELDS] = { 0 };

		/* Not the first line, which is their sum. */
		if (strncmp(line, "cpu", 3) || !isdigit((unsigned char)line[3]) ||
		    sscanf(line + 3, "%*u %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %"
			   SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64, &t[0], &t[1], &t[2], &t[3],
			   &t[4], &t[5], &t[6], &t[7]) != NR_FIELDS)
			continue;
		times->cpus = numalens_realloc(times->cpus, times->nr + 1, sizeof(*times->cpus));
		memcpy(times->cpus[times->nr++], t, sizeof(t));
	}
	free(text);
	return ret;
}

static bool is_busy(const uint64_t *before, const uint64_t *after)
{
	uint64_t all = 0, idle = after[IDLE] - before[IDLE] + after[IOWAIT] - before[IOWAIT];
	size_t i;

	for (i = 0; i < NR_FIELDS; i++)
		all += after[i] - before[i];
	return 2 * idle < all;
}

/**
 * numalens_busy_read() - look at the CPUs for half a second
 * @busy: gets what they did
 *
 * Return: 0 or a negative errno.
 */
int numalens_busy_read(struct numalens_busy *busy)
{
	struct times before, after = { 0 };
	size_t i;
	int ret;

	memset(busy, 0, sizeof(*busy));
	ret = times_read(&before);
	if (!ret) {
		usleep(WINDOW_US);
		ret = times_read(&after);
	}
	/* One that came or went in between: nothing is known of any. */
	busy->nr_cpus = after.nr;
	for (i = 0; !ret && before.nr == after.nr && i < after.nr; i++)
		busy->nr_busy += is_busy(before.cpus[i], after.cpus[i]);
	free(before.cpus);
	free(after.cpus);
	return ret;
}
