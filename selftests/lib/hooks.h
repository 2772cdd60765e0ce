/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hooks on kernel functions, as ftrace itself lists them. In a guest that
 * traces nothing, all of them are numalens'.
 */
#ifndef SELFTESTS_HOOKS_H
#define SELFTESTS_HOOKS_H

/** hooks_count - functions with a hook now; -errno where that can't be told */
int hooks_count(void);

/** hooks_gone - wait until there is none; 0, or -ETIMEDOUT after a minute or more */
int hooks_gone(void);

#endif
