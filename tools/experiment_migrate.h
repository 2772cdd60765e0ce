/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_EXPERIMENT_MIGRATE_H
#define NUMALENS_EXPERIMENT_MIGRATE_H

struct numalens_actor;
struct numalens_area;
struct numalens_lab;

void numalens_experiment_move(struct numalens_actor *actor, const struct numalens_area *area,
			      unsigned int each, unsigned int nid, int flags, int *answer);
int numalens_experiment_migrate_stuck(struct numalens_lab *lab);

#endif /* NUMALENS_EXPERIMENT_MIGRATE_H */
