// SPDX-License-Identifier: GPL-2.0
/*
 * The experiments, in the order in which they teach.
 */
#include "experiment.h"

#include <stddef.h>

const struct numalens_experiment *const numalens_experiments[] = {
	&numalens_experiment_first_touch,
	&numalens_experiment_policy,
	&numalens_experiment_migrate,
	&numalens_experiment_balance,
	&numalens_experiment_domains,
	&numalens_experiment_numatune,
	NULL
};
