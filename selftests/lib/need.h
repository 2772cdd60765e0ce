/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of event counters need, beside what need() looks for. */
#ifndef SELFTESTS_NEED_H
#define SELFTESTS_NEED_H

/**
 * need_events - need(), and a module that counts events
 * @nodes: memory nodes wanted
 */
void need_events(int nodes);

/**
 * need_two - two nodes with CPUs and memory, or the program ends as skipped
 * @first: filled in: the first such node
 * @last: filled in: the last
 */
void need_two(int *first, int *last);

#endif
