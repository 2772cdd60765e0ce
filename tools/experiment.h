/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_EXPERIMENT_H
#define NUMALENS_EXPERIMENT_H

#include "lab.h"

extern const struct numalens_experiment numalens_experiment_first_touch;
extern const struct numalens_experiment numalens_experiment_policy;
extern const struct numalens_experiment numalens_experiment_migrate;
extern const struct numalens_experiment numalens_experiment_balance;
extern const struct numalens_experiment numalens_experiment_domains;
extern const struct numalens_experiment numalens_experiment_numatune;

/* All of them, NULL behind the last. */
extern const struct numalens_experiment *const numalens_experiments[];

#endif /* NUMALENS_EXPERIMENT_H */
