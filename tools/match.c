// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes a user means: a pid, or a part of a name or command line.
 */
#include "match.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "file.h"
#include "identity.h"
#include "number.h"
#include "reader.h"

static void add(struct numalens_match *match, unsigned int pid)
{
	match->pids = numalens_realloc(match->pids, match->nr + 1, sizeof(*match->pids));
	match->pids[match->nr++] = pid;
}

static bool file_has(bool proc, unsigned int pid, const char *name,
		     const char *pattern)
{
	struct numalens_dir dir;
	bool found = false;
	char *text;

	if (proc)
		numalens_dir_set(&dir, "proc/%u", pid);
	else
		numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	if (!numalens_dir_read(&dir, name, &text))
		found = *text && strstr(text, pattern);
	free(text);
	return found;
}

/* What has exited may have left its number to another. */
static bool watched_has(unsigned int pid, const char *pattern)
{
	return file_has(false, pid, "comm", pattern) ||
	       (!file_has(false, pid, "state", "exited") &&
		file_has(true, pid, "cmdline", pattern));
}

static int find_watched(struct numalens_match *match, const char *pattern)
{
	unsigned int *pids;
	size_t nr, i;
	int ret = numalens_reader_pids(&pids, &nr);

	if (ret)
		return ret;
	for (i = 0; i < nr; i++)
		if (watched_has(pids[i], pattern))
			add(match, pids[i]);
	free(pids);
	match->watched = match->nr;
	return NUMALENS_OK;
}

static int find_running(struct numalens_match *match, const char *pattern)
{
	struct numalens_dir proc;
	unsigned int *pids;
	size_t nr, i;
	int ret;

	numalens_dir_set(&proc, "proc");
	ret = numalens_dir_ids(&proc, "", &pids, &nr);
	if (ret)
		return numalens_error_file(&proc, NULL, "read", -ret);
	for (i = 0; i < nr; i++) {
		/* A kernel thread has a name but no command line, and no memory. */
		if (!file_has(true, pids[i], "cmdline", ""))
			continue;
		if ((file_has(true, pids[i], "comm", pattern) ||
		     file_has(true, pids[i], "cmdline", pattern)) &&
		    !numalens_identity_is_ours(pids[i]))
			add(match, pids[i]);
	}
	free(pids);
	return NUMALENS_OK;
}

/**
 * numalens_match_find() - find the processes that a user means
 * @match: gets them; numalens_match_free() it, whatever is returned
 * @what: a pid, or a part of the name or the command line: of watched
 *	processes, or if none of them matches, of those that run
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_match_find(struct numalens_match *match, const char *what)
{
	uint64_t pid;
	int ret;

	memset(match, 0, sizeof(*match));
	if (!*what)
		return numalens_error(NUMALENS_USAGE, "an empty pattern matches nothing");
	if (!numalens_number_parse_decimal(what, &pid)) {
		if (!pid || pid > INT_MAX)
			return numalens_error(NUMALENS_NO_PROCESS, "no pid is %s", what);
		add(match, pid);
		match->watched = numalens_reader_is_watched(pid);
		return NUMALENS_OK;
	}
	ret = find_watched(match, what);
	if (!ret && !match->nr)
		ret = find_running(match, what);
	if (!ret && !match->nr)
		ret = numalens_error(NUMALENS_NO_PROCESS,
				     "no watched or running process matches \"%s\"", what);
	return ret;
}

/**
 * numalens_match_free() - end what numalens_match_find() gave
 * @match: processes
 */
void numalens_match_free(struct numalens_match *match)
{
	free(match->pids);
	match->pids = NULL;
}
