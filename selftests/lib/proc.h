/* SPDX-License-Identifier: GPL-2.0 */
/* Processes that a test starts, stops and asks the kernel about. */
#ifndef SELFTESTS_PROC_H
#define SELFTESTS_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * proc_fork - fork(2); the child dies with the test and procs_end() ends it
 *
 * Return: as fork(2).
 */
pid_t proc_fork(void);

/**
 * proc_spawn - start a program of selftests/workloads/
 * @argv: argv[0] is the name of the workload
 * @out: where its standard output can be read, for fclose()
 *
 * Return: its pid, or -errno.
 */
pid_t proc_spawn(char *const argv[], FILE **out);

/** proc_adopt - let procs_end() end this child too */
void proc_adopt(pid_t pid);

/** proc_end - kill a child and reap it */
void proc_end(pid_t pid);

/** procs_end - kill and reap all children that are left */
void procs_end(void);

/** proc_state - state letter of /proc/PID/stat, 0 if there is none */
char proc_state(pid_t pid);

/** proc_wait_state - until every thread is in a state; false after a minute, times patience() */
bool proc_wait_state(pid_t pid, char state);

/** proc_wait_task - until one thread is in a state; false after as long */
bool proc_wait_task(pid_t pid, pid_t tid, char state);

/** proc_stop - SIGSTOP, and wait until every thread has stopped */
bool proc_stop(pid_t pid);

/** proc_cont - SIGCONT */
void proc_cont(pid_t pid);

/** proc_tasks - thread ids, their number */
int proc_tasks(pid_t pid, pid_t *tids, int max);

/** proc_run_ns - CPU time of a thread, from its schedstat or sched; 0 if it is gone */
uint64_t proc_run_ns(pid_t pid, pid_t tid);

/** proc_runs_ns - CPU time of all threads */
uint64_t proc_runs_ns(pid_t pid);

/** proc_clock_ns - CPU time of a process, its dead threads included */
uint64_t proc_clock_ns(pid_t pid);

/** proc_workers_ns - CPU time of all of the kernel's workers */
uint64_t proc_workers_ns(void);

/** proc_last_cpu - CPU that a thread ran on last, -1 if it is gone */
int proc_last_cpu(pid_t pid, pid_t tid);

/** test_dir - directory of the running test program */
const char *test_dir(void);

#endif
