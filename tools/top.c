// SPDX-License-Identifier: GPL-2.0
/*
 * Watched processes as numalens top knows them. What the module has published
 * is read, and nothing is ever scanned: an update costs the same however large
 * the processes are.
 */
#include "top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "alloc.h"
#include "error.h"
#include "event.h"
#include "file.h"
#include "reader.h"
#include "snapshot_brief.h"
#include "tiers.h"
#include "top_rate.h"
#include "top_watch.h"

/**
 * numalens_top_now() - what time is it?
 *
 * Return: nanoseconds, CLOCK_MONOTONIC.
 */
uint64_t numalens_top_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* Index of a process, or of the first one behind its place. */
static size_t index_of(const struct numalens_top *top, unsigned int pid)
{
	size_t low = 0, high = top->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (top->processes[middle].pid < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/**
 * numalens_top_find() - find a process
 * @top: what there is
 * @pid: its pid
 *
 * Return: the process, valid until the next update, or NULL.
 */
struct numalens_top_process *numalens_top_find(const struct numalens_top *top, unsigned int pid)
{
	size_t i = index_of(top, pid);

	return i < top->nr && top->processes[i].pid == pid ? &top->processes[i] : NULL;
}

/**
 * numalens_top_add() - add a process, or find it
 * @top: what there is
 * @pid: its pid
 *
 * Return: the process, valid until the next one is added.
 */
struct numalens_top_process *numalens_top_add(struct numalens_top *top, unsigned int pid)
{
	struct numalens_top_process *process = numalens_top_find(top, pid);
	size_t i = index_of(top, pid);

	if (process)
		return process;
	top->processes = numalens_realloc(top->processes, top->nr + 1, sizeof(*process));
	process = &top->processes[i];
	memmove(process + 1, process, (top->nr++ - i) * sizeof(*process));
	memset(process, 0, sizeof(*process));
	process->pid = pid;
	return process;
}

static void process_free(struct numalens_top_process *process)
{
	numalens_identity_free(&process->identity);
	numalens_snapshot_free(&process->now);
	numalens_snapshot_free(&process->before);
}

static void note(struct numalens_top *top, char *text)
{
	free(top->note);
	top->note = text;
}

static bool is_exited(const struct numalens_dir *dir)
{
	char *state;
	bool is = !numalens_dir_read(dir, "state", &state) && !strcmp(state, "exited");

	free(state);
	return is;
}

/*
 * It is somebody else after an exec. What has exited may have left its number
 * to another: of that one nothing is wanted.
 */
static void identity_update(struct numalens_top_process *process)
{
	struct numalens_identity *identity = &process->identity;

	if (!process->exited &&
	    !(identity->comm && !strcmp(identity->comm, process->now.comm))) {
		numalens_identity_free(identity);
		numalens_identity_read(identity, process->pid);
	}
	if (!identity->comm)
		identity->comm = numalens_strdup(process->now.comm);
}

static void take(struct numalens_top_process *process, const struct numalens_snapshot *fresh)
{
	/* By its number it is the same, and still another watch. */
	if (process->now.data && process->now.header.watch_ns != fresh->header.watch_ns) {
		numalens_top_disown(process);
		numalens_identity_free(&process->identity);
		numalens_snapshot_free(&process->now);
		process->exited = false;
	}
	numalens_snapshot_free(&process->before);
	process->before = process->now;
	process->now = *fresh;
}

/* Of one that was just scanned once more, and had threads, it need not be asked. */
static void state_update(struct numalens_top_process *process, const struct numalens_dir *dir,
			 bool fresh)
{
	if (process->exited ||
	    (fresh && process->before.data &&
	     numalens_snapshot_sum(&process->now, NUMALENS_TOTAL_THREADS)))
		return;
	process->exited = is_exited(dir);
	if (process->exited)
		process->exited_ns = numalens_top_now();
}

/* 0 or a negative errno; what is only not there any longer is left unseen. */
static int process_update(struct numalens_top *top, struct numalens_top_process *process)
{
	uint64_t known_ns = process->now.data ? process->now.header.snapshot_ns : 0;
	struct numalens_snapshot fresh;
	struct numalens_dir dir;
	const char *why;
	int ret;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", process->pid);
	ret = numalens_snapshot_brief_read(&fresh, &dir, known_ns, &why);
	if (ret == -ENODEV || (ret == -ENOENT && !numalens_dir_has(&dir, "")))
		return 0;
	process->seen = true;
	if (ret && ret != -EALREADY) {
		note(top, numalens_strf("%s/snapshot can't be used: %s", dir.path,
					ret == -EBADMSG ? why : strerror(-ret)));
		return ret == -EACCES || ret == -EPERM ? ret : 0;
	}
	if (!ret)
		take(process, &fresh);
	state_update(process, &dir, !ret);
	identity_update(process);
	if (!ret || process->exited)
		numalens_top_rate(process);
	return 0;
}

static void unseen_drop(struct numalens_top *top)
{
	size_t nr = 0, i;

	for (i = 0; i < top->nr; i++) {
		if (top->processes[i].seen) {
			top->processes[nr++] = top->processes[i];
			continue;
		}
		numalens_top_disown(&top->processes[i]);
		process_free(&top->processes[i]);
	}
	top->nr = nr;
}

static int complain(int err, const struct numalens_dir *dir)
{
	if (err == EPERM || err == EACCES)
		return numalens_error(NUMALENS_NO_PERMISSION,
				      "processes can't be watched: that takes CAP_SYS_PTRACE in the "
				      "initial user namespace; try sudo");
	return numalens_error_file(dir, NULL, "read", err);
}

static uint64_t cost_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000ULL +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000ULL;
}

/* The first update, which watches, counts for itself: it does not come again. */
static void cost_update(struct numalens_top *top)
{
	uint64_t now = numalens_top_now();

	if (!top->begun_ns) {
		top->begun_ns = now;
		top->begun_cost_ns = cost_ns();
	} else if (now > top->begun_ns) {
		top->cost_bp = (cost_ns() - top->begun_cost_ns) * 1e4 / (now - top->begun_ns) + 0.5;
	}
}

/**
 * numalens_top_update() - find out what has changed
 * @top: what there is
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_top_update(struct numalens_top *top)
{
	struct numalens_dir dir;
	unsigned int *pids;
	int ret, err = 0;
	size_t nr, i;

	note(top, NULL);
	numalens_tiers_refresh();
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes");
	ret = numalens_top_watch(top);
	if (ret)
		return complain(-ret, &dir);
	ret = numalens_dir_ids(&dir, "", &pids, &nr);
	if (ret)
		return complain(-ret, &dir);
	for (i = 0; i < top->nr; i++)
		top->processes[i].seen = false;
	for (i = 0; i < nr && !err; i++)
		err = -process_update(top, numalens_top_add(top, pids[i]));
	free(pids);
	if (err)
		return complain(err, &dir);
	unseen_drop(top);
	cost_update(top);
	return NUMALENS_OK;
}

/**
 * numalens_top_free() - end what there is, and the watches that were begun for it
 * @top: what there is
 */
void numalens_top_free(struct numalens_top *top)
{
	size_t i;

	for (i = 0; i < top->nr; i++) {
		numalens_top_unwatch(&top->processes[i]);
		process_free(&top->processes[i]);
	}
	numalens_filter_free(&top->filter);
	free(top->processes);
	free(top->shown);
	free(top->nids);
	free(top->note);
}
