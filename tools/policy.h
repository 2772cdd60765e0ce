/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_POLICY_H
#define NUMALENS_POLICY_H

#include "number.h"
#include "rule.h"

/**
 * enum numalens_policy_fit - does a policy bring pages where they must lie?
 * @NUMALENS_POLICY_RIGHT: it does
 * @NUMALENS_POLICY_MISSING: there is none: pages come to where they are touched from
 * @NUMALENS_POLICY_OTHER: it brings them elsewhere, or spreads them otherwise
 */
enum numalens_policy_fit {
	NUMALENS_POLICY_RIGHT,
	NUMALENS_POLICY_MISSING,
	NUMALENS_POLICY_OTHER,
};

enum numalens_policy_fit numalens_policy_fit(const char *policy, const char *mems_allowed,
					     const struct numalens_list *nodes,
					     enum numalens_mode mode);

#endif /* NUMALENS_POLICY_H */
