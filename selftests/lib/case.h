/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A test program is a table of cases. cases_run() prints plan and results as
 * KTAP, bounds the run in time and puts the module back as it was found.
 */
#ifndef SELFTESTS_CASE_H
#define SELFTESTS_CASE_H

#include <stddef.h>

#define CASE_PASS	0
#define CASE_FAIL	1
#define CASE_SKIP	4

/**
 * struct test_case - one line of KTAP
 * @name: what it shows, printed
 * @run: returns CASE_PASS, or what fail() and skip() return
 */
struct test_case {
	const char *name;
	int (*run)(void);
};

/**
 * cases_run - run all, print KTAP
 * @cases: the table
 * @nr: its entries
 * @seconds: that it may take on a machine with little else to do; one that takes
 *	several times as long, times patience() if that is more, is failed
 *
 * Return: the exit code of the program.
 */
int cases_run(const struct test_case *cases, size_t nr, unsigned int seconds);

/** cases_keep - let processes and watches live on from case to case */
void cases_keep(void);

/** note - print a KTAP diagnostic line */
[[gnu::format(printf, 1, 2)]] void note(const char *fmt, ...);

/** fail - print why, for `return fail(...)` */
[[gnu::format(printf, 1, 2)]] int fail(const char *fmt, ...);

/** skip - state why, for `return skip(...)` */
[[gnu::format(printf, 1, 2)]] int skip(const char *fmt, ...);

/** skip_all - end the program before any case: exit 4 with the reason */
[[gnu::format(printf, 1, 2), gnu::noreturn]] void skip_all(const char *fmt, ...);

/**
 * need - end the program as skipped where it can't run
 * @nodes: memory nodes wanted
 *
 * Wants root and the module loaded; cases_run() puts its settings back.
 */
void need(int nodes);

#endif
