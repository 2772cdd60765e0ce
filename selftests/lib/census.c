// SPDX-License-Identifier: GPL-2.0
#include "census.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "areas.h"
#include "frames.h"

static void add(struct census *census, uint64_t addr, const uint8_t *present,
		size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (present[i])
			census->addrs[census->nr++] = addr + i * getpagesize();
}

static int collect(pid_t pid, const struct areas *areas, struct census *census)
{
	size_t i, room = 0;

	for (i = 0; i < areas->nr; i++) {
		const struct area *area = &areas->v[i];
		size_t nr = (area->end - area->start) / getpagesize();
		uint8_t *present;
		int ret;

		if (area->pfnmap || area->mixedmap || !area->pages)
			continue;
		room += nr;
		census->addrs = realloc(census->addrs,
					room * sizeof(*census->addrs));
		present = calloc(nr, 1);
		ret = pages_present(pid, area->start, nr, present);
		add(census, area->start, present, nr);
		free(present);
		if (ret)
			return ret;
	}
	return 0;
}

/* What has no node is no page that could move: the zero page, the vdso. */
static int locate(pid_t pid, struct census *census)
{
	int *nids = calloc(census->nr + 1, sizeof(*nids));
	int ret = pages_locate(pid, census->addrs, nids, census->nr);
	size_t i, nr = 0;

	for (i = 0; i < census->nr && !ret; i++) {
		if (nids[i] < 0)
			continue;
		census->addrs[nr] = census->addrs[i];
		nids[nr++] = nids[i];
	}
	census->nids = nids;
	census->nr = nr;
	return ret;
}

int census_take(pid_t pid, struct census *census)
{
	struct areas areas;
	int ret = areas_read(pid, &areas, false);

	memset(census, 0, sizeof(*census));
	if (ret)
		return ret;
	ret = collect(pid, &areas, census);
	areas_free(&areas);
	ret = ret ?: locate(pid, census);
	if (ret)
		census_free(census);
	return ret;
}

void census_free(struct census *census)
{
	free(census->addrs);
	free(census->nids);
	memset(census, 0, sizeof(*census));
}

int census_moved(pid_t pid, const struct census *census, uint64_t start,
		 uint64_t end, struct matrix *moved)
{
	int *nids = calloc(census->nr + 1, sizeof(*nids));
	int ret = pages_locate(pid, census->addrs, nids, census->nr);
	size_t i;

	memset(moved, 0, sizeof(*moved));
	for (i = 0; i < census->nr && !ret; i++) {
		if (census->addrs[i] < start || census->addrs[i] >= end ||
		    nids[i] == census->nids[i])
			continue;
		if (nids[i] < 0)
			ret = -ESTALE;
		else
			moved->at[census->nids[i]][nids[i]]++;
	}
	free(nids);
	return ret;
}
