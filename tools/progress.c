// SPDX-License-Identifier: GPL-2.0
/*
 * How far long work has come: a line on a terminal's stderr that is written
 * over again and again, and is gone at the end.
 */
#include "progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"

/* No eye sees more. */
#define PAUSE_NS	100000000ULL

static bool shown;

static bool wanted(void)
{
	static int terminal = -1;
	static uint64_t last_ns;
	uint64_t now;

	if (terminal < 0)
		terminal = isatty(STDERR_FILENO);
	if (!terminal)
		return false;
	now = numalens_clock_ns();
	if (last_ns && now - last_ns < PAUSE_NS)
		return false;
	last_ns = now;
	return true;
}

/**
 * numalens_progress() - show how far it is
 * @fmt: less than a line, as for printf()
 *
 * Nothing is shown where nobody looks on, or where it was just shown.
 */
void numalens_progress(const char *fmt, ...)
{
	va_list args;

	if (!wanted())
		return;
	fputs("\r\033[K", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fflush(stderr);
	shown = true;
}

/**
 * numalens_progress_end() - the work is done, or something else has to be said
 */
void numalens_progress_end(void)
{
	if (shown)
		fputs("\r\033[K", stderr);
	shown = false;
}
