/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What may be armed while a process touches pages and has them moved: nothing,
 * numalens in several ways, or another tool that counts or records the same.
 */
#ifndef SELFTESTS_ARMED_H
#define SELFTESTS_ARMED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum armed {
	ARMED_NOTHING,
	ARMED_OTHER,	/* another process is watched */
	ARMED_SELF,	/* the process is */
	ARMED_OFF,	/* it is, and no events are counted */
	ARMED_TRACED,	/* it is, and events are recorded as well */
	ARMED_BPFTRACE,
	ARMED_PERF_RECORD,
	ARMED_PERF_TRACE,
	NR_ARMED
};

/** armed_names - as printed */
extern const char *const armed_names[NR_ARMED];

/**
 * armed_enter - arm, from the state in which nothing is
 * @what: which
 * @self: the process that is measured
 * @other: another process
 * @nid: the node whose CPUs other tools are to run on
 *
 * Return: false where that can't be had; to be left all the same.
 */
bool armed_enter(enum armed what, pid_t self, pid_t other, int nid);

/**
 * armed_leave - go back to where nothing is armed
 *
 * Return: how many events another tool says it saw.
 */
uint64_t armed_leave(void);

#endif
