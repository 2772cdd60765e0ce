/* SPDX-License-Identifier: GPL-2.0 */
/* A layout, and all ways to learn where its memory lies side by side. */
#ifndef SELFTESTS_CONTEST_H
#define SELFTESTS_CONTEST_H

#include <stdbool.h>

struct layout;

/**
 * contest_count - from here on, count instructions and not time
 *
 * On one CPU, which programs that are started are bound to as well. Work that a scan
 * leaves to others is not counted.
 *
 * Return: false where there is no plugin of QEMU that does.
 */
bool contest_count(void);

/** contest_head - print what the columns of contest_run() are, and what is not here */
void contest_head(void);

/**
 * contest_run - start a layout, watch it, ask all rivals in turn in many rounds
 * @bench: what the layout belongs to
 * @layout: the process
 *
 * Prints a line for each rival, and for the part of a scan that holds the lock; and
 * puts it all where bench_put() does: "<rival> ms", or "<rival> Minsns" for millions of
 * instructions, and "<rival>/scan", which are the quotients of the same round.
 */
void contest_run(const char *bench, const struct layout *layout);

#endif
