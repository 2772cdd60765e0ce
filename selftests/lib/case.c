// SPDX-License-Identifier: GPL-2.0
#include "case.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "kselftest.h"
#include "lens.h"
#include "node.h"
#include "proc.h"
#include "text.h"

#define SECOND		1000000000ULL
/* Cases that take longer say how long. */
#define SLOW_NS		(5 * SECOND)
/* A machine may be so many times slower for a while; then it hangs. */
#define SLOWER_MAX	4
/* What goes wrong goes wrong many times. */
#define NOTES_MAX	30

static char skip_reason[256];
static unsigned int nr_notes;
static bool keep;
static bool saved;
static struct lens_settings settings;

static void vnote(const char *fmt, va_list args)
{
	if (++nr_notes == NOTES_MAX)
		printf("# (more of it left out)\n");
	if (nr_notes >= NOTES_MAX)
		return;
	printf("# ");
	vprintf(fmt, args);
	printf("\n");
	fflush(stdout);
}

void note(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vnote(fmt, args);
	va_end(args);
}

int fail(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vnote(fmt, args);
	va_end(args);
	return CASE_FAIL;
}

int skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(skip_reason, sizeof(skip_reason), fmt, args);
	va_end(args);
	return CASE_SKIP;
}

void skip_all(const char *fmt, ...)
{
	va_list args;

	ksft_print_header();
	printf("1..0 # SKIP ");
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	printf("\n");
	exit(KSFT_SKIP);
}

void cases_keep(void)
{
	keep = true;
}

void need(int nodes)
{
	int ids[NODES_MAX];

	if (geteuid())
		skip_all("needs root");
	if (!lens_loaded())
		skip_all("numalens is not loaded");
	if (nodes_with_memory(ids, NODES_MAX) < nodes)
		skip_all("needs %d nodes with memory", nodes);
	saved = !lens_settings_get(&settings);
}

static void on_alarm(int sig)
{
	static const char text[] = "# took too long\nBail out!\n";

	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(KSFT_FAIL);
	_exit(KSFT_FAIL);
}

static void report(const char *name, int result)
{
	if (result == CASE_PASS)
		ksft_test_result_pass("%s\n", name);
	else if (result == CASE_SKIP)
		ksft_test_result_skip("%s: %s\n", name, skip_reason);
	else
		ksft_test_result_fail("%s\n", name);
	fflush(stdout);
}

/* A program whose every case was skipped has shown nothing: say so. */
static int verdict(void)
{
	ksft_print_cnts();
	fflush(stdout);
	if (ksft_get_fail_cnt() || ksft_plan != ksft_test_num())
		return KSFT_FAIL;
	if (ksft_get_xskip_cnt() == (int)ksft_plan)
		return KSFT_SKIP;
	return KSFT_PASS;
}

int cases_run(const struct test_case *cases, size_t nr, unsigned int seconds)
{
	unsigned int times = patience() > SLOWER_MAX ? patience() : SLOWER_MAX;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, on_alarm);
	alarm(seconds * times);
	ksft_print_header();
	ksft_set_plan(nr);
	for (i = 0; i < nr; i++) {
		uint64_t began = now_ns();
		int result;

		nr_notes = 0;
		result = cases[i].run();
		if (now_ns() - began > SLOW_NS)
			note("%u s", (unsigned int)((now_ns() - began) / SECOND));

		if (!keep || i == nr - 1) {
			procs_end();
			lens_unwatch_all();
			if (saved && lens_settings_put(&settings))
				result = fail("the settings can't be put back");
		}
		report(cases[i].name, result);
	}
	return verdict();
}
