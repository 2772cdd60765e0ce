/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _NUMALENS_PROCESS_H
#define _NUMALENS_PROCESS_H

#include <linux/atomic.h>
#include <linux/kobject.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include "home.h"
#include "tally.h"

struct mm_struct;
struct numalens_mm;
struct numalens_pace;
struct numalens_snapshot;
struct pid;
struct task_struct;

/* Bounds of the settings: a day; as many directories as sysfs can bear. */
#define NUMALENS_MAX_REFRESH_MS	(24 * 60 * 60 * 1000)
#define NUMALENS_MAX_VMA_DIRS	65536
#define NUMALENS_MAX_THREAD_DIRS	65536

/* Open files that may each read an older snapshot to its end. */
#define NUMALENS_NR_PINS	8

/**
 * struct numalens_settings - what a new watch takes over from the root
 * @refresh_ms: milliseconds between background scans, 0 for none
 * @max_vma_dirs: how many VMAs get a directory
 * @max_thread_dirs: how many threads get a directory
 * @events: whether events are counted
 * @folio_orders: whether its pages are counted by order of their folio, too
 * @follow_forks: whether its children are watched from their birth on
 */
struct numalens_settings {
	unsigned int refresh_ms;
	unsigned int max_vma_dirs;
	unsigned int max_thread_dirs;
	bool events;
	bool folio_orders;
	bool follow_forks;
};

/**
 * struct numalens_caller - who moved pages of a process from outside
 * @pid: in the initial pid namespace; 0 if nobody did
 * @event: why, enum numalens_event
 * @comm: its name
 */
struct numalens_caller {
	pid_t pid;
	unsigned int event;
	char comm[NUMALENS_COMM_LEN];
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
 * @threads_kobj: its threads directory
 * @node: in the registry's list, under its lock
 * @pid: identity; a number that is used again is another struct pid
 * @nr: process id in the initial pid namespace, name of the directory
 * @parent: process id of the one that it was forked from, if it is watched for that;
 *	else 0
 * @comm: its name, as it was at its birth, at the last scan or when it began its program
 * @watch_ns: since when it is watched, CLOCK_MONOTONIC
 * @settings: read and written singly, no lock
 * @scan_lock: protects the replacement of @snapshot, @home, @vma_dirs,
 *	@nr_vmas_left_out, @thread_dirs and @nr_threads_left_out
 * @snapshot: the last scan's result, by RCU
 * @home: since when home shares are measured
 * @vma_dirs: directories under vmas, ascending
 * @nr_vmas_left_out: VMAs of the last snapshot without a directory
 * @thread_dirs: directories under threads, ascending
 * @nr_threads_left_out: threads of the last snapshot without a directory
 * @state_lock: protects @dead and the queueing of @refresh
 * @dead: being unwatched: no more scans
 * @refresh: the background scan
 * @nr_hurried: who waits for @scan_lock: a background scan stops pacing itself
 * @hurry: where a background scan paces itself
 * @threads_lock: protects @threads and @threads_closed
 * @threads: records of its threads
 * @threads_closed: no more records
 * @is_counting: whether events are being counted
 * @events_lock: protects the change of @is_counting
 * @mm_entry: its address space, in the table of those whose events are counted
 * @tally: events but for those that live threads have in theirs; all matrices exist
 * @vma_tallies: events by VMA, by the page number that it began at
 * @nr_vma_tallies: how many there are
 * @vma_gen: changes whenever a tally is taken out of @vma_tallies, and @mm_entry goes
 * @events_ns: since when events are counted, CLOCK_MONOTONIC; 0 if they never were
 * @caller_lock: protects @caller
 * @caller: who last moved its pages from outside
 * @pins_lock: protects @pins
 * @pins: snapshots that open files are reading
 * @free: to free it, when no callback sees it any more
 * @time_ns: CPU time since the watch, by nid
 */
struct numalens_process {
	struct kobject kobj;
	struct kobject *vmas_kobj;
	struct kobject *threads_kobj;
	struct list_head node;
	struct pid *pid;
	pid_t nr;
	pid_t parent;
	char comm[TASK_COMM_LEN];
	u64 watch_ns;
	struct numalens_settings settings;

	struct mutex scan_lock;
	struct numalens_snapshot __rcu *snapshot;
	struct numalens_home home;
	struct list_head vma_dirs;
	unsigned int nr_vmas_left_out;
	struct list_head thread_dirs;
	unsigned int nr_threads_left_out;

	spinlock_t state_lock;
	bool dead;
	struct delayed_work refresh;
	atomic_t nr_hurried;
	wait_queue_head_t hurry;

	raw_spinlock_t threads_lock;
	struct list_head threads;
	bool threads_closed;

	struct mutex events_lock;
	bool is_counting;
	struct numalens_mm *mm_entry;
	struct numalens_tally tally;
	struct xarray vma_tallies;
	atomic_t nr_vma_tallies;
	atomic_long_t vma_gen;
	u64 events_ns;
	raw_spinlock_t caller_lock;
	struct numalens_caller caller;

	struct mutex pins_lock;
	struct numalens_pin pins[NUMALENS_NR_PINS];

	struct rcu_work free;
	atomic64_t time_ns[];
};

struct numalens_process *numalens_process_alloc(struct pid *pid,
						const struct numalens_settings *settings,
						gfp_t gfp);
void numalens_process_free(struct numalens_process *process);
int numalens_process_start(struct numalens_process *process);
void numalens_process_halt(struct numalens_process *process);
void numalens_process_stop(struct numalens_process *process);

int numalens_process_scan(struct numalens_process *process);
int numalens_process_set_events(struct numalens_process *process, bool on);
u64 numalens_process_events_ns(const struct numalens_process *process);
void numalens_process_execed(struct numalens_process *process, struct task_struct *task);
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
