/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watched process that touches a VMA of its own again and again, while a test
 * makes trouble all around. It rests between two rounds: a guest whose CPUs are
 * emulated must come to everything else as well.
 *
 * Oracle: how many pages it touched, by itself.
 */
#ifndef SELFTESTS_SURVIVOR_H
#define SELFTESTS_SURVIVOR_H

#include <stdbool.h>
#include <sys/types.h>

/* how many pages it touches in a round */
#define SURVIVOR_PAGES	500

/** survivor_start - start and watch it, balancing off; false on failure */
bool survivor_start(int nid);

/** survivor_pid - its process id */
pid_t survivor_pid(void);

/** survivor_go - let it begin, or go on */
void survivor_go(void);

/** survivor_reset - stop it, and let its counters begin at zero; 0, or -errno */
int survivor_reset(void);

/**
 * survivor_check - stop it, and end all watches but its own
 *
 * Return: CASE_PASS if its VMA was counted as it was touched, and the kernel's
 * log has no complaint since klog_begin().
 */
int survivor_check(void);

/** load_start - threads by turns on two nodes that do do_again(); or NULL */
struct puppet *load_start(int one, int other, int nr);

/** do_again - touch @b pages at @a, give them back, to puppet_stop(); how often */
long do_again(long a, long b, long c);

#endif
