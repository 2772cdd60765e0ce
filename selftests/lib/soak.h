/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A day of events, in parts that run at the same time: each has processes that
 * are watched from beginning to end, is told how much to do, and is held against
 * what it did. Functions that return an int return CASE_PASS or CASE_FAIL.
 */
#ifndef SELFTESTS_SOAK_H
#define SELFTESTS_SOAK_H

#include <stdint.h>
#include <sys/types.h>

#define SOAK_TARGETS	4
#define SOAK_OWN	8
/* for children that are followed */
#define SOAK_PLACES	8

enum soak_part { SOAK_FORKS, SOAK_FAULTS, SOAK_SCANS, SOAK_WATCHES, NR_SOAK_PARTS };

/**
 * struct soak - in memory that all processes of the test share
 * @nids: two nodes with CPUs and memory
 * @done: of each part, how much was done
 * @ended_ns: when it was done last
 * @own: processes that are watched from beginning to end
 * @nr_own: how many
 * @target: of these, those that are scanned
 * @nr_targets: how many
 * @scanned: how often each was
 * @missed: nr_missed at the beginning
 * @adopted: children that were watched, and no longer are
 * @wrong: of these, such as did not count what they touched
 * @full: watches that had to wait for a place
 * @minflt: minor faults of threads that touch, while they did
 */
struct soak {
	int nids[2];
	uint64_t done[NR_SOAK_PARTS], ended_ns[NR_SOAK_PARTS];
	pid_t own[SOAK_OWN];
	int nr_own;
	pid_t target[SOAK_TARGETS];
	int nr_targets;
	uint64_t scanned[SOAK_TARGETS];
	uint64_t missed, adopted, wrong, full;
	uint64_t minflt[2];
};

/** soak_alloc - zeroed, shared with forks; NULL if there is no memory */
struct soak *soak_alloc(void);

/** soak_did - called by a part's process when it has done what it was told */
void soak_did(struct soak *soak, enum soak_part part, uint64_t nr);

/** soak_watch - watch a process from here on to the end; 0, or -errno */
int soak_watch(struct soak *soak, pid_t pid);

/* Each part has these: processes, the beginning of some more work, its end. */

int soak_forks_start(struct soak *soak);
void soak_forks_begin(struct soak *soak, uint64_t nr);
int soak_forks_wait(struct soak *soak);

int soak_faults_start(struct soak *soak);
void soak_faults_begin(struct soak *soak, uint64_t nr);
int soak_faults_wait(struct soak *soak);

int soak_scans_start(struct soak *soak);
void soak_scans_begin(struct soak *soak, uint64_t nr);
int soak_scans_wait(struct soak *soak);

int soak_watches_start(struct soak *soak);
void soak_watches_begin(struct soak *soak, uint64_t nr);
int soak_watches_wait(struct soak *soak);

/** soak_forks_touched - hold what an exited child touched against what it should have */
int soak_forks_touched(const struct soak *soak, pid_t child);

/** soak_watches_settle - unwatch children, until as many were adopted or missed as forked */
int soak_watches_settle(struct soak *soak);

/** soak_faults_counted - by process, thread and VMA */
int soak_faults_counted(struct soak *soak);

/** soak_scans_counted - generations of all that were scanned */
int soak_scans_counted(struct soak *soak);

/** soak_scans_right - what the scanned have is what numa_maps says */
int soak_scans_right(struct soak *soak);

#endif
