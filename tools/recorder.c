// SPDX-License-Identifier: GPL-2.0
/*
 * Recording: a snapshot of each process now and then, and the machine's
 * counters beside it.
 *
 * A process whose watch is ours is scanned when we look, and not in between:
 * it is not to pay twice. The last CPU time of one that exited arrives a
 * moment after its end: it is given that moment.
 */
#include "recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <json-c/json.h>

#include "alloc.h"
#include "clock.h"
#include "error.h"
#include "file.h"
#include "progress.h"
#include "reader.h"
#include "recorder_frames.h"
#include "undo.h"

#define SETTLE_NS	200000000ULL
#define POLL_NS		50000000L

/* More watches than that are not undone where we are killed by a signal that no one expects. */
#define MAX_UNDONE	16
#define NO_UNDO		(-1)

static struct numalens_subject *find(const struct numalens_recorder *recorder, unsigned int pid,
				     bool living)
{
	size_t i;

	for (i = 0; i < recorder->nr; i++)
		if (recorder->subjects[i].pid == pid && !(living && recorder->subjects[i].done))
			return &recorder->subjects[i];
	return NULL;
}

static void subject_add(struct numalens_recorder *recorder, unsigned int pid,
			unsigned int parent, bool ours)
{
	struct numalens_subject subject = {
		.pid = pid, .parent = parent, .ours = ours, .watching = ours,
		.undo = NO_UNDO
	};
	char *text;

	if (ours && !parent && recorder->nr < MAX_UNDONE) {
		text = numalens_strf("%u", pid);
		subject.undo = numalens_undo_add(NUMALENS_ROOT, "unwatch", text);
		free(text);
	}
	recorder->subjects = numalens_realloc(recorder->subjects, recorder->nr + 1,
					      sizeof(*recorder->subjects));
	recorder->subjects[recorder->nr++] = subject;
	if (recorder->begun)
		numalens_recorder_put_process(&recorder->writer, &subject);
}

static void forks_find(struct numalens_recorder *recorder)
{
	const struct numalens_subject *parent;
	struct numalens_fork *forks;
	size_t nr, i;

	forks = numalens_reader_forks(&nr);
	for (i = 0; i < nr && recorder->nr < NUMALENS_RECORDING_PROCESSES; i++) {
		parent = find(recorder, forks[i].parent, false);
		if (parent && parent->ours && !find(recorder, forks[i].pid, true))
			subject_add(recorder, forks[i].pid, forks[i].parent, true);
	}
	free(forks);
}

/* A module that has no such setting is used without it. */
static void setting_write(unsigned int pid, const char *name, const char *value)
{
	struct numalens_dir dir;
	int err;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", pid);
	err = -numalens_dir_write(&dir, name, value);
	if (err && err != ENOENT)
		numalens_error_file(&dir, name, "write", err);
}

/**
 * numalens_recorder_watch() - have a process watched, to record it
 * @recorder: recording, not begun yet
 * @pid: process
 * @follow_forks: record those, too, that it will fork
 *
 * One that is watched already is left as it is set, and its watch is not ours.
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_recorder_watch(struct numalens_recorder *recorder, unsigned int pid,
			    bool follow_forks)
{
	int err, ret = NUMALENS_OK;
	char *text;

	if (find(recorder, pid, true))
		return NUMALENS_OK;
	text = numalens_strf("%u", pid);
	err = -numalens_reader_watch(text);
	if (err && err != EEXIST)
		ret = numalens_error_watch(text, err);
	free(text);
	if (ret)
		return ret;
	if (!err) {
		setting_write(pid, "refresh_ms", "0");
		setting_write(pid, "events", "on");
		if (follow_forks)
			setting_write(pid, "follow_forks", "on");
	}
	subject_add(recorder, pid, 0, !err);
	return NUMALENS_OK;
}

/**
 * numalens_recorder_begin() - begin to record what is watched
 * @recorder: recording; its interval is set
 * @path: file
 * @argv: the command that is run, NULL if none is
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_recorder_begin(struct numalens_recorder *recorder, const char *path, char **argv)
{
	int ret = numalens_writer_open(&recorder->writer, path);
	size_t i;

	if (ret)
		return ret;
	recorder->begun = true;
	ret = numalens_recorder_put_machine(recorder, argv);
	for (i = 0; i < recorder->nr; i++)
		numalens_recorder_put_process(&recorder->writer, &recorder->subjects[i]);
	return ret;
}

static void unwatch(struct numalens_subject *subject)
{
	if (subject->watching)
		numalens_reader_unwatch_soon(subject->pid);
	subject->watching = false;
	if (subject->undo != NO_UNDO)
		numalens_undo_drop(subject->undo);
	subject->undo = NO_UNDO;
}

/* There is a limit to how many are watched: what has exited makes room. */
static void finish(struct numalens_recorder *recorder, struct numalens_subject *subject,
		   enum numalens_gone gone)
{
	numalens_writer_gone(&recorder->writer, subject->pid, gone);
	subject->done = true;
	unwatch(subject);
}

static void look(struct numalens_recorder *recorder, size_t index)
{
	struct numalens_subject *subject = &recorder->subjects[index];
	struct numalens_process process;
	struct numalens_dir dir;
	int err;

	numalens_dir_set(&dir, NUMALENS_ROOT "/processes/%u", subject->pid);
	err = -numalens_dir_write(&dir, "scan", "1");
	recorder->nr_missed += err == EAGAIN || err == ENOMEM;
	if (!numalens_reader_is_watched(subject->pid)) {
		subject->watching = false;
		finish(recorder, subject, NUMALENS_GONE_UNWATCHED);
		return;
	}
	err = numalens_reader_process(&process, subject->pid, NUMALENS_SCAN_NEVER);
	if (!err) {
		bool exited = !strcmp(process.state, "exited");

		if (exited && !subject->exited_ns)
			subject->exited_ns = numalens_clock_ns();
		numalens_writer_put(&recorder->writer, NUMALENS_FRAME_SNAPSHOT, subject->pid,
				    exited, process.snapshot.data, process.snapshot.header.size);
	}
	numalens_reader_process_free(&process);
	if (err || (subject->exited_ns && numalens_clock_ns() - subject->exited_ns >= SETTLE_NS))
		finish(recorder, subject, err ? NUMALENS_GONE_UNWATCHED : NUMALENS_GONE_EXITED);
}

static bool is_settling(const struct numalens_recorder *recorder)
{
	size_t i;

	for (i = 0; i < recorder->nr; i++)
		if (!recorder->subjects[i].done && recorder->subjects[i].exited_ns)
			return true;
	return false;
}

/**
 * numalens_recorder_look() - record how everything is now
 * @recorder: recording
 */
void numalens_recorder_look(struct numalens_recorder *recorder)
{
	size_t i;

	forks_find(recorder);
	for (i = 0; i < recorder->nr; i++)
		if (!recorder->subjects[i].done && !recorder->writer.err)
			look(recorder, i);
	numalens_recorder_put_counters(&recorder->writer);
	recorder->next_ns = numalens_clock_ns() +
			    (is_settling(recorder) && recorder->interval_ns > SETTLE_NS ?
			     SETTLE_NS : recorder->interval_ns);
}

/**
 * numalens_recorder_tick() - record what is due
 * @recorder: recording
 */
void numalens_recorder_tick(struct numalens_recorder *recorder)
{
	if (recorder->writer.err)
		return;
	if (numalens_clock_ns() >= recorder->next_ns)
		numalens_recorder_look(recorder);
	numalens_progress("%.0f s, %" PRIu64 " snapshots, %.1f KiB",
			  (numalens_clock_ns() - recorder->writer.begun_ns) / 1e9,
			  recorder->writer.nr_snapshots, recorder->writer.bytes / 1024.0);
}

/**
 * numalens_recorder_is_done() - can anything more be recorded?
 * @recorder: recording
 *
 * Return: true if all processes are gone, or the file can't grow.
 */
bool numalens_recorder_is_done(const struct numalens_recorder *recorder)
{
	size_t i;

	for (i = 0; i < recorder->nr && recorder->subjects[i].done; i++)
		;
	return i == recorder->nr || recorder->writer.err;
}

/**
 * numalens_recorder_settle() - record the end of those that have exited, or are about to
 * @recorder: recording
 * @waited: the first process has been waited for: it will be seen to have exited
 */
void numalens_recorder_settle(struct numalens_recorder *recorder, bool waited)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	uint64_t end = numalens_clock_ns() + 10 * SETTLE_NS;

	while (numalens_clock_ns() < end && !recorder->writer.err &&
	       (is_settling(recorder) || (waited && !recorder->subjects[0].done))) {
		nanosleep(&pause, NULL);
		numalens_recorder_look(recorder);
	}
}

static int complain(const struct numalens_recorder *recorder, int err)
{
	const struct numalens_writer *writer = &recorder->writer;

	if (numalens_writer_is_full(writer))
		return numalens_error(NUMALENS_FULL, "%s can't grow (%s): the recording ends there; "
				      "its first %" PRIu64 " snapshots are kept", writer->path,
				      strerror(err), writer->nr_snapshots);
	return numalens_error(NUMALENS_FAILED, "can't write to %s: %s", writer->path,
			      strerror(err));
}

static void unwatch_all(struct numalens_recorder *recorder)
{
	size_t i;

	/* One that was forked after the last look is found now. */
	forks_find(recorder);
	for (i = 0; i < recorder->nr; i++)
		unwatch(&recorder->subjects[i]);
}

static void tell(const struct numalens_recorder *recorder)
{
	const struct numalens_writer *writer = &recorder->writer;

	if (recorder->nr_missed)
		numalens_note("%" PRIu64 " scans were put off by the kernel: the snapshots before "
			      "them stand for them", recorder->nr_missed);
	numalens_note("%s: %" PRIu64 " snapshots of %zu process%s, %.1f KiB; numalens report shows "
		      "them", writer->path, writer->nr_snapshots, recorder->nr,
		      recorder->nr == 1 ? "" : "es", writer->bytes / 1024.0);
}

/**
 * numalens_recorder_end() - end a recording, and all watches that are ours
 * @recorder: recording, whether it has begun or not
 * @reason: why, for the reader
 * @exit_status: of the command, -1 if none was run
 *
 * Return: NUMALENS_OK, or the exit status, with the reason printed.
 */
int numalens_recorder_end(struct numalens_recorder *recorder, const char *reason,
			  int exit_status)
{
	int ret = NUMALENS_OK, err;

	unwatch_all(recorder);
	if (recorder->begun) {
		numalens_recorder_put_end(recorder, reason, exit_status);
		err = numalens_writer_close(&recorder->writer);
		numalens_progress_end();
		if (err)
			ret = complain(recorder, err);
		else
			tell(recorder);
	}
	free(recorder->subjects);
	return ret;
}
