// SPDX-License-Identifier: GPL-2.0
/*
 * Memory policies, as numa_maps writes them: "default", "bind:0-1",
 * "prefer=static:1", "prefer (many):0-1", "weighted interleave:0-1".
 */
#include "policy.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* What a policy of a name does, in terms of what may be asked for. */
static const struct {
	const char *name;
	bool confines;		/* no page comes to another node */
	bool prefers;
	bool spreads;		/* evenly */
} kinds[] = {
	{ "bind", true, true, false },
	{ "prefer", false, true, false },
	{ "prefer (many)", false, true, false },
	{ "interleave", true, true, true },
	{ "weighted interleave", true, true, false },
};

static bool does(size_t kind, enum numalens_mode mode)
{
	if (mode == NUMALENS_MODE_INTERLEAVE)
		return kinds[kind].spreads;
	return mode == NUMALENS_MODE_PREFERRED ? kinds[kind].prefers : kinds[kind].confines;
}

/**
 * numalens_policy_fit() - does a policy bring pages where they must lie?
 * @policy: as numa_maps writes it
 * @mems_allowed: nodes that the cpuset allows, a list: a cpuset confines, too
 * @nodes: where they must lie
 * @mode: and how
 *
 * Return: what it does.
 */
enum numalens_policy_fit numalens_policy_fit(const char *policy, const char *mems_allowed,
					     const struct numalens_list *nodes,
					     enum numalens_mode mode)
{
	static struct numalens_list list;
	const char *colon = strchr(policy, ':');
	size_t len = strcspn(policy, "=:"), i;

	if (!strcmp(policy, "default") || !strcmp(policy, "local")) {
		if (mode != NUMALENS_MODE_INTERLEAVE && !numalens_list_parse(&list, mems_allowed) &&
		    list.nr && numalens_list_is_within(&list, nodes))
			return NUMALENS_POLICY_RIGHT;
		return NUMALENS_POLICY_MISSING;
	}
	if (!colon || numalens_list_parse(&list, colon + 1) || !list.nr ||
	    !numalens_list_is_within(&list, nodes))
		return NUMALENS_POLICY_OTHER;
	if (mode == NUMALENS_MODE_INTERLEAVE && list.nr != nodes->nr)
		return NUMALENS_POLICY_OTHER;
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strlen(kinds[i].name) == len && !strncmp(kinds[i].name, policy, len))
			return does(i, mode) ? NUMALENS_POLICY_RIGHT : NUMALENS_POLICY_OTHER;
	return NUMALENS_POLICY_OTHER;
}
