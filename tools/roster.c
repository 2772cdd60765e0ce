// SPDX-License-Identifier: GPL-2.0
/*
 * Processes that are watched for who they are, as long as somebody sees to it: those
 * that a filter takes, when they begin, and what they fork from then on. Those that
 * others have watched are none of our business.
 *
 * Signals wait meanwhile: a watch and its entry are one step for them.
 */
#include "roster.h"

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "alloc.h"
#include "census.h"
#include "clock.h"
#include "error.h"
#include "file.h"
#include "output.h"
#include "reader.h"

/* How long one that has exited is still there to be looked at: it takes up a place. */
#define MOURNED_NS	10000000000ULL

/* On leaving, it is looked so often, and for so long at most, for what was just forked. */
#define SETTLE_NS	5000000000ULL
#define SETTLE_POLL_NS	50000000L
#define NR_QUIET	6

/**
 * struct numalens_roster_entry - a process that is watched for us
 * @pid: its pid
 * @exited_ns: when it was seen to have exited, 0 while it runs
 */
struct numalens_roster_entry {
	unsigned int pid;
	uint64_t exited_ns;
};

/* One line of what happens, for a log as well as for a screen. */
static void tell(const char *what, unsigned int pid)
{
	struct numalens_dir dir;
	char *comm = NULL, *clean;

	/* The module's is that of the last scan, before an exec perhaps. */
	numalens_dir_set(&dir, "proc/%u", pid);
	if (numalens_dir_read(&dir, "comm", &comm)) {
		numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
		numalens_dir_read(&dir, "comm", &comm);
	}
	clean = numalens_output_clean(comm ? comm : "");
	printf("%s %u%s%s\n", what, pid, *clean ? " " : "", clean);
	free(clean);
	free(comm);
}

static struct numalens_roster_entry *find(const struct numalens_roster *roster, unsigned int pid)
{
	size_t i;

	for (i = 0; i < roster->nr; i++)
		if (roster->entries[i].pid == pid)
			return &roster->entries[i];
	return NULL;
}

static void add(struct numalens_roster *roster, unsigned int pid)
{
	roster->entries = numalens_realloc(roster->entries, roster->nr + 1,
					   sizeof(*roster->entries));
	roster->entries[roster->nr++] = (struct numalens_roster_entry){ .pid = pid };
}

/* Return: true if the entry is to go. */
static bool is_over(struct numalens_roster_entry *entry, uint64_t now)
{
	if (!numalens_reader_is_watched(entry->pid))
		return true;
	if (!entry->exited_ns && numalens_reader_has_exited(entry->pid)) {
		tell("exited", entry->pid);
		entry->exited_ns = now;
	}
	if (!entry->exited_ns || now < entry->exited_ns + MOURNED_NS)
		return false;
	numalens_reader_unwatch_soon(entry->pid);
	return true;
}

static void drop_exited(struct numalens_roster *roster)
{
	uint64_t now = numalens_clock_ns();
	size_t i, kept = 0;

	for (i = 0; i < roster->nr; i++)
		if (!is_over(&roster->entries[i], now))
			roster->entries[kept++] = roster->entries[i];
	roster->nr = kept;
}

static void adopt_forks(struct numalens_roster *roster)
{
	struct numalens_fork *forks;
	size_t nr, i;

	forks = numalens_reader_forks(&nr);
	for (i = 0; i < nr; i++) {
		if (!find(roster, forks[i].parent) || find(roster, forks[i].pid))
			continue;
		tell("forked", forks[i].pid);
		add(roster, forks[i].pid);
	}
	free(forks);
}

/* 0 or a negative errno */
static int watch(struct numalens_roster *roster, unsigned int pid)
{
	char *text = numalens_strf("%u", pid);
	int ret = numalens_reader_watch(text);
	struct numalens_dir dir;

	free(text);
	if (ret)
		return ret;
	add(roster, pid);
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	/* What it has forked before that is found by the filter, if it takes it. */
	numalens_dir_write(&dir, "follow_forks", "on");
	tell("watched", pid);
	return 0;
}

/* It is said once, and again when it had been well meanwhile. */
static void refuse(struct numalens_roster *roster, unsigned int pid, int err)
{
	char *text = numalens_strf("%u", pid);

	if (!roster->refused)
		numalens_error_watch(text, err);
	roster->refused = true;
	free(text);
}

static int watch_census(struct numalens_roster *roster, const struct numalens_census *census)
{
	bool refused = false;
	size_t i;

	for (i = 0; i < census->nr; i++) {
		unsigned int pid = census->entries[i].pid;
		int ret = numalens_reader_is_watched(pid) ? -EEXIST : watch(roster, pid);

		if (ret == -EPERM || ret == -EACCES || ret == -ENOENT)
			return ret;
		/* Gone, or watched, meanwhile. */
		if (!ret || ret == -EEXIST || ret == -ESRCH)
			continue;
		refuse(roster, pid, -ret);
		refused = true;
	}
	roster->refused = refused;
	return 0;
}

/**
 * numalens_roster_update() - have watched what began, forget what has exited
 * @roster: roster; what happens is printed
 *
 * Return: NUMALENS_OK, or the exit status where nothing can be watched, with the reason
 * printed.
 */
int numalens_roster_update(struct numalens_roster *roster)
{
	struct numalens_census census;
	int ret;

	/* Of what is dropped, the children are known by then. */
	adopt_forks(roster);
	drop_exited(roster);
	ret = numalens_census_take(&census, &roster->filter);
	if (!ret && !census.nr && !roster->none)
		numalens_note("no process matches \"%s\": waiting for one", roster->filter.text);
	roster->none = !census.nr;
	if (!ret)
		ret = watch_census(roster, &census);
	numalens_census_free(&census);
	if (ret == -ENOENT)
		ret = numalens_reader_check_module();
	else if (ret)
		ret = numalens_error_watch("them", -ret);
	return ret;
}

/**
 * numalens_roster_end() - end all watches of a roster, and it
 * @roster: roster
 */
void numalens_roster_end(struct numalens_roster *roster)
{
	const struct timespec pause = { .tv_nsec = SETTLE_POLL_NS };
	uint64_t end = numalens_clock_ns() + SETTLE_NS;
	unsigned int quiet = 0;
	size_t done = 0;

	/* What was forked meanwhile comes to light a moment later. */
	while (done < roster->nr || (quiet < NR_QUIET && numalens_clock_ns() < end)) {
		for (; done < roster->nr; done++)
			numalens_reader_unwatch_soon(roster->entries[done].pid);
		nanosleep(&pause, NULL);
		quiet = numalens_reader_is_settled() ? quiet + 1 : 0;
		adopt_forks(roster);
	}
	free(roster->entries);
	numalens_filter_free(&roster->filter);
	memset(roster, 0, sizeof(*roster));
}
