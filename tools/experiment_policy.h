/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_EXPERIMENT_POLICY_H
#define NUMALENS_EXPERIMENT_POLICY_H

struct numalens_lab;

int numalens_experiment_policy_full(struct numalens_lab *lab);

#endif /* NUMALENS_EXPERIMENT_POLICY_H */
