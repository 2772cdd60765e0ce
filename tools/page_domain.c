// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduling domains as boxes in boxes: what is in one box can balance its
 * load by the domain whose name is on it.
 */
#include "page_domain.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "alloc.h"
#include "field.h"
#include "html.h"
#include "number.h"
#include "paint.h"

struct cpu {
	struct json_object *levels;
	bool has_id, has_node;
	unsigned int id, nid;
};

static bool find_node(struct json_object *nodes, struct cpu *cpu)
{
	static struct numalens_list list;
	size_t i;

	for (i = 0; i < numalens_field_nr(nodes); i++) {
		struct json_object *node = numalens_field_at(nodes, i);

		if (!numalens_list_parse(&list, numalens_field_text(node, "cpus")) &&
		    numalens_list_has(&list, cpu->id))
			return numalens_field_id(numalens_field_member(node, "nid"), &cpu->nid);
	}
	return false;
}

static bool is_same_text(struct json_object *one, struct json_object *other, const char *name)
{
	return !strcmp(numalens_field_text(one, name), numalens_field_text(other, name));
}

/* One domain, of two CPUs; or none of either. */
static bool is_same(const struct cpu *one, const struct cpu *other, size_t level)
{
	struct json_object *a = numalens_field_at(one->levels, level);
	struct json_object *b = numalens_field_at(other->levels, level);

	return !a == !b && is_same_text(a, b, "span") && is_same_text(a, b, "name");
}

static void chips(FILE *out, const struct cpu *cpus, size_t nr)
{
	size_t i;

	fputs("<div class=\"cpus\">", out);
	for (i = 0; i < nr; i++) {
		fputs("<span class=\"cpu", out);
		if (cpus[i].has_node)
			fprintf(out, " n%u", cpus[i].nid % NUMALENS_PAINT_NODES);
		fputs("\">", out);
		if (cpus[i].has_id)
			fprintf(out, "%u", cpus[i].id);
		fputs("</span>", out);
	}
	fputs("</div>\n", out);
}

/* Brings those to the front that share a domain with the first; their number. */
static size_t gather(struct cpu *cpus, size_t nr, size_t level)
{
	size_t i, same = 1;

	for (i = 1; i < nr; i++) {
		struct cpu cpu = cpus[i];

		if (!is_same(&cpus[0], &cpu, level))
			continue;
		memmove(&cpus[same + 1], &cpus[same], (i - same) * sizeof(*cpus));
		cpus[same++] = cpu;
	}
	return same;
}

static void boxes(FILE *out, struct cpu *cpus, size_t nr, size_t level)
{
	struct json_object *domain;
	size_t same;

	if (!level) {
		chips(out, cpus, nr);
		return;
	}
	level--;
	for (; nr; nr -= same, cpus += same) {
		same = gather(cpus, nr, level);
		domain = numalens_field_at(cpus[0].levels, level);
		if (!domain) {
			boxes(out, cpus, same, level);
			continue;
		}
		fputs("<div class=\"domain\"><div class=\"head\">", out);
		numalens_html_element(out, "b", NULL, numalens_field_text(domain, "name"));
		fputs("<small>CPUs ", out);
		numalens_html_text(out, numalens_field_text(domain, "span"));
		fputs("</small></div><div class=\"inner\">\n", out);
		boxes(out, cpus, same, level);
		fputs("</div></div>\n", out);
	}
}

/* Those of one level are mostly the same for all CPUs: each kind is shown once. */
static bool is_shown(const struct cpu *cpus, size_t i, size_t level)
{
	struct json_object *domain = numalens_field_at(cpus[i].levels, level), *other;
	size_t j;

	for (j = 0; j < i; j++) {
		other = numalens_field_at(cpus[j].levels, level);
		if (other && is_same_text(domain, other, "name") &&
		    json_object_equal(numalens_field_list(domain, "flags"),
				      numalens_field_list(other, "flags")))
			return true;
	}
	return false;
}

static void flags(FILE *out, const struct cpu *cpus, size_t i, size_t level)
{
	struct json_object *domain = numalens_field_at(cpus[i].levels, level);
	struct json_object *list = numalens_field_list(domain, "flags");
	size_t at;

	if (!numalens_field_nr(list) || is_shown(cpus, i, level))
		return;
	fputs("<dt>", out);
	numalens_html_text(out, numalens_field_text(domain, "name"));
	fputs("</dt><dd>", out);
	for (at = 0; at < numalens_field_nr(list); at++) {
		fputs(at ? " <code>" : "<code>", out);
		numalens_html_value(out, numalens_field_at(list, at));
		fputs("</code>", out);
	}
	fputs("</dd>\n", out);
}

/* Levels that somebody makes up are not to be as deep as the stack. */
#define MAX_LEVELS	16

/**
 * numalens_page_domains() - write the scheduling domains
 * @out: page
 * @machine: machine of a record
 */
void numalens_page_domains(FILE *out, struct json_object *machine)
{
	struct json_object *list = numalens_field_list(machine, "domains");
	struct json_object *nodes = numalens_field_list(machine, "nodes");
	size_t i, nr = numalens_field_nr(list), depth = 0;
	struct cpu *cpus;

	if (!nr)
		return;
	cpus = numalens_alloc(nr, sizeof(*cpus));
	for (i = 0; i < nr; i++) {
		struct json_object *json = numalens_field_at(list, i);

		cpus[i].levels = numalens_field_list(json, "levels");
		cpus[i].has_id = numalens_field_id(numalens_field_member(json, "cpu"),
						   &cpus[i].id);
		cpus[i].has_node = cpus[i].has_id && find_node(nodes, &cpus[i]);
		if (numalens_field_nr(cpus[i].levels) > depth)
			depth = numalens_field_nr(cpus[i].levels);
	}
	if (depth > MAX_LEVELS)
		depth = MAX_LEVELS;
	numalens_html_figure(out, "domains", "Scheduling domains", "tasks are balanced between what "
			     "is in a box; CPUs in the colour of their node");
	fputs("<div class=\"tree\">\n", out);
	boxes(out, cpus, nr, depth);
	fputs("</div>\n<dl class=\"flags\">\n", out);
	while (depth--)
		for (i = 0; i < nr; i++)
			flags(out, cpus, i, depth);
	fputs("</dl></figure>\n", out);
	free(cpus);
}
