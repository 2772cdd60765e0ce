/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SELFTESTS_ARRAY_H
#define SELFTESTS_ARRAY_H

/* kselftest.h has it too */
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(arr)	(sizeof(arr) / sizeof((arr)[0]))
#endif

#endif
