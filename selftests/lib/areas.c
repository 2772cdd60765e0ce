// SPDX-License-Identifier: GPL-2.0
#include "areas.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

static char *proc_text(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return text_read(path, NULL);
}

/* "start-end perms offset dev inode   path", also smaps' first lines */
static bool map_line(const char *line, struct area *area)
{
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*s %*s %*s %n",
		   &area->start, &area->end, area->perms, &at) != 3)
		return false;
	area->path = strdup(at ? line + at : "");
	return true;
}

static int maps_take(char *text, struct areas *areas)
{
	size_t room = 0;
	char *line, *save;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (areas->nr == room) {
			room = room ? 2 * room : 256;
			areas->v = realloc(areas->v, room * sizeof(*areas->v));
		}
		memset(&areas->v[areas->nr], 0, sizeof(*areas->v));
		if (!map_line(line, &areas->v[areas->nr]))
			return -EPROTO;
		/* the gate page is shown to everyone and belongs to nobody */
		if (!strcmp(areas->v[areas->nr].path, "[vsyscall]"))
			free(areas->v[areas->nr].path);
		else
			areas->nr++;
	}
	return 0;
}

/* Two modes have a space in their name. */
static char *policy_take(char *token, char **save, char *policy, size_t size)
{
	char *next = strtok_r(NULL, " ", save);

	snprintf(policy, size, "%s", token);
	if (next && (!strcmp(token, "weighted") ||
		     (!strcmp(token, "prefer") && *next == '('))) {
		snprintf(policy, size, "%s %s", token, next);
		next = strtok_r(NULL, " ", save);
	}
	return next;
}

static void numa_token(const char *token, struct area *area, uint64_t *units)
{
	uint64_t value;
	int nid;

	if (!strcmp(token, "huge"))
		area->hugetlb = true;
	else if (sscanf(token, "N%d=%" SCNu64, &nid, &value) == 2 &&
		 nid < NODES_MAX)
		units[nid] = value;
	else if (sscanf(token, "anon=%" SCNu64, &value) == 1)
		area->anon = value;
	else if (sscanf(token, "kernelpagesize_kB=%" SCNu64, &value) == 1)
		area->page_size = value << 10;
}

static int numa_line(char *line, struct area *area)
{
	uint64_t units[NODES_MAX] = { 0 };
	uint64_t start, scale;
	char *save, *token;
	int i;

	token = strtok_r(line, " ", &save);
	if (!token || sscanf(token, "%" SCNx64, &start) != 1 ||
	    start != area->start)
		return -EAGAIN;
	token = strtok_r(NULL, " ", &save);
	if (!token)
		return -EPROTO;
	token = policy_take(token, &save, area->policy, sizeof(area->policy));
	for (; token; token = strtok_r(NULL, " ", &save))
		numa_token(token, area, units);
	scale = area->page_size ? area->page_size / getpagesize() : 1;
	area->anon *= scale;
	for (i = 0; i < NODES_MAX; i++) {
		area->node[i] = units[i] * scale;
		area->pages += area->node[i];
	}
	return 0;
}

static int numa_take(char *text, struct areas *areas)
{
	char *line, *save;
	size_t i = 0;
	int ret = 0;

	for (line = strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save))
		ret = i < areas->nr ? numa_line(line, &areas->v[i++]) : -EAGAIN;
	return ret ?: i == areas->nr ? 0 : -EAGAIN;
}

static void smaps_line(const char *line, struct area *area)
{
	uint64_t kb;

	if (sscanf(line, "KernelPageSize: %" SCNu64, &kb) == 1)
		area->page_size = kb << 10;
	else if (sscanf(line, "Swap: %" SCNu64, &kb) == 1)
		area->swap = (kb << 10) / getpagesize();
	else if (sscanf(line, "AnonHugePages: %" SCNu64, &kb) == 1 ||
		 sscanf(line, "ShmemPmdMapped: %" SCNu64, &kb) == 1 ||
		 sscanf(line, "FilePmdMapped: %" SCNu64, &kb) == 1)
		area->thp += (kb << 10) / getpagesize();
	if (strncmp(line, "VmFlags:", 8))
		return;
	area->pfnmap = strstr(line, " pf");
	area->mixedmap = strstr(line, " mm");
}

static int smaps_take(char *text, struct areas *areas)
{
	struct area *area = NULL;
	char *line, *save;
	size_t i = 0;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct area head = { 0 };

		if (!map_line(line, &head)) {
			if (area)
				smaps_line(line, area);
			continue;
		}
		area = i < areas->nr ? &areas->v[i++] : NULL;
		free(head.path);
		if (area && (area->start != head.start || area->end != head.end))
			return -EAGAIN;
	}
	return i == areas->nr ? 0 : -EAGAIN;
}

static int one_file(pid_t pid, const char *name, struct areas *areas,
		    int (*take)(char *text, struct areas *areas))
{
	char *text = proc_text(pid, name);
	int ret;

	if (!text)
		return -errno;
	ret = take(text, areas);
	free(text);
	return ret;
}

int areas_read(pid_t pid, struct areas *areas, bool smaps)
{
	int ret;

	memset(areas, 0, sizeof(*areas));
	ret = one_file(pid, "maps", areas, maps_take);
	ret = ret ?: one_file(pid, "numa_maps", areas, numa_take);
	if (smaps)
		ret = ret ?: one_file(pid, "smaps", areas, smaps_take);
	if (ret)
		areas_free(areas);
	return ret;
}

void areas_free(struct areas *areas)
{
	size_t i;

	for (i = 0; i < areas->nr; i++)
		free(areas->v[i].path);
	free(areas->v);
	memset(areas, 0, sizeof(*areas));
}

const struct area *areas_at(const struct areas *areas, uint64_t addr)
{
	size_t i;

	for (i = 0; i < areas->nr; i++)
		if (areas->v[i].start <= addr && addr < areas->v[i].end)
			return &areas->v[i];
	return NULL;
}

uint64_t areas_node(const struct areas *areas, int nid)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < areas->nr; i++)
		sum += areas->v[i].node[nid];
	return sum;
}
