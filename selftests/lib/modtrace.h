/* SPDX-License-Identifier: GPL-2.0 */
/* The function tracer, on the functions of numalens.ko alone. */
#ifndef SELFTESTS_MODTRACE_H
#define SELFTESTS_MODTRACE_H

#include <stdbool.h>

/** modtrace_begin - see every call from here on; false where it can't be had */
bool modtrace_begin(void);

/** modtrace_calls - calls since then */
int modtrace_calls(void);

/** modtrace_end - undo modtrace_begin() */
void modtrace_end(void);

#endif
