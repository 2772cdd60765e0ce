/* SPDX-License-Identifier: GPL-2.0 */
/* What a toucher does so that its pages can be moved, and to move them itself. */
#ifndef SELFTESTS_PUT_H
#define SELFTESTS_PUT_H

#include <stddef.h>
#include <sys/types.h>

struct act;

/** act_at - where the range of an act begins */
char *act_at(const struct act *act);

/** act_free - nothing says any longer where the range has to lie */
void act_free(const struct act *act);

/**
 * act_put - base pages that lie where a policy says, and need not stay there
 * @act: filled in
 * @policy: its name
 * @pages: how many
 *
 * Return: ACT_DONE or ACT_BROKEN.
 */
long act_put(struct act *act, const char *policy, size_t pages);

/** act_bind - mbind(2) the range to act->nid, and move it; ACT_DONE, ACT_BROKEN */
long act_bind(void *act);

/** node_migrate - migrate_pages(2) from one node to another; what it returns */
long node_migrate(pid_t pid, int from, int to);

#endif
