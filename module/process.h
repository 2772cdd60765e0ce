/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROCESS_H
#define _NUMALENS_PROCESS_H

#include <linux/atomic.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "home.h"

struct mm_struct;
struct numalens_pace;
struct numalens_snapshot;
struct pid;
struct task_struct;

/* Bounds of the settings: a day; as many directories as sysfs can bear. */
#define NUMALENS_MAX_REFRESH_MS	(24 * 60 * 60 * 1000)
#define NUMALENS_MAX_VMA_DIRS	65536

/* Open files that may each read an older snapshot to its end. */
#define NUMALENS_NR_PINS	8

/**
 * struct numalens_settings - what a new watch takes over from the root
 * @refresh_ms: milliseconds between background scans, 0 for none
 * @max_vma_dirs: how many VMAs get a directory
 */
struct numalens_settings {
	unsigned int refresh_ms;
	unsigned int max_vma_dirs;
};

/**
 * struct numalens_pin - a snapshot that an open file reads piece by piece
 * @reader: identity of the open file; never followed
 * @snapshot: a reference
 * @used: jiffies of the last read
 * @end: where it ended, once it was read to its end
 */
struct numalens_pin {
	const void *reader;
	struct numalens_snapshot *snapshot;
	unsigned long used;
	loff_t end;
};

/**
 * struct numalens_process - a watched process
 * @kobj: processes/<pid>
 * @vmas_kobj: its vmas directory
 * @node: in the registry's list, under its lock
 * @pid: identity; a number that is used again is another struct pid
 * @nr: process id in the initial pid namespace, name of the directory
 * @watch_ns: since when it is watched, CLOCK_MONOTONIC
 * @settings: read and written singly, no lock
 * @scan_lock: protects the replacement of @snapshot, @home, @vma_dirs and
 *	@nr_vmas_left_out
 * @snapshot: the last scan's result, by RCU
 * @home: since when home shares are measured
 * @vma_dirs: directories under vmas, ascending
 * @nr_vmas_left_out: VMAs of the last snapshot without a directory
 * @state_lock: protects @dead and the queueing of @refresh
 * @dead: being unwatched: no more scans
 * @refresh: the background scan
 * @nr_hurried: who waits for @scan_lock: a background scan stops pacing itself
 * @hurry: where a background scan paces itself
 * @threads_lock: protects @threads and @threads_closed
 * @threads: records of its threads
 * @threads_closed: no more records
 * @pins_lock: protects @pins
 * @pins: snapshots that open files are reading
 * @rcu: to free it
 * @time_ns: CPU time since the watch, by nid
 */
struct numalens_process {
	struct kobject kobj;
	struct kobject *vmas_kobj;
	struct list_head node;
	struct pid *pid;
	pid_t nr;
	u64 watch_ns;
	struct numalens_settings settings;

	struct mutex scan_lock;
	struct numalens_snapshot __rcu *snapshot;
	struct numalens_home home;
	struct list_head vma_dirs;
	unsigned int nr_vmas_left_out;

	spinlock_t state_lock;
	bool dead;
	struct delayed_work refresh;
	atomic_t nr_hurried;
	wait_queue_head_t hurry;

	raw_spinlock_t threads_lock;
	struct list_head threads;
	bool threads_closed;

	struct mutex pins_lock;
	struct numalens_pin pins[NUMALENS_NR_PINS];

	struct rcu_head rcu;
	atomic64_t time_ns[];
};

struct numalens_process *numalens_process_alloc(struct pid *pid,
						const struct numalens_settings *settings);
void numalens_process_free(struct numalens_process *process);
int numalens_process_start(struct numalens_process *process);
void numalens_process_halt(struct numalens_process *process);
void numalens_process_stop(struct numalens_process *process);

int numalens_process_scan(struct numalens_process *process);
void numalens_process_keep_pace(struct numalens_process *process, struct numalens_pace *pace);
void numalens_process_refresh(struct numalens_process *process);
void numalens_process_ended(struct numalens_process *process);
bool numalens_process_exited(const struct numalens_process *process);

struct task_struct *numalens_process_task(const struct numalens_process *process);
struct mm_struct *numalens_process_mm(const struct numalens_process *process);
bool numalens_process_is_dead(const struct numalens_process *process);

int numalens_process_init(void);
void numalens_process_exit(void);

#endif
