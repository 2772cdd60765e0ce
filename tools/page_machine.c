// SPDX-License-Identifier: GPL-2.0
/*
 * The machine of a record: its nodes, how far apart they are, its domains.
 */
#include "page_machine.h"

#include <stdbool.h>

#include <json-c/json.h>

#include "field.h"
#include "html.h"
#include "page_domain.h"
#include "page_node.h"
#include "paint.h"

/* Distance of a node to itself, by definition. */
#define LOCAL	10

static void nid_of(struct json_object *node, size_t i, unsigned int *nid)
{
	if (!numalens_field_id(numalens_field_member(node, "nid"), nid))
		*nid = i;
}

static void nodes_list(FILE *out, struct json_object *nodes)
{
	unsigned int nid;
	size_t i;

	numalens_html_figure(out, "nodes", "Nodes", "");
	fputs("<div class=\"scroll\"><table>"
	      "<tr><th>node</th><th>CPUs</th><th class=\"num\">memory</th></tr>\n", out);
	for (i = 0; i < numalens_field_nr(nodes); i++) {
		struct json_object *node = numalens_field_at(nodes, i);
		const char *cpus = numalens_field_text(node, "cpus");

		nid_of(node, i, &nid);
		fputs("<tr><td class=\"text\">", out);
		numalens_page_node(out, nid);
		fputs("</td><td class=\"text\">", out);
		numalens_html_text(out, *cpus ? cpus : "none");
		fprintf(out, "</td><td>%.0f&#160;MiB</td></tr>\n",
			numalens_field_count(numalens_field_member(node, "memory_kb")) / 1024);
	}
	fputs("</table></div></figure>\n", out);
}

static double distance_at(struct json_object *nodes, size_t i, size_t j)
{
	struct json_object *list = numalens_field_list(numalens_field_at(nodes, i), "distances");

	return numalens_field_count(numalens_field_at(list, j));
}

/* Half as deep as what is measured. */
static unsigned int shade(double distance, double max)
{
	return (numalens_paint_shade(distance - LOCAL, max - LOCAL) + 1) / 2;
}

static void distances(FILE *out, struct json_object *nodes)
{
	struct numalens_page_nodes heads = { 0 };
	size_t i, j, nr = numalens_field_nr(nodes);
	double distance, max = LOCAL;

	heads.nr = nr < NUMALENS_PAGE_MAX_NODES ? nr : NUMALENS_PAGE_MAX_NODES;
	for (i = 0; i < heads.nr; i++)
		nid_of(numalens_field_at(nodes, i), i, &heads.nids[i]);
	for (i = 0; i < heads.nr; i++)
		for (j = 0; j < heads.nr; j++)
			if (distance_at(nodes, i, j) > max)
				max = distance_at(nodes, i, j);
	numalens_html_figure(out, "distances", "Distances", "");
	fputs("<div class=\"scroll\"><table class=\"map\"><tr><td></td>", out);
	numalens_page_node_heads(out, &heads);
	fputs("</tr>\n", out);
	for (i = 0; i < heads.nr; i++) {
		fputs("<tr><th>", out);
		numalens_page_node(out, heads.nids[i]);
		fputs("</th>", out);
		for (j = 0; j < heads.nr; j++) {
			distance = distance_at(nodes, i, j);
			fprintf(out, "<td class=\"h%u\">", shade(distance, max));
			if (distance > 0)
				numalens_html_number(out, distance);
			fputs("</td>", out);
		}
		fputs("</tr>\n", out);
	}
	fputs("</table></div></figure>\n", out);
}

/**
 * numalens_page_machine() - write what the experiments ran on
 * @out: page
 * @machine: machine of a record
 */
void numalens_page_machine(FILE *out, struct json_object *machine)
{
	struct json_object *nodes = numalens_field_list(machine, "nodes");

	if (!machine)
		return;
	fputs("<section class=\"card\"><h2>The machine</h2>\n<div class=\"figures\">\n", out);
	if (numalens_field_nr(nodes)) {
		nodes_list(out, nodes);
		distances(out, nodes);
	}
	numalens_page_domains(out, machine);
	fputs("</div></section>\n", out);
}
