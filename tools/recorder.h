/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_RECORDER_H
#define NUMALENS_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "recording_write.h"

/**
 * struct numalens_subject - a process that is recorded
 * @pid: its pid
 * @parent: that of the one that it was forked from, 0 if that is none of ours
 * @ours: its watch is ours, and so are those of what it forks
 * @watching: that watch has not ended yet
 * @undo: of that watch, where there is one
 * @exited_ns: when it was first seen to have exited, 0 if it was not
 * @done: nothing more comes of it
 */
struct numalens_subject {
	unsigned int pid;
	unsigned int parent;
	bool ours;
	bool watching;
	int undo;
	uint64_t exited_ns;
	bool done;
};

/**
 * struct numalens_recorder - what is recorded, and where
 * @writer: the recording
 * @begun: it is there
 * @interval_ns: from one snapshot to the next
 * @next_ns: when the next is due, CLOCK_MONOTONIC
 * @subjects: processes
 * @nr: their count
 * @nr_missed: scans that the kernel put off
 */
struct numalens_recorder {
	struct numalens_writer writer;
	bool begun;
	uint64_t interval_ns;
	uint64_t next_ns;
	struct numalens_subject *subjects;
	size_t nr;
	uint64_t nr_missed;
};

int numalens_recorder_watch(struct numalens_recorder *recorder, unsigned int pid,
			    bool follow_forks);
int numalens_recorder_begin(struct numalens_recorder *recorder, const char *path, char **argv);
void numalens_recorder_look(struct numalens_recorder *recorder);
void numalens_recorder_tick(struct numalens_recorder *recorder);
bool numalens_recorder_is_done(const struct numalens_recorder *recorder);
void numalens_recorder_settle(struct numalens_recorder *recorder, bool waited);
int numalens_recorder_end(struct numalens_recorder *recorder, const char *reason,
			  int exit_status);

#endif /* NUMALENS_RECORDER_H */
