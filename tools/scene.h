/* SPDX-License-Identifier: GPL-2.0 */
#ifndef NUMALENS_SCENE_H
#define NUMALENS_SCENE_H

#include <stdbool.h>

#include "crowd.h"
#include "domain.h"
#include "tally.h"

struct numalens_lab;

#define NUMALENS_SCENE_CPUS	NUMALENS_CROWD_MAX

/**
 * struct numalens_scene - CPUs, nodes and the scheduling domains that bind them
 * @lab: lab
 * @domains: its scheduling domains
 * @base: those of the near node's first CPU
 * @inner: the highest of these that is inside the node, or NULL
 * @outer: the lowest that is not, or NULL
 * @bridge: the lowest that has CPUs of the far node, too, or NULL
 * @near: CPUs of the near node
 * @nr_near: their count
 * @nr_cpus: CPUs of all nodes
 * @before: balance counters when the phase began
 */
struct numalens_scene {
	struct numalens_lab *lab;
	struct numalens_domains domains;
	const struct numalens_domain_cpu *base;
	const struct numalens_domain *inner;
	const struct numalens_domain *outer;
	const struct numalens_domain *bridge;
	int near[NUMALENS_SCENE_CPUS];
	unsigned int nr_near;
	unsigned int nr_cpus;
	struct numalens_tally before;
};

int numalens_scene_read(struct numalens_scene *scene, struct numalens_lab *lab);
void numalens_scene_free(struct numalens_scene *scene);
void numalens_scene_show(const struct numalens_scene *scene);
unsigned int numalens_scene_show_tasks(const struct numalens_scene *scene, const char *title,
				       const int *cpus, unsigned int nr);
int numalens_scene_begin(struct numalens_scene *scene);
int numalens_scene_tally(const struct numalens_scene *scene, struct numalens_tally *tally);
int numalens_scene_end(const struct numalens_scene *scene);

#endif /* NUMALENS_SCENE_H */
