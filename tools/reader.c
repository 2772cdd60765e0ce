// SPDX-License-Identifier: GPL-2.0
/*
 * The module's files: root, and processes/<pid>/.
 */
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "error.h"
#include "file.h"

/* How long a first scan is waited for, to end the watch, and how often it is tried. */
#define BUSY_NS		2000000000ULL
#define BUSY_POLL_NS	50000000L

/* For a process that is never refreshed: older than that is stale to a person. */
#define STALE_MS	1000

/**
 * numalens_reader_check_module() - is there a module that we understand?
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_reader_check_module(void)
{
	struct numalens_dir root;
	uint64_t version;
	int ret;

	numalens_dir_set(&root, NUMALENS_ROOT);
	if (!numalens_dir_has(&root, ""))
		return numalens_error(NUMALENS_MISSING,
				      "%s is not there: the module is not loaded; "
				      "try sudo modprobe numalens", root.path);
	ret = numalens_dir_read_u64(&root, "abi_version", &version);
	if (ret)
		return numalens_error_file(&root, "abi_version", "read", -ret);
	if (version != NUMALENS_ABI_VERSION)
		return numalens_error(NUMALENS_MISSING,
				      "the module speaks ABI version %" PRIu64
				      ", this tool version %d: use those of one release",
				      version, NUMALENS_ABI_VERSION);
	return NUMALENS_OK;
}

/**
 * numalens_reader_watch() - have a process watched
 * @pid: its pid
 *
 * Return: 0 or a negative errno.
 */
int numalens_reader_watch(const char *pid)
{
	struct numalens_dir root;
	int ret;

	numalens_dir_set(&root, NUMALENS_ROOT);
	ret = numalens_dir_write(&root, "watch", pid);
	return ret == -EACCES ? -EPERM : ret;
}

/**
 * numalens_reader_unwatch() - end the watch of a process
 * @pid: its pid
 *
 * Return: 0 or a negative errno.
 */
int numalens_reader_unwatch(const char *pid)
{
	struct numalens_dir root;
	int ret;

	numalens_dir_set(&root, NUMALENS_ROOT);
	ret = numalens_dir_write(&root, "unwatch", pid);
	return ret == -EACCES ? -EPERM : ret;
}

/**
 * numalens_reader_unwatch_soon() - end the watch of a process that may just have begun
 * @pid: its pid
 *
 * One that is scanned for the first time can't be unwatched: that is waited for, but
 * not for ever. Somebody else may have ended the watch already.
 */
void numalens_reader_unwatch_soon(unsigned int pid)
{
	const struct timespec pause = { .tv_nsec = BUSY_POLL_NS };
	uint64_t end = numalens_clock_ns() + BUSY_NS;
	char *text = numalens_strf("%u", pid);

	while (numalens_reader_unwatch(text) == -EBUSY && numalens_clock_ns() < end)
		nanosleep(&pause, NULL);
	free(text);
}

/**
 * numalens_reader_pids() - list the watched processes
 * @pids: gets their pids, ascending; free() it
 * @nr: gets their count
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_reader_pids(unsigned int **pids, size_t *nr)
{
	struct numalens_dir dir;
	int ret;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes");
	ret = numalens_dir_ids(&dir, "", pids, nr);
	return ret ? numalens_error_file(&dir, NULL, "read", -ret) : NUMALENS_OK;
}

static bool has_pid(const struct numalens_fork *forks, size_t nr, unsigned int pid)
{
	size_t i;

	for (i = 0; i < nr && forks[i].pid != pid; i++)
		;
	return i < nr;
}

/* A pid tells nothing: they begin anew some day. */
static void parents_first(struct numalens_fork *forks, size_t nr)
{
	size_t done, i;

	for (done = 0; done < nr; done++) {
		struct numalens_fork first;

		for (i = done; i < nr && has_pid(forks + done, nr - done, forks[i].parent); i++)
			;
		/* Each is another's child: whoever made that up may have them as they are. */
		if (i == nr)
			return;
		first = forks[i];
		memmove(forks + done + 1, forks + done, (i - done) * sizeof(*forks));
		forks[done] = first;
	}
}

/**
 * numalens_reader_forks() - list watched processes that were forked from others
 * @nr: gets their count
 *
 * Return: them, each behind its parent if that is one of them; free() it.
 */
struct numalens_fork *numalens_reader_forks(size_t *nr)
{
	struct numalens_fork *forks;
	struct numalens_dir dir;
	unsigned int *pids;
	size_t nr_pids, i;
	uint64_t parent;

	*nr = 0;
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes");
	if (numalens_dir_ids(&dir, "", &pids, &nr_pids))
		return NULL;
	forks = numalens_alloc(nr_pids, sizeof(*forks));
	for (i = 0; i < nr_pids; i++) {
		numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pids[i]);
		if (numalens_dir_read_u64(&dir, "parent", &parent) || !parent ||
		    parent > INT32_MAX)
			continue;
		forks[(*nr)++] = (struct numalens_fork){ pids[i], parent };
	}
	free(pids);
	parents_first(forks, *nr);
	return forks;
}

/**
 * numalens_reader_is_watched() - is there a directory for it?
 * @pid: pid
 *
 * Return: true if there is.
 */
bool numalens_reader_is_watched(unsigned int pid)
{
	struct numalens_dir dir;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	return numalens_dir_has(&dir, "");
}

/**
 * numalens_reader_is_settled() - has each process that is watched a directory?
 *
 * One that was just forked from another counts before it is scanned, and has none until
 * then.
 *
 * Return: true if it has, or if it can't be told.
 */
bool numalens_reader_is_settled(void)
{
	struct numalens_dir dir;
	unsigned int *pids;
	uint64_t watched;
	size_t nr;
	bool is;

	numalens_dir_set(&dir, NUMALENS_ROOT);
	if (numalens_dir_read_u64(&dir, "nr_watched", &watched) || numalens_reader_pids(&pids, &nr))
		return true;
	is = watched <= nr;
	free(pids);
	return is;
}

/**
 * numalens_reader_has_exited() - is the process that is watched by the number gone?
 * @pid: its pid
 *
 * Return: true if it is watched, and known to have exited.
 */
bool numalens_reader_has_exited(unsigned int pid)
{
	struct numalens_dir dir;
	bool exited = false;
	char *state;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	if (!numalens_dir_read(&dir, "state", &state))
		exited = !strcmp(state, "exited");
	free(state);
	return exited;
}

static bool is_stale(const struct numalens_dir *dir)
{
	uint64_t refresh_ms, snapshot_ns, now = numalens_clock_ns();

	if (!numalens_file_is_live() ||
	    numalens_dir_read_u64(dir, "snapshot_ns", &snapshot_ns))
		return false;
	if (numalens_dir_read_u64(dir, "refresh_ms", &refresh_ms) || !refresh_ms)
		refresh_ms = STALE_MS;
	return now > snapshot_ns && (now - snapshot_ns) / 1000000 > refresh_ms;
}

static int scan_now(const struct numalens_dir *dir, enum numalens_scan scan)
{
	int ret;

	if (scan == NUMALENS_SCAN_NEVER || (scan == NUMALENS_SCAN_STALE && !is_stale(dir)))
		return NUMALENS_OK;
	ret = numalens_dir_write(dir, "scan", "1");
	/* It is gone: its last snapshot is what there is. */
	if (ret == -ESRCH)
		ret = 0;
	/* Nobody asked for it: better the last snapshot than none. */
	if (scan == NUMALENS_SCAN_STALE && (ret == -EAGAIN || ret == -ENOMEM)) {
		numalens_note("%s can't be scanned now (%s): showing its last snapshot",
			      dir->path, strerror(-ret));
		ret = 0;
	}
	return ret ? numalens_error_file(dir, "scan", "write", -ret) : NUMALENS_OK;
}

/**
 * numalens_reader_process() - read all about a watched process
 * @process: gets it; numalens_reader_process_free() it, whatever is returned
 * @pid: its pid
 * @scan: whether to have it scanned first
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_reader_process(struct numalens_process *process, unsigned int pid,
			    enum numalens_scan scan)
{
	struct numalens_dir dir;
	const char *why;
	uint64_t now;
	int ret;

	memset(process, 0, sizeof(*process));
	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	ret = scan_now(&dir, scan);
	if (ret)
		return ret;
	ret = numalens_snapshot_read(&process->snapshot, &dir, &why);
	if (ret == -EBADMSG)
		return numalens_error(NUMALENS_FAILED, "%s/snapshot can't be used: %s",
				      dir.path, why);
	if (ret)
		return numalens_error_file(&dir, "snapshot", "read", -ret);
	now = numalens_clock_ns();
	if (numalens_file_is_live() && now >= process->snapshot.header.snapshot_ns) {
		process->age_ns = now - process->snapshot.header.snapshot_ns;
		process->has_age = true;
	}
	ret = numalens_dir_read(&dir, "state", &process->state);
	return ret ? numalens_error_file(&dir, "state", "read", -ret) : NUMALENS_OK;
}

/**
 * numalens_reader_process_free() - end what numalens_reader_process() gave
 * @process: process
 */
void numalens_reader_process_free(struct numalens_process *process)
{
	numalens_snapshot_free(&process->snapshot);
	free(process->state);
	process->state = NULL;
}
