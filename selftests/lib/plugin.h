/* SPDX-License-Identifier: GPL-2.0 */
/* The plugin of the QEMU that this guest runs in: selftests/plugin/. */
#ifndef SELFTESTS_LIB_PLUGIN_H
#define SELFTESTS_LIB_PLUGIN_H

#include <stdint.h>

#include "../plugin/marker.h"

/** plugin_missing - why that plugin is not there; NULL if it is */
const char *plugin_missing(const char *name);

/**
 * plugin_read - what the plugin wrote at the last marker, once for each
 *
 * Return: the text behind the sequence number, for free(); NULL if there is
 * nothing new.
 */
char *plugin_read(void);

/** plugin_skip_interrupts - let them not be counted; 0, or -errno */
int plugin_skip_interrupts(void);

/** plugin_insns - instructions between the last two markers; 0 if unknown */
uint64_t plugin_insns(void);

#endif
