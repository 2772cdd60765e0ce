// SPDX-License-Identifier: GPL-2.0
/*
 * The scene of experiments with the scheduler: CPUs, their nodes, the domains
 * of one of them, and what is counted there.
 */
#include "scene.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "error.h"
#include "lab.h"
#include "number.h"

/* What event balancing takes to be allowed in a domain. */
static const char * const flags[] = {
	"SD_BALANCE_FORK", "SD_BALANCE_EXEC", "SD_WAKE_AFFINE", "SD_BALANCE_NEWIDLE",
};

static bool list_has(const char *text, unsigned int id)
{
	static struct numalens_list list;

	return !numalens_list_parse(&list, text) && numalens_list_has(&list, id);
}

static bool is_on(const struct numalens_lab *lab, unsigned int cpu, unsigned int nid)
{
	size_t i;

	for (i = 0; i < lab->topology.nr_nodes; i++)
		if (lab->topology.nodes[i].nid == nid)
			return list_has(lab->topology.nodes[i].cpus, cpu);
	return false;
}

static void domains_find(struct numalens_scene *scene, int far)
{
	size_t i;

	for (i = 0; i < scene->domains.nr_cpus; i++)
		if (scene->domains.cpus[i].cpu == (unsigned int)scene->near[0])
			scene->base = &scene->domains.cpus[i];
	for (i = 0; i < scene->base->nr_domains; i++) {
		const struct numalens_domain *domain = &scene->base->domains[i];
		const char *span = numalens_domain_get(domain, "span");

		if (!numalens_tally_has_flag(domain, "SD_NUMA"))
			scene->inner = domain;
		else if (!scene->outer)
			scene->outer = domain;
		if (!scene->bridge && far >= 0 && span && list_has(span, far))
			scene->bridge = domain;
	}
}

/**
 * numalens_scene_read() - look at the machine
 * @scene: gets it; numalens_scene_free() it, whatever is returned
 * @lab: the experiment's
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_scene_read(struct numalens_scene *scene, struct numalens_lab *lab)
{
	int far = -1;
	size_t i;

	memset(scene, 0, sizeof(*scene));
	scene->lab = lab;
	if (numalens_domains_read(&scene->domains, NULL, false) || scene->domains.debugfs)
		return numalens_lab_skip(lab, "the module has no sched_domains here; see numalens "
					 "doctor");
	scene->nr_cpus = scene->domains.nr_cpus;
	for (i = 0; i < scene->domains.nr_cpus; i++) {
		unsigned int cpu = scene->domains.cpus[i].cpu;

		if (is_on(lab, cpu, lab->near) && scene->nr_near < NUMALENS_SCENE_CPUS)
			scene->near[scene->nr_near++] = cpu;
		if (far < 0 && is_on(lab, cpu, lab->far))
			far = cpu;
	}
	if (!scene->nr_near)
		return numalens_lab_skip(lab, "node %u has no CPU with scheduling domains",
					 lab->near);
	domains_find(scene, far);
	return NUMALENS_OK;
}

/**
 * numalens_scene_free() - end what numalens_scene_read() gave
 * @scene: scene
 */
void numalens_scene_free(struct numalens_scene *scene)
{
	numalens_domains_free(&scene->domains);
}

/**
 * numalens_scene_show() - show the domains, and what they allow
 * @scene: scene
 */
void numalens_scene_show(const struct numalens_scene *scene)
{
	static const char * const columns[] = {
		"domain", "CPUs", "across nodes", "fork", "exec", "wake", "newidle",
	};
	char *title = numalens_strf("domains of CPU %d, and whether they have SD_BALANCE_FORK, "
				    "SD_BALANCE_EXEC, SD_WAKE_AFFINE, SD_BALANCE_NEWIDLE",
				    scene->near[0]);
	const struct numalens_domain *domain;
	size_t i, k;

	numalens_lab_table(scene->lab, title, columns, ARRAY_SIZE(columns));
	for (i = 0; i < scene->base->nr_domains; i++) {
		const char *name, *span;

		domain = &scene->base->domains[i];
		name = numalens_domain_get(domain, "name");
		span = numalens_domain_get(domain, "span");
		numalens_lab_row(scene->lab);
		numalens_lab_cell(scene->lab, "%s", name ? name : "?");
		numalens_lab_cell(scene->lab, "%s", span ? span : "?");
		numalens_lab_cell(scene->lab, "%s", numalens_tally_has_flag(domain, "SD_NUMA") ?
				  "yes" : "no");
		for (k = 0; k < ARRAY_SIZE(flags); k++)
			numalens_lab_cell(scene->lab, "%s",
					  numalens_tally_has_flag(domain, flags[k]) ? "yes" : "no");
	}
	free(title);
}

/**
 * numalens_scene_show_tasks() - show how many tasks are on each node
 * @scene: scene
 * @title: of the table
 * @cpus: where each is
 * @nr: their count
 *
 * Return: how many nodes have any.
 */
unsigned int numalens_scene_show_tasks(const struct numalens_scene *scene, const char *title,
				       const int *cpus, unsigned int nr)
{
	const struct numalens_topology *topology = &scene->lab->topology;
	static const char * const columns[] = { "node", "tasks" };
	unsigned int nr_nodes = 0, count, i;
	size_t node;

	numalens_lab_table(scene->lab, title, columns, ARRAY_SIZE(columns));
	for (node = 0; node < topology->nr_nodes; node++) {
		if (!*topology->nodes[node].cpus)
			continue;
		for (i = count = 0; i < nr; i++)
			count += list_has(topology->nodes[node].cpus, cpus[i]);
		nr_nodes += !!count;
		numalens_lab_row(scene->lab);
		numalens_lab_number(scene->lab, topology->nodes[node].nid);
		numalens_lab_number(scene->lab, count);
	}
	return nr_nodes;
}

/**
 * numalens_scene_begin() - begin to count
 * @scene: scene
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_scene_begin(struct numalens_scene *scene)
{
	memset(&scene->before, 0, sizeof(scene->before));
	return numalens_scene_tally(scene, &scene->before);
}

/**
 * numalens_scene_tally() - what has been counted since numalens_scene_begin()
 * @scene: scene
 * @tally: gets it
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_scene_tally(const struct numalens_scene *scene, struct numalens_tally *tally)
{
	struct numalens_tally before = scene->before;

	if (numalens_tally_read(tally, &scene->domains))
		return numalens_lab_fail(scene->lab, "the balance counters can't be read");
	numalens_tally_since(tally, &before);
	return NUMALENS_OK;
}

/**
 * numalens_scene_end() - show what has been counted since numalens_scene_begin()
 * @scene: scene
 *
 * Return: NUMALENS_OK, or the exit status, the lab has the reason.
 */
int numalens_scene_end(const struct numalens_scene *scene)
{
	struct numalens_tally tally;
	int ret = numalens_scene_tally(scene, &tally);

	if (!ret)
		numalens_tally_show(scene->lab, &tally);
	return ret;
}
