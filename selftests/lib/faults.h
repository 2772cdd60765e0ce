/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocations of the kernel that fail on demand, one after the other: fail-nth of
 * Documentation/fault-injection. Only those that the caller's own thread asks for.
 */
#ifndef SELFTESTS_FAULTS_H
#define SELFTESTS_FAULTS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct faulty - an operation some of whose allocations are to fail
 * @name: for notes
 * @begin: bring about what it takes; 0, or -errno; may be NULL
 * @run: the operation: 0, or -errno. It is repeated after an error
 * @undone: after an error all is as it was before; may be NULL
 * @done: after success all is as it should be; may be NULL
 * @end: undo @run, if it had success, and @begin; may be NULL
 */
struct faulty {
	const char *name;
	int (*begin)(void);
	int (*run)(void);
	bool (*undone)(void);
	bool (*done)(void);
	void (*end)(void);
};

/** faults_need - end the program as skipped where the kernel can't do so */
void faults_need(void);

/** faults_arm - let the n-th allocation from here on fail */
void faults_arm(unsigned int nth);

/** faults_disarm - how many more would have had to come; 0: one has failed */
unsigned int faults_disarm(void);

/**
 * faults_seconds - how long each allocation of an operation fails, before one of seven does
 * @by_default: where the environment does not say, as NUMALENS_FAULTS=SECONDS
 */
unsigned int faults_seconds(unsigned int by_default);

/**
 * faults_each - run an operation until none of its allocations is left to fail
 * @faulty: the operation
 * @seconds: each time that these are over, one of seven of those that failed so far
 *	fails from there on
 *
 * Return: CASE_PASS if each error was -ENOMEM, undid everything, and was gone the
 * next time; else CASE_FAIL.
 */
int faults_each(const struct faulty *faulty, unsigned int seconds);

/**
 * faults_stride - which allocation is the next to fail
 * @stride: grows as time goes by, so that there is an end; 1 to begin with
 * @until: when it grows next, by now_ns()
 * @seconds: and how long after that again
 *
 * Return: true if it has grown.
 */
bool faults_stride(unsigned int *stride, uint64_t *until, unsigned int seconds);

/** faults_put - write a text to an open file; 0, or -errno */
int faults_put(int fd, const char *text);

#endif
