/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Trace events of the kernel, in an instance of tracefs of our own: what others
 * trace at the same time is not disturbed. One at a time.
 */
#ifndef SELFTESTS_TRACER_H
#define SELFTESTS_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define TRACING		"/sys/kernel/tracing"

/** struct tracer_event - one line of the trace */
struct tracer_event {
	pid_t pid;		/* of the task that was running */
	int cpu;
	const char *name;
	const char *fields;	/* "key=value key=value" */
};

/** tracer_open - an empty instance that records nothing; false: no tracefs */
bool tracer_open(void);

/**
 * tracer_enable - record an event
 * @event: "subsystem/name"
 * @filter: which, in the kernel's language; NULL: all
 *
 * Return: 0, or -errno.
 */
int tracer_enable(const char *event, const char *filter);

/** tracer_disable - record it no more; 0, or -errno */
int tracer_disable(const char *event);

/** tracer_on - record from here on, until tracer_off() */
void tracer_on(void);

/** tracer_off - record no more */
void tracer_off(void);

/**
 * tracer_each - go through what was recorded, in the order of time
 * @see: called with each event
 * @arg: handed on
 *
 * Return: how many, or -EOVERFLOW with a note if some were lost.
 */
int tracer_each(void (*see)(const struct tracer_event *event, void *arg),
		void *arg);

/** tracer_file - text_puts() to a file of the instance */
int tracer_file(const char *name, const char *text);

/** tracer_close - remove the instance */
void tracer_close(void);

/** event_number - field of an event as a number, also "0x" ones; false: none */
bool event_number(const struct tracer_event *event, const char *key,
		  int64_t *value);

/** event_word - field of an event as a word, into a buffer; false: none */
bool event_word(const struct tracer_event *event, const char *key, char *word,
		int size);

#endif
