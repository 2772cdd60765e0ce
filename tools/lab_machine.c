// SPDX-License-Identifier: GPL-2.0
/*
 * What the record of experiments says of the machine that they ran on.
 */
#include "lab_machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "domain.h"
#include "error.h"
#include "file.h"
#include "output.h"
#include "topology.h"

static struct json_object *nodes_json(const struct numalens_topology *topology)
{
	struct json_object *nodes = json_object_new_array(), *object;
	size_t i;

	for (i = 0; i < topology->nr_nodes; i++) {
		const struct numalens_node *node = &topology->nodes[i];

		object = json_object_new_object();
		json_object_object_add(object, "nid", json_object_new_int(node->nid));
		json_object_object_add(object, "cpus", numalens_output_json_text(node->cpus));
		if (node->memory)
			json_object_object_add(object, "memory_kb",
					       json_object_new_uint64(node->total_kb));
		json_object_object_add(object, "distances",
				       numalens_topology_distances_json(node));
		json_object_array_add(nodes, object);
	}
	return nodes;
}

/* A list of words that blanks part. */
static struct json_object *words_json(const char *text)
{
	struct json_object *words = json_object_new_array();

	while (text && *(text += strspn(text, " "))) {
		int len = strcspn(text, " ");

		json_object_array_add(words, json_object_new_string_len(text, len));
		text += len;
	}
	return words;
}

static struct json_object *levels_json(const struct numalens_domain_cpu *cpu)
{
	struct json_object *levels = json_object_new_array(), *level;
	size_t i;

	for (i = 0; i < cpu->nr_domains; i++) {
		const struct numalens_domain *domain = &cpu->domains[i];

		level = json_object_new_object();
		json_object_object_add(level, "level", json_object_new_int(domain->index));
		json_object_object_add(level, "name", numalens_output_json_text(
				       numalens_domain_get(domain, "name")));
		json_object_object_add(level, "span", numalens_output_json_text(
				       numalens_domain_get(domain, "span")));
		json_object_object_add(level, "flags",
				       words_json(numalens_domain_get(domain, "flag_names")));
		json_object_array_add(levels, level);
	}
	return levels;
}

static struct json_object *domains_json(void)
{
	struct json_object *cpus = json_object_new_array(), *object;
	struct numalens_domains domains;
	size_t i;

	if (!numalens_domains_read(&domains, NULL, false)) {
		for (i = 0; i < domains.nr_cpus; i++) {
			object = json_object_new_object();
			json_object_object_add(object, "cpu",
					       json_object_new_int(domains.cpus[i].cpu));
			json_object_object_add(object, "levels", levels_json(&domains.cpus[i]));
			json_object_array_add(cpus, object);
		}
	}
	numalens_domains_free(&domains);
	return cpus;
}

/**
 * numalens_lab_machine() - describe the machine
 * @topology: its nodes
 *
 * Return: an object.
 */
struct json_object *numalens_lab_machine(const struct numalens_topology *topology)
{
	struct json_object *machine = json_object_new_object();
	struct numalens_dir dir;
	char *release;

	numalens_dir_set(&dir, "proc/sys/kernel");
	if (!numalens_dir_read(&dir, "osrelease", &release)) {
		json_object_object_add(machine, "kernel", numalens_output_json_text(release));
		free(release);
	}
	if (topology->guest >= 0)
		json_object_object_add(machine, "guest", json_object_new_boolean(topology->guest));
	json_object_object_add(machine, "nodes", nodes_json(topology));
	json_object_object_add(machine, "domains", domains_json());
	return machine;
}
