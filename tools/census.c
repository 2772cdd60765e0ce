// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes run, and how large they are, as /proc tells of it: one small
 * file of each.
 */
#include "census.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "filter.h"
#include "identity.h"

/* Words of statm */
#define RESIDENT	1

/* 0 also of kernel threads, which have no memory, and of what is gone meanwhile. */
static uint64_t pages_of(unsigned int pid)
{
	struct numalens_dir dir;
	uint64_t *words, pages = 0;
	size_t nr;

	numalens_dir_set(&dir, "proc/%u", pid);
	if (!numalens_dir_read_u64s(&dir, "statm", &words, &nr) && nr > RESIDENT)
		pages = words[RESIDENT];
	free(words);
	return pages;
}

static bool is_wanted(const struct numalens_filter *filter, unsigned int pid)
{
	struct numalens_identity identity = { 0 };
	bool is;

	if (numalens_filter_asks_who(filter))
		numalens_identity_read(&identity, pid);
	is = numalens_filter_takes(filter, pid, &identity);
	/* The filter itself is on the command line of what runs us. */
	if (is && identity.command && numalens_identity_is_ours(pid)) {
		free(identity.command);
		identity.command = NULL;
		is = numalens_filter_takes(filter, pid, &identity);
	}
	numalens_identity_free(&identity);
	return is;
}

/* Equal ones stay in the order of their pids. */
static int by_size(const void *a, const void *b)
{
	const struct numalens_census_entry *x = a, *y = b;

	if (x->pages != y->pages)
		return x->pages < y->pages ? 1 : -1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/**
 * numalens_census_take() - list the processes that run
 * @census: gets them; numalens_census_free() it, whatever is returned
 * @filter: which; what it says of nodes is not looked at
 *
 * This process is left out: it shall not be what it shows.
 *
 * Return: 0 or a negative errno.
 */
int numalens_census_take(struct numalens_census *census, const struct numalens_filter *filter)
{
	unsigned int self = numalens_file_is_live() ? getpid() : 0, *pids;
	struct numalens_dir proc;
	size_t nr, i;
	int ret;

	memset(census, 0, sizeof(*census));
	numalens_dir_set(&proc, "proc");
	ret = numalens_dir_ids(&proc, "", &pids, &nr);
	if (ret)
		return ret;
	census->entries = numalens_alloc(nr, sizeof(*census->entries));
	for (i = 0; i < nr; i++) {
		uint64_t pages = pids[i] == self ? 0 : pages_of(pids[i]);

		if (!pages || !is_wanted(filter, pids[i]))
			continue;
		census->entries[census->nr].pid = pids[i];
		census->entries[census->nr++].pages = pages;
	}
	free(pids);
	qsort(census->entries, census->nr, sizeof(*census->entries), by_size);
	return 0;
}

/**
 * numalens_census_free() - end a census
 * @census: census
 */
void numalens_census_free(struct numalens_census *census)
{
	free(census->entries);
	memset(census, 0, sizeof(*census));
}
