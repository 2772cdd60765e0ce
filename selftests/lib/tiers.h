/* SPDX-License-Identifier: GPL-2.0 */
/* Memory tiers as the kernel tells them, demotion between them, and what is counted of it. */
#ifndef SELFTESTS_TIERS_H
#define SELFTESTS_TIERS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct tiers - nodes of two tiers
 * @fast: the first node with CPUs and memory
 * @other: the last of them; it may be the same
 * @slow: a node with memory of the slowest tier, which has no CPU
 */
struct tiers {
	int fast, other, slow;
};

/** need_tiers - find them, or the program ends as skipped */
void need_tiers(struct tiers *tiers);

/** demotion_set - on or off; left as found when the program ends; 0, or -errno */
int demotion_set(bool on);

/** demoted_pages - what /proc/vmstat has of all reclaimers, up to date */
uint64_t demoted_pages(void);

/** promoted_pages - pgpromote_success of /proc/vmstat, up to date */
uint64_t promoted_pages(void);

#endif
