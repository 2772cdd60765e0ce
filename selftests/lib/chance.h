/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers that come again with the same seed. Of each process its own. */
#ifndef SELFTESTS_CHANCE_H
#define SELFTESTS_CHANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** chance_seed - where to begin */
void chance_seed(uint64_t seed);

/** chance_below - a number from 0 to @n - 1; 0 if @n is 0 */
uint64_t chance_below(uint64_t n);

/** chance_one_in - true once in @n times */
bool chance_one_in(unsigned int n);

/** chance_bytes - fill a buffer */
void chance_bytes(void *data, size_t len);

/** chance_of - a member of an array */
#define chance_of(array)	((array)[chance_below(sizeof(array) / sizeof((array)[0]))])

#endif
