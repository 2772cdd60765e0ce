// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes are watched for the sake of being shown: the largest ones
 * that the filter takes. Those that others had watched are none of our business.
 *
 * A watch and the plan to undo it are one step for signals, which wait: else
 * one could end a watch that is somebody else's, or leave one behind.
 */
#include "top_watch.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "census.h"
#include "error.h"
#include "file.h"
#include "reader.h"
#include "top.h"
#include "undo.h"

/* Who runs is looked at more seldom than how they do. */
#define CENSUS_NS	10000000000ULL

/* How long one that has exited is still there to be seen. */
#define MOURNED_NS	30000000000ULL

static void refresh_set(const struct numalens_top *top, unsigned int pid)
{
	char *value = numalens_strf("%u", top->delay_ms);
	struct numalens_dir dir;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	/* It goes on at its own pace if it can't be had otherwise. */
	numalens_dir_write(&dir, "refresh_ms", value);
	free(value);
}

/* 0 or a negative errno */
static int watch(struct numalens_top *top, unsigned int pid)
{
	char *text = numalens_strf("%u", pid);
	struct numalens_top_process *process;
	sigset_t all, old;
	int ret;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	ret = numalens_reader_watch(text);
	if (!ret) {
		process = numalens_top_add(top, pid);
		process->undo = numalens_undo_add(NUMALENS_ROOT, "unwatch", text);
		process->ours = true;
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (!ret)
		refresh_set(top, pid);
	free(text);
	return ret;
}

/**
 * numalens_top_unwatch() - end the watch of a process, if it is ours
 * @process: process
 */
void numalens_top_unwatch(struct numalens_top_process *process)
{
	if (process->ours)
		numalens_undo_run(process->undo);
	process->ours = false;
}

/**
 * numalens_top_disown() - leave a watch alone: it was ended, perhaps begun anew, by others
 * @process: process
 */
void numalens_top_disown(struct numalens_top_process *process)
{
	if (process->ours)
		numalens_undo_drop(process->undo);
	process->ours = false;
}

/* Place of a process among those that run, the largest first. */
static size_t rank_of(const struct numalens_census *census, unsigned int pid)
{
	size_t i;

	for (i = 0; i < census->nr && census->entries[i].pid != pid; i++)
		;
	return i;
}

/* Those that are a little too small stay, lest they come and go. */
static void unwatch_small(struct numalens_top *top, const struct numalens_census *census)
{
	size_t limit = top->max + top->max / 4, i;

	for (i = 0; i < top->nr; i++) {
		struct numalens_top_process *process = &top->processes[i];

		if (process->ours && !process->exited && process->pid != top->kept &&
		    rank_of(census, process->pid) >= limit)
			numalens_top_unwatch(process);
	}
}

static void unwatch_exited(struct numalens_top *top, uint64_t now)
{
	size_t i;

	for (i = 0; i < top->nr; i++) {
		struct numalens_top_process *process = &top->processes[i];

		if (process->exited && process->pid != top->kept &&
		    now > process->exited_ns + MOURNED_NS)
			numalens_top_unwatch(process);
	}
}

static size_t nr_ours(const struct numalens_top *top)
{
	size_t nr = 0, i;

	for (i = 0; i < top->nr; i++)
		nr += top->processes[i].ours;
	return nr;
}

static bool is_watched(const struct numalens_top *top, unsigned int pid)
{
	return numalens_top_find(top, pid) || numalens_reader_is_watched(pid);
}

/* What is gone meanwhile, or watched meanwhile, needs no word. */
static int watch_large(struct numalens_top *top, const struct numalens_census *census)
{
	size_t limit = top->max + top->max / 2, ours = nr_ours(top), i;

	for (i = 0; i < census->nr && i < top->max && ours < limit; i++) {
		unsigned int pid = census->entries[i].pid;
		int ret = is_watched(top, pid) ? -EEXIST : watch(top, pid);

		if (ret == -EPERM || ret == -ENOENT)
			return ret;
		ours += !ret;
		if (!ret || ret == -EEXIST || ret == -ESRCH || ret == -EOPNOTSUPP)
			continue;
		top->nr_refused++;
		top->refused = -ret;
	}
	return 0;
}

/**
 * numalens_top_watch() - see to it that what is to be shown is watched
 * @top: what there is
 *
 * Return: 0 or a negative errno: -EPERM, -ENOENT where nothing can be watched at all.
 */
int numalens_top_watch(struct numalens_top *top)
{
	uint64_t now = numalens_top_now();
	struct numalens_census census;
	int ret;

	unwatch_exited(top, now);
	if (top->census_ns && now < top->census_ns + CENSUS_NS)
		return 0;
	top->census_ns = now;
	top->nr_refused = 0;
	ret = numalens_census_take(&census, &top->filter);
	if (!ret) {
		unwatch_small(top, &census);
		ret = watch_large(top, &census);
	}
	numalens_census_free(&census);
	return ret;
}
