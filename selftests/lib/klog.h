/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel complains about while a test runs. */
#ifndef SELFTESTS_KLOG_H
#define SELFTESTS_KLOG_H

/** klog_begin - remember where the log ends; 0, or -errno */
int klog_begin(void);

/** klog_complaints - warnings, bugs, hangs since then, each with a note */
int klog_complaints(void);

#endif
